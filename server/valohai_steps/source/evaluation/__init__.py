"""Static evaluation: the value of an expression without running it, or the smallest part to blame."""
