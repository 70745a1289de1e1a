"""YAML text as nodes with tight spans."""
