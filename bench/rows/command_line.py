"""`valohai-steps update` beside `vh yaml step`: whole processes, on a file that needs one change per step."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bench.inputs import python_text, step_names, yaml_text
from bench.processes import run
from bench.samples import Goal, Numbers, Row, Sample, at_most, faster
from bench.setting import Setting
from bench.turns import Plan, take_turns

_OURS = "valohai-steps update"
_THEIRS = "vh yaml step"
_BARE = "bare python"
_STEPS = 300
_FILES = 100
# Of so many files in one call the other one is measured on the first, and its time multiplied.
_MOST_OF_THEIRS = 10
_LINES = 60


@dataclass(frozen=True)
class _Case:
    """A project before the command: `yaml` is None where there is no file yet."""

    yaml: str | None
    files: list[str]


def measure(setting: Setting) -> Iterator[Row]:
    """No file, a file of one step, one of 300, and 100 Python files in one call."""
    plan = setting.plan(25, 12)
    one = ["train.py"]
    numbers = _numbers(setting, "new", _Case(None, one), plan)
    yield _row("update-new", "update, no valohai.yaml yet", numbers, _small_goals(numbers))
    small = _numbers(setting, "small", _Case(yaml_text(["train"]), one), plan)
    yield _row("update-1", "update, file of 1 step", small, _small_goals(small))
    numbers = _numbers(setting, "large", _Case(yaml_text(step_names(_STEPS)), one), plan)
    goal = at_most("x own time for 1 step", numbers[_OURS], small[_OURS], 2)
    yield _row("update-300", "update, file of 300 steps", numbers, [*_vendor_goals(numbers, 50), goal])
    names = [f"step-{number:04d}" for number in range(20 if setting.quick else _FILES)]
    many = _Case(yaml_text(names), [f"{name}.py" for name in names])
    numbers = _numbers(setting, "many", many, Plan(10, 10))
    # With fewer files the other's time falls with the square of their number: no goal is set then.
    goals = [] if setting.quick else _vendor_goals(numbers, 300)
    title = f"update, {len(names)} files in one call"
    note = f"`{_THEIRS}`: {_MOST_OF_THEIRS} of them, times {len(names) // _MOST_OF_THEIRS}"
    yield Row("update-100-files", title, "ms", numbers, tuple(goals), note)


def _row(key: str, title: str, numbers: dict[str, Numbers], goals: list[Goal]) -> Row:
    return Row(key, title, "ms", numbers, tuple(goals))


def _numbers(setting: Setting, name: str, case: _Case, plan: Plan) -> dict[str, Numbers]:
    room = setting.room(f"{name}-bare")
    bare = [str(setting.peers.own), "-c", "pass"]
    contestants = {
        _OURS: _ours(setting, setting.room(f"{name}-ours"), case),
        _BARE: lambda _: run(bare, room),
    }
    if setting.peers.vendor.exists():
        contestants[_THEIRS] = _theirs(setting, setting.room(f"{name}-theirs"), case)
    return take_turns(contestants, plan).numbers()


def _ours(setting: Setting, room: Path, case: _Case) -> Callable[[int], Sample]:
    command = [str(setting.peers.own.parent / "valohai-steps"), "update", *case.files]

    def update(_: int) -> Sample:
        _lay_out(room, case)
        return run(command, room)

    return update


def _theirs(setting: Setting, room: Path, case: _Case) -> Callable[[int], Sample]:
    """In a project that a scratch configuration says is linked."""
    configuration = room.with_name(f"{room.name}-configuration")
    configuration.mkdir()
    links = {"links": {str(room): {"id": "scratch", "name": "scratch"}}}
    (configuration / "config.json").write_text(json.dumps(links), "utf-8")
    environment = {"VALOHAI_CONFIG_DIR": str(configuration), "HOME": str(configuration), "PYTHONUTF8": "1"}
    files = case.files[:_MOST_OF_THEIRS]
    command = [str(setting.peers.vendor.parent / "vh"), "yaml", "step", *files]
    times = len(case.files) / len(files)

    def update(_: int) -> Sample:
        _lay_out(room, case)
        done = run(command, room, environment)
        return replace(done, value=done.value * times, cpu=None if done.cpu is None else done.cpu * times)

    return update


def _lay_out(room: Path, case: _Case) -> None:
    """The learning rate in Python is not the one in valohai.yaml, in every file."""
    (room / "requirements.txt").write_text("valohai-utils\n", "utf-8")
    for name in case.files:
        (room / name).write_text(python_text(_LINES, Path(name).stem).text, "utf-8")
    if case.yaml is None:
        (room / "valohai.yaml").unlink(missing_ok=True)
    else:
        (room / "valohai.yaml").write_text(case.yaml, "utf-8")


def _small_goals(numbers: dict[str, Numbers]) -> list[Goal]:
    return [at_most("x bare python", numbers[_OURS], numbers.get(_BARE), 5), *_vendor_goals(numbers, 4)]


def _vendor_goals(numbers: dict[str, Numbers], limit: float) -> list[Goal]:
    if _THEIRS not in numbers:
        return []
    return [faster("`vh yaml step` takes x as long", numbers[_OURS], numbers.get(_THEIRS), limit)]
