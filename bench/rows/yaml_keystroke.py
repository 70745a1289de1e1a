"""Keystroke in valohai.yaml -> diagnostics, at 10, 300 and 1,000 steps, beside peers and a bare pygls server.

The peers: yaml-language-server with the schema of valohai-yaml, and `vh lint`, which reads the file anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.client import Client
from bench.documents import Document
from bench.failures import of_each
from bench.inputs import FIRST, Place, step_names, yaml_text
from bench.peers import OWN, PUBLISHES, YAML_SERVER
from bench.processes import run
from bench.rows.keystroke import typing
from bench.samples import Goal, Numbers, Row, Sample, at_most
from bench.setting import Setting
from bench.turns import take_turns

SIZES = (10, 300, 1_000)
_DEFAULT = "default: 0.001\n"


def measure(setting: Setting) -> Iterator[Row]:
    """A row for each size: a number is typed into a default of the step in the middle."""
    known: dict[int, Numbers] = {}
    for steps in SIZES:
        room = setting.room(f"yaml-keystroke-{steps}") / "project"
        text, place = lay_out(room, steps)
        with setting.servers([OWN, PUBLISHES, YAML_SERVER], room) as clients:
            documents = of_each(clients, partial(_opened, text=text, place=place))
            contestants = typing(documents, place)
            if steps <= 300:  # beyond, one run of it takes longer than all others together
                contestants["vh lint"] = _lint(setting, room, text)
            numbers = take_turns(contestants, setting.plan(100, 6)).numbers()
        known[steps] = numbers[OWN]
        title = f"keystroke in a valohai.yaml of {steps:,} steps -> diagnostics"
        yield Row(f"yaml-keystroke-{steps}", title, "ms", numbers, tuple(_goals(steps, numbers, known)))


def lay_out(room: Path, steps: int) -> tuple[str, Place]:
    """What the steps of a valohai.yaml name is there; the text that is open, and where it is typed into."""
    room.mkdir(parents=True)
    names = step_names(steps)
    for name in names:
        (room / f"{name}.py").write_text("", "utf-8")
    (room / "requirements.txt").write_text("numpy\n", "utf-8")
    return typed_yaml(names)


def _opened(_: str, client: Client, text: str, place: Place) -> Document:
    document = Document(client, client.folder / "valohai.yaml")
    document.open(text, "yaml")
    for number in range(5):  # nothing is for the first time
        document.keystroke(place, FIRST + 1 + number)
    return document


def _lint(setting: Setting, room: Path, text: str) -> Callable[[int], Sample]:
    """`vh lint` of the file, as somebody runs it who has saved."""
    folder = room / "saved"
    folder.mkdir()
    (folder / "valohai.yaml").write_text(text, "utf-8")
    command = [str(setting.peers.vendor.parent / "vh"), "lint", "valohai.yaml"]
    return lambda _: run(command, folder)


def typed_yaml(names: list[str]) -> tuple[str, Place]:
    """A valohai.yaml, and the digits of a default in it that edits replace."""
    text = yaml_text(names)
    start = text.index(_DEFAULT, len(text) // 2)
    before, behind = text[:start], text[start + len(_DEFAULT) :]
    lead = "default: 0."
    column = start - (text.rfind("\n", 0, start) + 1) + len(lead)
    return f"{before}{lead}{FIRST}\n{behind}", Place(before.count("\n"), column)


def _goals(steps: int, numbers: dict[str, Numbers], known: dict[int, Numbers]) -> Iterator[Goal]:
    if steps <= 300:
        floor = numbers.get(PUBLISHES)
        yield at_most("p95, x a pygls server that only publishes", numbers[OWN], floor, 1.5, tail=True)
    if steps > 10:
        yield at_most("x own time at 10 steps", numbers[OWN], known[10], 3)
