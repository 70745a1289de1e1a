"""Our scan of a workspace, first and again, timed inside the process: python scan.py FOLDER.

Prints a JSON list of the two: wall ms, processor ms, files found.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from valohai_steps.project.workspace import Workspace, scan_roots


def main() -> None:
    workspace = Workspace([Path(sys.argv[1])])
    done = []
    for _ in range(2):
        wall, spent = time.perf_counter(), time.process_time()
        found = scan_roots(workspace.begin_scan())
        workspace.end_scan(found)
        done.append(((time.perf_counter() - wall) * 1000, (time.process_time() - spent) * 1000, len(found)))
    print(json.dumps(done))


if __name__ == "__main__":
    main()
