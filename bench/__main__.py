"""The benchmark: every row of the promise, side by side in one run.

    python -m bench [ROW ...] [--quick] [--own PYTHON]

Without rows all are measured. They go into artifacts/bench.json, where a row that is measured alone takes the
place of its last run, and from there into the table of bench/README.md; a row that misses a goal leaves a
profile in bench/profiles/. A quick run writes artifacts/bench-quick.json and nothing else.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

from bench import report
from bench.failures import FAILURES
from bench.peers import make_peers, only_one
from bench.profiles import write_profiles
from bench.rows import (
    burst,
    command_line,
    growth,
    half_typed,
    keystroke,
    large,
    memory,
    names,
    outputs,
    repository,
    requests,
    runtime,
    scan,
    startup,
    yaml_edit,
    yaml_keystroke,
)
from bench.samples import Row
from bench.setting import Setting

ROWS: dict[str, Callable[[Setting], Iterator[Row]]] = {
    "runtime": runtime.measure,
    "command-line": command_line.measure,
    "startup": startup.measure,
    "keystroke": keystroke.measure,
    "names": names.measure,
    "burst": burst.measure,
    "half-typed": half_typed.measure,
    "yaml-edit": yaml_edit.measure,
    "yaml-keystroke": yaml_keystroke.measure,
    "scan": scan.measure,
    "growth": growth.measure,
    "large": large.measure,
    "requests": requests.measure,
    "repository": repository.measure,
    "outputs": outputs.measure,
    "memory": memory.measure,
}


def main() -> None:
    options = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("benchmark: stopped"))  # and clean up behind us
    lock = nullcontext() if options.own else only_one()
    with lock, tempfile.TemporaryDirectory(prefix="valohai-steps-bench-") as folder:
        setting = Setting(make_peers(options.own and options.own.absolute()), Path(folder), options.quick)
        groups = measured(setting, options.rows or list(ROWS))
    rows = [row for group in groups.values() for row in group]
    sys.stdout.writelines([*report.goals_table(rows), "\n", *report.numbers_table(rows)])
    sys.exit(0 if len(groups) == len(options.rows or ROWS) else 1)


def measured(setting: Setting, names: Sequence[str]) -> dict[str, list[Row]]:
    """The groups that could be measured to the end. Their rows are kept as soon as they are there."""
    started = time.monotonic()
    path = report.QUICK_JSON if setting.quick else report.JSON
    groups: dict[str, list[Row]] = {}
    for name in names:
        print(f"measuring {name} ({time.monotonic() - started:.0f} s)", file=sys.stderr)
        rows: list[Row] = []
        try:
            for row in ROWS[name](setting):
                rows.append(row)  # noqa: PERF402  # those before a failure stay
            groups[name] = rows
        except (*FAILURES, AssertionError, LookupError) as error:
            print(f"{name} was not measured to its end: {error}", file=sys.stderr)
        if rows:
            report.write_json({**report.read_json(path), **groups, name: rows}, path)
        if not setting.quick:
            write_profiles(setting, rows)
    known = report.read_json(path)
    if not setting.quick and (known.keys() == ROWS.keys() or set(names) == ROWS.keys()):
        report.write_page([row for name in ROWS for row in known.get(name, ())])
    print(f"done in {time.monotonic() - started:.0f} s", file=sys.stderr)
    return groups


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
