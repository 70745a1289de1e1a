"""A node of valohai.yaml against the table of `model/schema`: what it may not be, where, and what to do."""
