"""What the items of a valohai.yaml name of each other, judged over the facts of all of them."""
