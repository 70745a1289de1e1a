"""Python against valohai.yaml: the differences, and the plan that removes them."""
