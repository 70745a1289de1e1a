"""A server that a person has started in a terminal: it says what it waits for, and Ctrl+C ends it."""

import sys

from valohai_steps.cli.output.terminal import Terminal
from valohai_steps.interrupts import end_quietly


def tell_person(terminal: Terminal, what: str) -> None:
    """One line on the error stream, when standard input is a terminal and no program's pipe."""
    if sys.stdin is not None and sys.stdin.isatty():
        end_quietly()
        terminal.complain(f"valohai-steps: {what}; to end it, press Ctrl+C")
