"""What a scan passes over: what git ignores and does not track, and what the settings exclude."""
