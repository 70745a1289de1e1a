"""The benchmark: every row of the promise, side by side in one run.

    python -m bench [ROW ...] [--quick] [--own PYTHON]

Without rows all are measured, into artifacts/bench.json. Unless quick, the table of bench/README.md is then
written too, and every row that misses a goal leaves a profile in bench/profiles/.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

from bench import report
from bench.client import SilentServerError
from bench.peers import make_peers, only_one
from bench.processes import FailedError
from bench.profiles import write_profiles
from bench.rows import (
    burst,
    command_line,
    growth,
    half_typed,
    keystroke,
    memory,
    runtime,
    scan,
    startup,
    yaml_edit,
)
from bench.samples import Row
from bench.setting import Setting

ROWS: dict[str, Callable[[Setting], Iterator[Row]]] = {
    "runtime": runtime.measure,
    "command-line": command_line.measure,
    "startup": startup.measure,
    "keystroke": keystroke.measure,
    "burst": burst.measure,
    "half-typed": half_typed.measure,
    "yaml-edit": yaml_edit.measure,
    "scan": scan.measure,
    "growth": growth.measure,
    "memory": memory.measure,
}


def main() -> None:
    options = _arguments()
    started = time.monotonic()
    rows: list[Row] = []
    failed = False
    lock = nullcontext() if options.own else only_one()
    with lock, tempfile.TemporaryDirectory(prefix="valohai-steps-bench-") as folder:
        setting = Setting(make_peers(options.own and options.own.absolute()), Path(folder), options.quick)
        for name in options.rows or ROWS:
            print(f"measuring {name} ({time.monotonic() - started:.0f} s)", file=sys.stderr)
            try:
                rows += ROWS[name](setting)
            except (FailedError, SilentServerError, OSError) as error:
                failed = True
                print(f"{name} was not measured: {error}", file=sys.stderr)
        if not options.quick:
            write_profiles(setting, rows)
    sys.stdout.writelines([*report.goals_table(rows), "\n", *report.numbers_table(rows)])
    print(f"done in {time.monotonic() - started:.0f} s", file=sys.stderr)
    if not options.rows:
        report.write_json(rows)
    if not options.rows and not options.quick and not failed:
        report.write_page(rows)
    sys.exit(1 if failed else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--quick", action="store_true", help="fewer rounds, fewer peers; writes no table")
    parser.add_argument(
        "--own",
        type=Path,
        metavar="PYTHON",
        help="measure what is installed here (say .venv/bin/python), not a fresh install",
    )
    options = parser.parse_args()
    unknown = set(options.rows) - ROWS.keys()
    if unknown:
        parser.error(f"no row {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    return options


if __name__ == "__main__":
    main()
