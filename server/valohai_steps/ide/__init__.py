"""One module per editor feature, in editor words: offsets and labels, no protocol types."""
