"""Statements and calls of functions, run on paper."""
