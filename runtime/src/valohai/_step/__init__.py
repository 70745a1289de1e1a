"""A step at run time: its declaration, the values that reach it, and where they come from."""
