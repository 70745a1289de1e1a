"""valohai.yaml item by item: each read and judged alone and once, then all of them together."""
