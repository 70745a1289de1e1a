"""Lines for the person who waits, or who reads the log."""

from __future__ import annotations

import sys


def say(message: str) -> None:
    """Print a line to standard error, if there is one (a program without a console has none)."""
    if sys.stderr is not None:
        print(f"valohai: {message}", file=sys.stderr)  # noqa: T201  # what this is for
