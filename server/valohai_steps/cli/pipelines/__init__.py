"""The command for pipelines."""
