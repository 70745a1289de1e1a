"""`valohai-steps`, and `python -m valohai_steps`: Ctrl-C ends it with a line at most, at any moment."""

import gc
import sys

from valohai_steps.interrupts import end_at_once


def run() -> int:
    """Run one command and return its exit code."""
    end_at_once()
    from valohai_steps.cli.main import main

    try:
        return main()
    finally:
        gc.freeze()  # else Python, at its end, looks for rubbish in what ends with the process anyway


if __name__ == "__main__":
    sys.exit(run())
