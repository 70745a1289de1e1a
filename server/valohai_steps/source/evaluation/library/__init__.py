"""The calls whose result is known: Python's own functions and methods, and those of its standard library."""
