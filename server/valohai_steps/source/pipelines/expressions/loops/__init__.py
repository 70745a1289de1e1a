"""What loops and comprehensions go over, and what they bind."""
