"""Keystroke -> diagnostics where a name is typed, and in files that are no plain script with a call."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.client import Client
from bench.documents import Document
from bench.failures import of_each
from bench.inputs import FIRST, WIDTH, Place, argparse_text, cells_text, project, with_digits
from bench.peers import OWN, PARSES, PUBLISHES
from bench.rows.keystroke import STEPS, typing
from bench.samples import Row, Sample, at_most
from bench.setting import Setting
from bench.turns import take_turns

LINES = 1_000
CELLS = 200
_CONTESTANTS = [OWN, PUBLISHES, PARSES, "ruff"]
_WARM_UP = 5
_PAUSE = 0.03


def measure(setting: Setting) -> Iterator[Row]:
    """The step's name, a parameter's name, a script whose arguments a step passes, a cell of a notebook."""
    room = setting.room("names") / "project"
    typed = typed_texts(project(room, LINES, STEPS).text)
    for key, what in _TITLES.items():
        folder = room / key
        folder.mkdir()
        (folder / "valohai.yaml").write_text((room / "valohai.yaml").read_text("utf-8"), "utf-8")
        (folder / "train.py").write_text(typed[key][0], "utf-8")
        yield _row(setting, folder, key, what, typed[key])
    yield _notebook(setting)


def typed_texts(text: str) -> dict[str, tuple[str, Place]]:
    """By the key of the row, a train.py made from `text`, and where it is typed into."""
    return {
        "step-name": with_digits(text, 'step="train"', f'step="train-{FIRST}"'),
        "parameter-name": with_digits(text, '"epochs"', f'"epochs-{FIRST}"'),
        "argparse": with_digits(argparse_text(LINES), "default=0.", "default=0."),
    }


def typed_cells() -> tuple[list[str], Place]:
    """The cells of a notebook, and where the second is typed into."""
    cells = cells_text(CELLS)
    cells[1], place = with_digits(cells[1], f"0.{FIRST}", f"0.{FIRST}")
    return cells, place


_TITLES = {
    "step-name": "the step's name",
    "parameter-name": "a parameter's name",
    "argparse": "a script with argparse that a step runs",
}


def _row(setting: Setting, folder: Path, key: str, what: str, typed: tuple[str, Place]) -> Row:
    text, place = typed
    with setting.servers(_CONTESTANTS, folder) as clients:

        def opened(_: str, client: Client) -> Document:
            document = Document(client, folder / "train.py")
            document.open(text)
            for number in range(_WARM_UP):
                document.keystroke(place, FIRST + 1 + number)
            return document

        documents = of_each(clients, opened)
        numbers = take_turns(typing(documents, place), setting.plan(100, 5)).numbers()
    goal = at_most(
        "p95, x a pygls server that only publishes", numbers[OWN], numbers.get(PUBLISHES), 1.5, tail=True
    )
    title = f"keystroke in {what} -> diagnostics, {LINES:,} lines"
    return Row(f"keystroke-{key}", title, "ms", numbers, (goal,))


def _notebook(setting: Setting) -> Row:
    """Cells as an editor sends them, to ours and to ruff; the bare server has the same lines in one file."""
    folder = setting.room("notebook") / "project"
    project(folder, 100, STEPS)
    cells, place = typed_cells()
    line = cells[0].count("\n") + 1 + place.line

    def contestant(name: str, client: Client) -> Callable[[int], Sample]:
        if name == PUBLISHES:
            joined = Document(client, folder / "joined.py")
            joined.open("\n".join(cells))
            return typing({name: joined}, Place(line, place.column))[name]
        notebook = Notebook(client, folder / "train.ipynb", cells)
        for number in range(_WARM_UP):
            notebook.keystroke(place, FIRST + 1 + number)
        return _paused(lambda number: notebook.keystroke(place, FIRST + 100 + number))

    with setting.servers([OWN, PUBLISHES, "ruff"], folder) as clients:
        contestants = of_each(clients, contestant)
        numbers = take_turns(contestants, setting.plan(100, 5)).numbers()
    goal = at_most(
        "p95, x a pygls server that only publishes", numbers[OWN], numbers.get(PUBLISHES), 1.5, tail=True
    )
    title = f"keystroke in the call, in a notebook of {CELLS} cells -> diagnostics"
    return Row("keystroke-notebook", title, "ms", numbers, (goal,))


def _paused(keystroke: Callable[[int], Sample]) -> Callable[[int], Sample]:
    def one(number: int) -> Sample:
        sample = keystroke(number)
        time.sleep(_PAUSE)
        return sample

    return one


class Notebook:
    """A notebook that is open in a server, cell by cell; the second cell is typed into."""

    def __init__(self, client: Client, path: Path, cells: list[str]) -> None:
        self.client = client
        self.uri = path.as_uri()
        self.version = 1
        uris = [
            f"{self.uri}#{number}".replace("file:", "vscode-notebook-cell:", 1)
            for number in range(len(cells))
        ]
        self.cell = uris[1]
        document = {
            "uri": self.uri,
            "notebookType": "jupyter-notebook",
            "version": 1,
            "cells": [{"kind": 2, "document": uri} for uri in uris],
        }
        texts = [
            {"uri": uri, "languageId": "python", "version": 1, "text": text}
            for uri, text in zip(uris, cells, strict=True)
        ]
        client.notify("notebookDocument/didOpen", {"notebookDocument": document, "cellTextDocuments": texts})
        client.pump(lambda: self.cell in client.published, what="notebookDocument/didOpen")

    def keystroke(self, place: Place, number: int) -> Sample:
        """One edit, and the time until the diagnostics of its cell. Raises SilentServerError."""
        before, since = self.client.processor_ms(), time.perf_counter()
        self.version += 1
        start = {"line": place.line, "character": place.column}
        end = {"line": place.line, "character": place.column + WIDTH}
        change = {"range": {"start": start, "end": end}, "text": f"{number:0{WIDTH}d}"}
        cell = {"document": {"uri": self.cell, "version": self.version}, "changes": [change]}
        changed = {"cells": {"textContent": [cell]}}
        whole = {"uri": self.uri, "version": self.version}
        self.client.notify("notebookDocument/didChange", {"notebookDocument": whole, "change": changed})
        self.client.pump(lambda: self.client.published[self.cell].version == self.version, what="an edit")
        found = self.client.published[self.cell]
        return Sample((found.at - since) * 1000, self.client.processor_ms() - before, self.client.peak_mb())
