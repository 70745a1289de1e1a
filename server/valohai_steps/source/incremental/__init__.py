"""What makes reading fast and steady while somebody types: what was read before, what must be read again."""
