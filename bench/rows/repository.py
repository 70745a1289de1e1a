"""Whole repositories by the command line: `check .` of 10,000 files, and a graph of a hundred nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from bench.inputs import pipeline_yaml, step_names, workspace, yaml_text
from bench.processes import run
from bench.samples import Row, Sample, at_most
from bench.setting import Setting
from bench.turns import take_turns

FILES, WITH_STEPS = 10_000, 200
NODES = 100
_OURS, _CAT, _BARE = "valohai-steps", "cat", "bare python"


def measure(setting: Setting) -> Iterator[Row]:
    """Whole processes; ruff checks every file, ours those that have to do with Valohai."""
    yield _check(setting)
    yield _graph(setting)


def lay_out(tree: Path) -> None:
    """The repository that is checked; most steps of its valohai.yaml run files that are elsewhere."""
    workspace(tree, FILES, WITH_STEPS)
    (tree / "valohai.yaml").write_text(yaml_text([f"step-{number}" for number in range(WITH_STEPS)]), "utf-8")


def _check(setting: Setting) -> Row:
    room = setting.room("check")
    tree = room / "tree"
    lay_out(tree)
    names = room / "files"
    names.write_text("".join(f"{path}\0" for path in sorted(tree.rglob("*.py"))), "utf-8")
    ours = [str(setting.peers.own.parent / "valohai-steps"), "check", "--quiet", "."]
    theirs = [str(setting.peers.ruff.parent / "ruff"), "check", "--quiet", "--no-cache", "--exit-zero", "."]

    def process(command: list[str], codes: tuple[int, ...] = (0,)) -> Callable[[int], Sample]:
        return lambda _: run(command, tree, codes=codes)

    contestants = {
        _OURS: process(ours, (0, 1)),  # 1: it has findings
        "ruff check": process(theirs),
        _CAT: process(["sh", "-c", f"xargs -0 cat < '{names}' > /dev/null"]),
    }
    numbers = take_turns(contestants, setting.plan(10, 15)).numbers()
    goal = at_most("x `cat` of the files", numbers[_OURS], numbers.get(_CAT), 20)
    return Row(
        "check-repository", f"check . of {FILES:,} files, {WITH_STEPS} with steps", "ms", numbers, (goal,)
    )


def _graph(setting: Setting) -> Row:
    room = setting.room("graph")
    (room / "valohai.yaml").write_text(pipeline_yaml(step_names(NODES)), "utf-8")
    commands = {
        _OURS: [str(setting.peers.own.parent / "valohai-steps"), "graph"],
        _BARE: [str(setting.peers.own), "-c", "pass"],
    }
    if setting.peers.vendor.exists():
        commands["vh lint"] = [str(setting.peers.vendor.parent / "vh"), "lint", "valohai.yaml"]

    def process(command: list[str]) -> Callable[[int], Sample]:
        return lambda _: run(command, room)

    contestants = {name: process(command) for name, command in commands.items()}
    numbers = take_turns(contestants, setting.plan(15, 8)).numbers()
    goal = at_most("x bare python", numbers[_OURS], numbers.get(_BARE), 20)
    note = "`vh lint` reads the same file and draws nothing"
    return Row("graph", f"graph of a pipeline of {NODES} nodes", "ms", numbers, (goal,), note)
