"""argparse: parsers, their arguments, and the values of these."""
