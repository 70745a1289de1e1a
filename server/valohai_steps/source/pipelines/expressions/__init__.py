"""Expressions, run on paper."""
