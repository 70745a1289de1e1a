"""The outline of a half-typed YAML text: its pieces, read line by line and in brackets."""
