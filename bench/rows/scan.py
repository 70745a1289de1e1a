"""A workspace of 10,000 Python files, 200 of them with steps: the scan, and a scan of the unchanged tree."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.inputs import workspace
from bench.peers import FLOORS
from bench.processes import output, run
from bench.samples import Row, Sample, at_most
from bench.setting import Setting
from bench.turns import take_turns

_FILES, _WITH_STEPS = 10_000, 200
_OURS, _AGAIN, _CAT = "our scan", "our re-scan", "cat"


def measure(setting: Setting) -> Iterator[Row]:
    """Two rows; ours is timed inside its process, as it runs in a server that has started."""
    room = setting.room("scan")
    tree = room / "tree"
    workspace(tree, _FILES, _WITH_STEPS)
    numbers = take_turns(_contestants(setting.peers.own, tree), setting.plan(20, 20)).numbers()
    title, cat = f"scan of {_FILES:,} Python files, {_WITH_STEPS} with steps", numbers.get(_CAT)
    first = {name: each for name, each in numbers.items() if name != _AGAIN}
    goal = at_most("x `cat` of the files", numbers[_OURS], cat, 1.0)
    yield Row("scan", title, "ms", first, (goal,))
    again = {name: each for name, each in numbers.items() if name in (_AGAIN, _CAT)}
    goal = at_most("x `cat` of the files", numbers[_AGAIN], cat, 0.3)
    yield Row("scan-again", f"{title}, again and unchanged", "ms", again, (goal,))


def _contestants(own: Path, tree: Path) -> dict[str, Callable[[int], Sample]]:
    names = tree.with_name("files")
    names.write_text("".join(f"{path}\0" for path in sorted(tree.rglob("*.py"))), "utf-8")
    again: list[Sample] = []

    def ours(_: int) -> Sample:
        first, second = _scans(own, tree)
        again.append(second)
        return first

    def process(*command: str) -> Callable[[int], Sample]:
        return lambda _: run(command, tree.parent)

    return {
        _OURS: ours,
        _AGAIN: lambda _: again.pop() if again else _scans(own, tree)[1],
        _CAT: process("sh", "-c", f"xargs -0 cat < '{names}' > /dev/null"),
        "grep -l": process("sh", "-c", f"xargs -0 grep -lF valohai < '{names}' > /dev/null"),
        "Python, into one buffer": process(str(own), str(FLOORS / "read_files.py"), str(names)),
    }


def _scans(python: Path, tree: Path) -> tuple[Sample, Sample]:
    """The first scan and the second one of one process."""
    first, second = json.loads(output([str(python), str(FLOORS / "scan.py"), str(tree)], tree))
    for _, _, found in (first, second):
        assert found == _WITH_STEPS, found  # noqa: S101  # a scan that misses files is not worth timing
    return Sample(first[0], first[1]), Sample(second[0], second[1])
