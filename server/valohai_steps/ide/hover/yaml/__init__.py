"""What there is to know at a place of a valohai.yaml."""
