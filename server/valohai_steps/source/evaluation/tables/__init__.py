"""What functions, methods and words of Python and of libraries do, row by row, each with its reason."""
