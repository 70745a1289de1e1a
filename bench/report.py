"""The table of bench/README.md and artifacts/bench.json."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from bench.peers import ROOT
from bench.samples import Goal, Numbers, Row

PAGE = ROOT / "bench" / "README.md"
JSON = ROOT / "artifacts" / "bench.json"
QUICK_JSON = ROOT / "artifacts" / "bench-quick.json"
BEGIN = "<!-- the table: written by make bench -->\n"
END = "<!-- end of the table -->\n"


def goals_table(rows: Iterable[Row]) -> Iterator[str]:
    """Lines: each goal with its ratio, and whether it is kept."""
    yield "| what | measured | by processor time | goal | |\n"
    yield "|---|---:|---:|---:|---|\n"
    for row in rows:
        for goal in row.goals:
            sign = "≥" if goal.at_least else "≤"
            cpu = "" if goal.cpu_ratio is None else f"{goal.cpu_ratio:.2f}"
            yield (
                f"| {row.title}: {goal.what} | {_ratio(goal)} | {cpu} | {sign} {goal.limit:.4g} "
                f"| {_verdict(row, goal)} |\n"
            )


def numbers_table(rows: Iterable[Row]) -> Iterator[str]:
    """Lines: for each row, every contestant."""
    yield "| what | who | median | min | p95 | processor ms | peak MB | samples |\n"
    yield "|---|---|---:|---:|---:|---:|---:|---:|\n"
    for row in rows:
        title = f"{row.title} ({row.unit})" + (f"; {row.note}" if row.note else "")
        for name, numbers in row.numbers.items():
            yield f"| {title} | {name} | {_cells(numbers)} |\n"
            title = ""


def write_page(rows: Sequence[Row]) -> None:
    """Put the tables between the marks of bench/README.md."""
    head, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    tail = rest.partition(END)[2]
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    tables = "".join([f"Measured on {machine}.\n\n", *goals_table(rows), "\n", *numbers_table(rows)])
    PAGE.write_text(f"{head}{BEGIN}\n{tables}\n{END}{tail}", "utf-8", newline="\n")


def write_json(groups: Mapping[str, Sequence[Row]], path: Path) -> None:
    """Everything, for programs; each goal says `kept`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {name: [_plain(row) for row in rows] for name, rows in groups.items()}
    path.write_text(json.dumps(content, indent=2) + "\n", "utf-8")


def read_json(path: Path) -> dict[str, list[Row]]:
    """What `write_json` has written; nothing where there is no file."""
    return msgspec.json.decode(path.read_bytes(), type=dict[str, list[Row]]) if path.exists() else {}


def _plain(row: Row) -> dict[str, object]:
    goals = [{**dataclasses.asdict(goal), "kept": goal.kept} for goal in row.goals]
    return {**dataclasses.asdict(row), "goals": goals}


def _verdict(row: Row, goal: Goal) -> str:
    if not goal.missed:
        return "kept" if goal.kept else "not measured"
    profile = PAGE.parent / "profiles" / f"{row.key}.txt"
    return f"**missed** ([profile](profiles/{profile.name}))" if profile.exists() else "**missed**"


def _ratio(goal: Goal) -> str:
    if goal.ratio is None:
        return ""
    if 0 < goal.ratio < 0.1:  # a ratio of nothing would not be believed
        return f"{goal.ratio:.2g} {goal.unit}"
    return f"{goal.ratio:.2f} {goal.unit}".rstrip() if goal.ratio < 100 else f"{goal.ratio:,.0f} {goal.unit}"


def _cells(numbers: Numbers) -> str:
    cpu = "" if numbers.cpu is None else _figure(numbers.cpu)
    peak = "" if numbers.peak is None else f"{numbers.peak:.0f}"
    values = " | ".join(map(_figure, (numbers.median, numbers.minimum, numbers.p95)))
    return f"{values} | {cpu} | {peak} | {numbers.count}"


def _figure(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"
