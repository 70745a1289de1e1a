"""Expressions with the names of a frame: objects, calls, conditions, loops' elements."""
