"""Completion: one module for each side (`python`; valohai.yaml will have its own), and what both offer."""
