"""Changes of nodes, as text in the file's own style."""
