"""Hover: one module for each side, the words that both use, and the rules of the findings there."""
