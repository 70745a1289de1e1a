"""The forms of an expression, each evaluated from its parts: literals, displays, operators, strings."""
