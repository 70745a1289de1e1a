"""Our scan of a workspace, first and again, timed inside the process: python scan.py FOLDER [--profile N].

Prints a JSON list of the scans: wall ms, processor ms, files found. With --profile there are N of them, and a
profiler that waits for SIGUSR1 sees the last one only.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path

from valohai_steps.project.workspace import Workspace, scan_roots


def main() -> None:
    workspace = Workspace([Path(sys.argv[1])])
    profiled = int(sys.argv[3]) if sys.argv[2:] else None
    done = []
    for number in range(profiled or 2):
        if number + 1 == profiled:
            signal.raise_signal(signal.SIGUSR1)
        wall, spent = time.perf_counter(), time.process_time()
        found = scan_roots(workspace.begin_scan())
        workspace.end_scan(found)
        done.append(((time.perf_counter() - wall) * 1000, (time.process_time() - spent) * 1000, len(found)))
    print(json.dumps(done))


if __name__ == "__main__":
    main()
