"""Completion, hover, definition and rename in a workspace of 1,000 steps, each with its newest text."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.client import Client
from bench.inputs import project, python_text, step_names
from bench.peers import OWN, PUBLISHES
from bench.processes import FailedError
from bench.rows.keystroke import opened
from bench.samples import Row, Sample, at_most
from bench.setting import Setting
from bench.turns import take_turns

STEPS = 1_000
_PEERS = ["pyright", "jedi-language-server"]
_NAMES = {"completion": {}, "hover": {}, "definition": {}, "rename": {"newName": "learning_rate_2"}}


def measure(setting: Setting) -> Iterator[Row]:
    """In train.py, at the name of a parameter that valohai.yaml declares too."""
    room = setting.room("requests") / "project"
    python = project(room, 100, STEPS)
    for number, name in enumerate(step_names(STEPS)):
        if name != "train":
            text = python_text(60, name).text if number % 10 == 0 else "pass\n"
            (room / f"{name}.py").write_text(text, "utf-8")
    line = next(number for number, text in enumerate(python.text.splitlines()) if "learning-rate" in text)
    column = python.text.splitlines()[line].index("learning-rate") + 3
    for what, more in _NAMES.items():
        floor = [PUBLISHES] if what == "hover" else []
        with setting.servers([OWN, *floor, *_PEERS], room) as clients:
            opened(clients, python)
            contestants = {
                name: _asking(client, what, line, column, more) for name, client in clients.items()
            }
            numbers = take_turns(contestants, setting.plan(60, 5)).numbers()
        goals = [at_most(f"p95, x {_PEERS[1]}", numbers[OWN], numbers[_PEERS[1]], 1, tail=True)]
        title = f"{what} of a parameter, a workspace of {STEPS:,} steps"
        yield Row(f"request-{what}", title, "ms", numbers, tuple(goals), "the others know of the text alone")


def _asking(
    client: Client, what: str, line: int, column: int, more: dict[str, str]
) -> Callable[[int], Sample]:
    params: dict[str, Any] = {
        "textDocument": {"uri": (client.folder / "train.py").as_uri()},
        "position": {"line": line, "character": column},
        **more,
    }

    def ask(_: int) -> Sample:
        before, since = client.processor_ms(), time.perf_counter()
        answer = client.request(f"textDocument/{what}", params)
        if client.name == OWN and (answer.failed or not answer.result):
            raise FailedError(f"{what} was answered with {answer.result}")
        return Sample((answer.at - since) * 1000, client.processor_ms() - before, client.peak_mb())

    return ask
