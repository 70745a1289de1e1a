"""Pipelines in updates and fixes."""
