"""The Python of files and notebooks, and the files that it imports."""
