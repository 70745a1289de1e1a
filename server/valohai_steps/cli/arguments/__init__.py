"""The arguments of every command, and a help that teaches them."""
