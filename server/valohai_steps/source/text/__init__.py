"""The text that Python is read from: encodings, notebooks, magics, strings, brackets, comments."""
