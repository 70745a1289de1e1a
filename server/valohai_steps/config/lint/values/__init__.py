"""A single value against what its key takes."""
