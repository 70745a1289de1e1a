"""What code of a text may put in the place of functions, and what it lets libraries call."""
