"""What a script takes from its command line, read and never run."""
