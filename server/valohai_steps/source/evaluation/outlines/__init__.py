"""What counts of a file that is only imported, read from its text alone."""
