"""A small interpreter over statements: parsers, functions and classes as objects, all else as values."""
