"""The exit codes of every command (README, "The command line")."""

DONE, WOULD_CHANGE, REFUSED = 0, 1, 2
