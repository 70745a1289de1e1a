"""Spawn -> initialize answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.inputs import project
from bench.peers import OWN, PUBLISHES
from bench.samples import Row, Sample, at_most
from bench.setting import Setting
from bench.turns import take_turns

_NAMES = [OWN, PUBLISHES, "ruff", "ty", "pyright", "pylsp", "jedi-language-server"]


def measure(setting: Setting) -> Iterator[Row]:
    """A whole new process each time."""
    room = setting.room("startup") / "project"
    project(room, 100, 10)
    commands = setting.peers.servers()

    def one(name: str) -> Callable[[int], Sample]:
        def start(_: int) -> Sample:
            client = setting.client(name, commands[name], room)
            try:
                seconds = client.initialize()
                return Sample(seconds * 1000, client.processor_ms(), client.peak_mb())
            finally:
                client.stop()

        return start

    plan = setting.plan(30, 9)
    numbers = take_turns({name: one(name) for name in _NAMES}, plan).numbers()
    goals = (
        at_most("x a bare pygls server", numbers[OWN], numbers.get(PUBLISHES), 1.1),
        at_most("x a bare pygls server (stretch)", numbers[OWN], numbers.get(PUBLISHES), 0.5),
    )
    yield Row("startup", "spawn -> initialize answered", "ms", numbers, goals)
