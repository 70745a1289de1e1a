"""Minimal edits of YAML text, in its own style, with a proof."""
