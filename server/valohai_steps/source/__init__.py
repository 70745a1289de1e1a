"""Reading the user's Python: text in, facts and findings out. Nothing is ever executed."""
