"""The proof of an edit: the least that must be read again, and what must be as it was."""
