"""Findings of a file and of its other side, and the code actions that mend them."""
