"""A burst: 200 edits 5 ms apart at 10,000 lines, alone, and with requests in between."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from bench.documents import Document
from bench.failures import of_each
from bench.inputs import FIRST, Place, PythonText, project
from bench.peers import OWN, PUBLISHES
from bench.rows.keystroke import STEPS, opened
from bench.samples import Numbers, Row, Sample, Series, at_most
from bench.setting import Setting
from bench.turns import take_turns

_LINES = 10_000
_EDITS = 200
_GAP = 0.005
# A server that names no version, or publishes for old ones first, is done when it has been silent this long.
_SILENCE = 3.0
# One that looks at every change is not done sooner on a busy machine.
_PATIENCE = 300.0
_ASK_EVERY = 10
_NAMES = [OWN, PUBLISHES, "ruff"]


def measure(setting: Setting) -> Iterator[Row]:
    """Last edit -> its diagnostics; then the requests' times while another burst goes on."""
    room = setting.room("burst") / "project"
    python = project(room, _LINES, STEPS)
    with setting.servers(_NAMES, room) as clients:
        documents = opened(clients, python)
        contestants = {name: _burst(document, python.in_code) for name, document in documents.items()}
        numbers = take_turns(contestants, setting.plan(10, 15)).numbers()
        goals = (at_most("x ruff", numbers[OWN], numbers.get("ruff"), 0.1),)
        yield Row(
            "burst", "200 edits at 5 ms, 10,000 lines: last edit -> its diagnostics", "ms", numbers, goals
        )
        of_each(documents, lambda _, document: _settle(document))
        asked = {name: documents[name] for name in (OWN, "ruff") if name in documents}
        numbers = _asked(asked, python, 1 if setting.quick else 4)
        goals = (at_most("p95, all together, x ruff", numbers[OWN], numbers.get("ruff"), 0.1, tail=True),)
        title = "hover, completion and code action in such a burst"
        note = "ruff has no completion"
        yield Row("burst-requests", title, "ms", numbers, goals, note)


def _burst(document: Document, place: Place) -> Callable[[int], Sample]:
    def burst(number: int) -> Sample:
        before = document.client.processor_ms()
        since = type_all(document, place, number)
        document.client.pump(lambda: document.answered(since) is not None, _PATIENCE, "a burst")
        spent = document.client.processor_ms() - before
        waited = document.client.published[document.uri].at - since
        return Sample(waited * 1000, spent, document.client.peak_mb())

    return burst


def type_all(
    document: Document, place: Place, number: int, each: Callable[[int], None] = lambda _: None
) -> float:
    """Type the burst with this number; when the last edit was sent. `each` is called after each edit."""
    client = document.client
    due = since = time.perf_counter()
    for edit in range(_EDITS):
        client.pump_for(due - time.perf_counter())
        since = time.perf_counter()
        document.type(place, FIRST + 1_000 * (number + 1) + edit)
        each(edit)
        due += _GAP
    return since


def _settle(document: Document) -> None:
    """Wait until the server has been silent for a while."""
    last = None
    while document.client.published.get(document.uri) != last:
        last = document.client.published.get(document.uri)
        document.client.pump_for(_SILENCE / 3)


def _asked(documents: dict[str, Document], python: PythonText, bursts: int) -> dict[str, Numbers]:
    """Times of the requests of so many bursts for each server."""
    series = Series()
    for number in range(bursts):

        def ask(_: str, document: Document, number: int = number) -> list[tuple[str, Sample]]:
            return ask_in_burst(document, python, 50 + number)

        for name, samples in of_each(documents, ask).items():
            for method, sample in samples:
                series.add(name, sample)
                series.add(f"{name}: {method}", sample)
    return series.numbers()


def ask_in_burst(document: Document, python: PythonText, number: int) -> list[tuple[str, Sample]]:
    """Method and time of each request; one that the server does not know is not counted."""
    client = document.client
    asked: dict[int, tuple[str, float]] = {}

    def ask(edit: int) -> None:
        if edit % _ASK_EVERY == _ASK_EVERY - 1:
            method, params = _request(document, python.in_call, edit // _ASK_EVERY)
            sent = time.perf_counter()
            asked[client.ask(f"textDocument/{method}", params)] = (method, sent)

    since = type_all(document, python.in_code, number, ask)
    client.pump(lambda: asked.keys() <= client.answers.keys(), what="requests in a burst")
    client.pump(lambda: document.answered(since) is not None, what="a burst")
    answers = [(*asked[number], client.answers.pop(number)) for number in asked]
    return [
        (method, Sample((answer.at - sent) * 1000)) for method, sent, answer in answers if not answer.failed
    ]


def _request(document: Document, place: Place, number: int) -> tuple[str, dict[str, object]]:
    position = {"line": place.line, "character": place.column}
    params: dict[str, object] = {"textDocument": {"uri": document.uri}}
    match number % 3:
        case 0:
            return "hover", {**params, "position": position}
        case 1:
            return "completion", {**params, "position": position}
        case _:
            span = {"start": position, "end": position}
            return "codeAction", {**params, "range": span, "context": {"diagnostics": []}}
