"""Pipelines of Python beside those of valohai.yaml."""
