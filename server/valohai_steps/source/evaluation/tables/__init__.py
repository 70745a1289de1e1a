"""What is known of functions, methods, modules and words of Python and of libraries, row by row."""
