"""Replacing files: all or none, and what a killed run leaves."""
