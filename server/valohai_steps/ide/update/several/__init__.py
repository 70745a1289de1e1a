"""Updates of several files at once."""
