"""Calls that a reference meets: what they call, what is known of it, and where their arguments go."""
