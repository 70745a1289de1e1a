"""Completion, hover, definition and rename in a workspace of 1,000 steps, each with its newest text."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from bench.client import Client
from bench.inputs import PythonText, project, python_text, step_names
from bench.peers import OWN, PUBLISHES
from bench.processes import FailedError
from bench.rows.keystroke import opened
from bench.samples import Numbers, Row, Sample, at_most, numbers
from bench.setting import Setting
from bench.turns import take_turns

STEPS = 1_000
# What the others are asked for in a string they answer with nothing: the measure of what spans files is how
# long libyaml takes to read the valohai.yaml once. A rename reads what it makes, and gathers all names again.
_READING = "one reading of valohai.yaml"
_READINGS = {"definition": 0.25, "rename": 4}
_PEERS = ["pyright", "jedi-language-server"]
# What is asked, and with what more.
NAMES: dict[str, dict[str, str]] = {
    "completion": {},
    "hover": {},
    "definition": {},
    "rename": {"newName": "learning_rate_2"},
}


def measure(setting: Setting) -> Iterator[Row]:
    """In train.py, at the name of a parameter that valohai.yaml declares too."""
    room = setting.room("requests") / "project"
    python = lay_out(room)
    with setting.servers([OWN, PUBLISHES, *_PEERS], room) as started:
        clients = {name: document.client for name, document in opened(started, python).items()}
        for what in NAMES:
            contestants = {
                name: asking(client, python.text, what)
                for name, client in clients.items()
                if name != PUBLISHES or what == "hover"  # which is all that the floor knows
            }
            if what in _READINGS:
                contestants[_READING] = partial(_read, (room / "valohai.yaml").read_text("utf-8"))
            first = numbers([contestants[OWN](0)])  # it reads the other side, which none after it does
            again = take_turns(contestants, setting.plan(60, 5)).numbers()
            yield _row(what, {**again, f"{OWN}, the first time": first})


def _row(what: str, found: dict[str, Numbers]) -> Row:
    limit = _READINGS.get(what)
    if limit is None:
        goal = at_most(f"p95, x {_PEERS[1]}", found[OWN], found.get(_PEERS[1]), 1, tail=True)
    else:
        goal = at_most(f"p95, x {_READING}", found[OWN], found.get(_READING), limit, tail=True)
    title = f"{what} of a parameter, a workspace of {STEPS:,} steps"
    return Row(f"request-{what}", title, "ms", found, (goal,), "the others know of the text alone")


def _read(text: str, _: int) -> Sample:
    """libyaml alone, in this process."""
    spent, since = time.process_time(), time.perf_counter()
    yaml.compose(text, Loader=yaml.CSafeLoader)
    return Sample((time.perf_counter() - since) * 1000, (time.process_time() - spent) * 1000)


def lay_out(room: Path) -> PythonText:
    """A workspace of which every tenth file declares its step; and train.py, where it is asked."""
    python = project(room, 100, STEPS)
    for number, name in enumerate(step_names(STEPS)):
        if name != "train":
            text = python_text(60, name).text if number % 10 == 0 else "pass\n"
            (room / f"{name}.py").write_text(text, "utf-8")
    return python


def asking(client: Client, text: str, what: str) -> Callable[[int], Sample]:
    """A contestant that asks for something at the name of a parameter."""
    lines = text.splitlines()
    line = next(number for number, each in enumerate(lines) if "learning-rate" in each)
    params: dict[str, Any] = {
        "textDocument": {"uri": (client.folder / "train.py").as_uri()},
        "position": {"line": line, "character": lines[line].index("learning-rate") + 3},
        **NAMES[what],
    }

    def ask(_: int) -> Sample:
        before, since = client.processor_ms(), time.perf_counter()
        answer = client.request(f"textDocument/{what}", params)
        if client.name == OWN and (answer.failed or not answer.result):
            raise FailedError(f"{what} was answered with {answer.result}")
        return Sample((answer.at - since) * 1000, client.processor_ms() - before, client.peak_mb())

    return ask
