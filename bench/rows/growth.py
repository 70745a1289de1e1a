"""Cost per keystroke as the workspace grows: own server only, flat is what is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from bench.inputs import project, python_text, workspace
from bench.peers import OWN
from bench.rows.keystroke import opened, typing
from bench.samples import Row, at_most
from bench.setting import Setting
from bench.turns import take_turns

_LINES = 1_000
_SMALL, _MANY_FILES, _MANY_STEPS = "100 files, 10 steps", "10,000 files, 10 steps", "100 files, 1,000 steps"
# Files, files with a step, steps in valohai.yaml.
_WORKSPACES = {_SMALL: (100, 10, 10), _MANY_FILES: (10_000, 200, 10), _MANY_STEPS: (100, 10, 1_000)}


def measure(setting: Setting) -> Iterator[Row]:
    """The same file in three workspaces, the edit in a default of the call."""
    python = python_text(_LINES)
    servers = {}
    with ExitStack() as stack:
        for name, (files, with_steps, steps) in _WORKSPACES.items():
            room = setting.room(f"growth-{steps}-{files}") / "project"
            project(room, _LINES, steps)
            workspace(room / "src", files, with_steps)
            servers[name] = stack.enter_context(setting.servers([OWN], room))[OWN]
        for client in servers.values():
            client.pump_for(1)  # the first scan goes on in the background
        documents = opened(servers, python)
        numbers = take_turns(typing(documents, python.in_call), setting.plan(100, 15)).numbers()
    goals = (
        at_most("10,000 files, x 100 files", numbers[_MANY_FILES], numbers.get(_SMALL), 1.2),
        at_most("1,000 steps, x 10 steps", numbers[_MANY_STEPS], numbers.get(_SMALL), 1.2),
    )
    yield Row("growth", "keystroke in a default of the call as the workspace grows", "ms", numbers, goals)
