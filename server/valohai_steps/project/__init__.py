"""Files, settings and the immutable snapshot of a workspace. The only floor that touches the disk."""
