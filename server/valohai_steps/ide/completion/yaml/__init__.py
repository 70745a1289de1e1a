"""Completion in valohai.yaml: keys, values and names, from the text as it is, finished or not."""
