"""Command lines: what Valohai passes to a script, what the script takes, and where the two differ."""
