"""What a text says by itself, whoever imports or runs it: what it imports, runs, replaces and hands on."""
