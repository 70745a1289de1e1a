"""The steps of the Python files that belong to a valohai.yaml: of the open files, and of all others."""
