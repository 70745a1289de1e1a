"""From bytes to messages and back: framing, what waits, the order of a session, the end of it."""
