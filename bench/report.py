"""The table of bench/README.md and artifacts/bench.json."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from bench.failures import leave_out
from bench.peers import OWN, ROOT
from bench.samples import Goal, Numbers, Row

PAGE = ROOT / "bench" / "README.md"
JSON = ROOT / "artifacts" / "bench.json"
QUICK_JSON = ROOT / "artifacts" / "bench-quick.json"
BEGIN = "<!-- the table: written by make bench -->\n"
END = "<!-- end of the table -->\n"
README = ROOT / "README.md"
FIGURES = "<!-- four figures: written by make bench -->\n"
END_OF_FIGURES = "<!-- end of the figures -->\n"


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
    """Put the tables between the marks of bench/README.md, and four figures between those of README.md.

    Raises ValueError where a page has lost its marks.
    """
    machine = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    tables = "".join([f"Measured on {machine}.\n\n", *goals_table(rows), "\n", *numbers_table(rows)])
    _write_between(PAGE, (BEGIN, END), f"\n{tables}\n")
    medians = {
        row.title: {who: _number(_figure(each.median)) for who, each in row.numbers.items()} for row in rows
    }
    try:
        _write_between(README, (FIGURES, END_OF_FIGURES), summary(medians))
    except LookupError as error:
        leave_out("the paragraph of README.md", error)


def _write_between(page: Path, marks: tuple[str, str], text: str) -> None:
    """Replace what stands between two marks of a page. Raises ValueError, and writes nothing, without one."""
    head, begin, rest = page.read_text("utf-8").partition(marks[0])
    _, end, tail = rest.partition(marks[1])
    if not begin or not end:
        missing = marks[1].strip() if begin else marks[0].strip()
        place = " behind the mark before it" if begin else ""
        raise ValueError(f"{page.name} has no `{missing}`{place}; put it back, and the figures go there")
    page.write_text(f"{head}{begin}{text}{end}{tail}", "utf-8", newline="\n")


def summary(medians: Mapping[str, Mapping[str, float]]) -> str:
    """The four figures that a user cares about, in words; `medians` are the table's, by title and name.

    Raises LookupError where one was not measured.
    """
    typed = medians["keystroke in a default of the call -> diagnostics, 1,000 lines"]
    update, start = (
        medians["update, file of 1 step"],
        medians["`import valohai` + `prepare()`, whole process"],
    )
    held = medians["memory, idle with one small file open"]
    own = start["valohai-steps-runtime"] - start["bare python"]
    theirs = start["valohai-utils"] - start["bare python of the valohai-utils environment"]
    return (
        f"A keystroke in the call of a file of 1,000 lines has its findings after {typed[OWN]:.1f} ms "
        f"(ruff: {typed['ruff']:.1f}).\n"
        f"`valohai-steps update` of one file takes {update['valohai-steps update']:.0f} ms "
        f"(`vh yaml step`: {update['vh yaml step']:,.0f}).\n"
        f"`import valohai` and `prepare()` cost a script {own:.1f} ms (valohai-utils: {theirs:.0f}).\n"
        f"The server holds {held[OWN]:.0f} MB (pyright: {held['pyright']:.0f}).\n"
    )


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
    """The ratio in as few digits as say on which side of the goal it is."""
    if goal.ratio is None:
        return ""
    if 0 < goal.ratio < 0.1:  # a ratio of nothing would not be believed
        figures = (f"{goal.ratio:.{digits}g}" for digits in itertools.count(2))
    else:
        figures = (f"{goal.ratio:,.{places}f}" for places in itertools.count(2 if goal.ratio < 100 else 0))
    said = next(each for each in figures if dataclasses.replace(goal, ratio=_number(each)).kept == goal.kept)
    return f"{said} {goal.unit}".rstrip()


def _cells(numbers: Numbers) -> str:
    cpu = "" if numbers.cpu is None else _figure(numbers.cpu)
    peak = "" if numbers.peak is None else f"{numbers.peak:.0f}"
    values = " | ".join(map(_figure, (numbers.median, numbers.minimum, numbers.p95)))
    return f"{values} | {cpu} | {peak} | {numbers.count}"


def _figure(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def _number(figure: str) -> float:
    return float(figure.replace(",", ""))
