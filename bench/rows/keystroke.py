"""Keystroke -> diagnostics, at three sizes, with a valohai.yaml of 300 steps bound."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from bench.client import Client
from bench.documents import Document
from bench.failures import of_each
from bench.inputs import FIRST, Place, PythonText, project
from bench.peers import OWN, PARSES, PUBLISHES
from bench.samples import Goal, Numbers, Row, Sample, at_most
from bench.setting import Setting
from bench.turns import take_turns

STEPS = 300
SIZES = (100, 1_000, 10_000)
# A person's next keystroke is not there before this many seconds.
_PAUSE = 0.03
_WARM_UP = 5
_WARM_UP_SECONDS = 1.5
_FAST = [OWN, PUBLISHES, PARSES, "ruff"]
_SLOW = ["ty", "pyright", "pylsp", "jedi-language-server"]


def measure(setting: Setting) -> Iterator[Row]:
    """A row for each size, with the edit in plain code and in a default of the call."""
    in_code: dict[int, Numbers] = {}
    for size in SIZES[1:] if setting.quick else SIZES:
        room = setting.room(f"keystroke-{size}") / "project"
        python = project(room, size, STEPS)
        slow = _SLOW if size == 1_000 else []
        with setting.servers([*_FAST, *slow], room) as clients:
            documents = opened(clients, python)
            plan = setting.plan(100, 6)
            numbers = take_turns(typing(documents, python.in_code), plan).numbers()
            in_code[size] = numbers[OWN]
            yield Row(
                f"keystroke-{size}",
                f"keystroke in plain code -> diagnostics, {size:,} lines",
                "ms",
                numbers,
                tuple(_goals(size, numbers, in_code)),
            )
            fast = {name: documents[name] for name in _FAST if name in documents}
            numbers = take_turns(typing(fast, python.in_call), plan).numbers()
            yield Row(
                f"keystroke-call-{size}",
                f"keystroke in a default of the call -> diagnostics, {size:,} lines",
                "ms",
                numbers,
                tuple(_goals(size, numbers, {})),
            )


def opened(clients: dict[str, Client], python: PythonText) -> dict[str, Document]:
    """train.py open in every server, and a few edits done, so that nothing is for the first time."""

    def one(_: str, client: Client) -> Document:
        document = Document(client, client.folder / "train.py")
        document.open(python.text)
        client.pump_for(0.2)
        patience = time.perf_counter() + _WARM_UP_SECONDS
        for number in range(_WARM_UP):
            if time.perf_counter() < patience:
                document.keystroke(python.in_code, FIRST + 1 + number)
                document.keystroke(python.in_call, FIRST + 1 + number)
        return document

    return of_each(clients, one)


def typing(documents: dict[str, Document], place: Place) -> dict[str, Callable[[int], Sample]]:
    """Contestants of which each types one number at the place when it is called."""

    def one(document: Document) -> Callable[[int], Sample]:
        def keystroke(number: int) -> Sample:
            sample = document.keystroke(place, FIRST + 100 + number)
            time.sleep(_PAUSE)
            return sample

        return keystroke

    return {name: one(document) for name, document in documents.items()}


def _goals(size: int, numbers: dict[str, Numbers], others: dict[int, Numbers]) -> Iterator[Goal]:
    own = numbers[OWN]
    if size <= 1_000:
        yield at_most(
            "p95, x a pygls server that only publishes", own, numbers.get(PUBLISHES), 1.5, tail=True
        )
        return
    yield at_most("x ruff", own, numbers.get("ruff"), 0.25)
    if 1_000 in others:
        yield at_most("x own time at 1,000 lines", own, others[1_000], 3)
