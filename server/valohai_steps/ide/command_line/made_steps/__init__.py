"""Steps of valohai.yaml made from scripts, and what Python owns of them."""
