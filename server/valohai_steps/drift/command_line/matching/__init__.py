"""What a parser makes of the words that it gets."""
