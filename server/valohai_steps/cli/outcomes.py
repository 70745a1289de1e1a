"""How a command ends: its exit code (README, "The command line"), and what is wrong with a command line."""

DONE, WOULD_CHANGE, REFUSED = 0, 1, 2


class UsageError(Exception):
    """The command line asks for something that cannot be; the message says what to do instead."""
