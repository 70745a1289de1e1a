"""Run our command line, or a script, under cProfile: python profiled.py OUT [--later] PROGRAM ARGUMENT...

PROGRAM is `valohai-steps` or a Python file. With --later the profile begins when SIGUSR1 comes, so that a
server's start stays out of it. Processor time is counted; at the end the functions that took most of it go to
OUT, by paths of no machine.
"""

from __future__ import annotations

import cProfile
import io
import pstats
import re
import runpy
import signal
import sys
import time
from pathlib import Path

_LINES = 16
_PATHS = re.compile(r"\S*/(?:site-packages|server|lib/python3\.\d+)/(?=\S)|\S*/(?=bench/floors/)")


def main() -> None:
    out, *arguments = sys.argv[1:]
    profile = cProfile.Profile(time.process_time)  # waiting is not work
    if arguments[0] == "--later":
        del arguments[0]
        signal.signal(signal.SIGUSR1, lambda *_: profile.enable())
    else:
        profile.enable()
    try:
        _run(arguments)
    finally:
        profile.disable()
        Path(out).write_text(_report(profile), "utf-8")


def _run(arguments: list[str]) -> None:
    program, sys.argv[1:] = arguments[0], arguments[1:]
    if program == "valohai-steps":
        from valohai_steps.cli.main import main as run

        sys.exit(run())
    runpy.run_path(program, run_name="__main__")


def _report(profile: cProfile.Profile) -> str:
    out = io.StringIO()
    stats = pstats.Stats(profile, stream=out)
    for order in ("tottime", "cumulative"):
        stats.sort_stats(order).print_stats(_LINES)
    lines = (_PATHS.sub("", line).rstrip() for line in out.getvalue().splitlines())
    return "\n".join(line for line in lines if line and "List reduced" not in line) + "\n"


if __name__ == "__main__":
    main()
