"""Pipelines that Python makes in `main(config)`: run on paper, exactly, or not read at all."""
