"""Keys and items put into, and taken out of, mappings and lists, in each style."""
