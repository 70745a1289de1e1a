"""Where a script uses what its command line gave it."""
