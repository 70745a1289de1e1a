"""The files that a valohai.yaml names, those that are there for it to name, and those that may come."""
