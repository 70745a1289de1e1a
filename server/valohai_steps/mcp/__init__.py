"""The Model Context Protocol: the tools of `agents`, over standard input and output."""
