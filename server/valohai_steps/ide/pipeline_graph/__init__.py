"""Pipelines drawn: as text, as mermaid, dot and SVG."""
