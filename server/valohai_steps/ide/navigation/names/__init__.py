"""The names of steps, parameters and inputs, and the places of each: in Python, in YAML and in commands."""
