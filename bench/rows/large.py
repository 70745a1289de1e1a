"""Large: a cold workspace of 10,000 files, and 1,000 documents that are open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from bench.client import Client
from bench.documents import Document
from bench.failures import of_each
from bench.inputs import FIRST, project, python_text, step_names, workspace
from bench.peers import OWN, PUBLISHES
from bench.rows.keystroke import typing
from bench.samples import Row, Sample, at_most
from bench.setting import Setting
from bench.turns import take_turns

FILES, WITH_STEPS = 10_000, 200
OPEN = 1_000


def measure(setting: Setting) -> Iterator[Row]:
    """From the start of the server to the first diagnostics; and an edit beside a thousand open documents."""
    yield _cold(setting)
    yield _open(setting)


def _cold(setting: Setting) -> Row:
    room = setting.room("cold") / "project"
    text = project(room, 100, 10).text
    workspace(room / "src", FILES, WITH_STEPS)
    commands = setting.peers.servers()

    def one(name: str) -> Callable[[int], Sample]:
        def start(_: int) -> Sample:
            client = setting.client(name, commands[name], room)
            try:
                client.initialize()
                document = Document(client, room / "train.py")
                document.open(text)
                at = client.published[document.uri].at
                return Sample((at - client.spawned) * 1000, client.processor_ms(), client.peak_mb())
            finally:
                client.stop()

        return start

    names = [OWN, PUBLISHES, "ruff", "pyright", "jedi-language-server"]
    numbers = take_turns({name: one(name) for name in names}, setting.plan(10, 12)).numbers()
    goal = at_most("x a bare pygls server", numbers[OWN], numbers.get(PUBLISHES), 2)
    title = f"spawn -> first diagnostics, a cold workspace of {FILES:,} files"
    return Row("cold", title, "ms", numbers, (goal,))


def _open(setting: Setting) -> Row:
    room = setting.room("open") / "project"
    python = project(room, 100, 300)
    names = step_names(OPEN)
    names.remove("train")
    texts = {name: python_text(60, name).text for name in names}
    for name, text in texts.items():
        (room / f"{name}.py").write_text(text, "utf-8")
    with setting.servers([OWN, PUBLISHES, "ruff"], room) as clients:

        def opened(_: str, client: Client) -> Document:
            for each, text in texts.items():
                _open_one(Document(client, Path(client.folder / f"{each}.py")), text)
            document = Document(client, client.folder / "train.py")
            document.open(python.text)
            for number in range(5):
                document.keystroke(python.in_call, FIRST + 1 + number)
            client.pump_for(1)
            return document

        documents = of_each(clients, opened)
        numbers = take_turns(typing(documents, python.in_call), setting.plan(60, 6)).numbers()
    goal = at_most(
        "p95, x a pygls server that only publishes", numbers[OWN], numbers.get(PUBLISHES), 5, tail=True
    )
    title = f"keystroke in a default of the call, {OPEN:,} documents open"
    return Row("open-documents", title, "ms", numbers, (goal,))


def _open_one(document: Document, text: str) -> None:
    """Without a wait for its diagnostics: the last document waits for them all."""
    document.version = 1
    item = {"uri": document.uri, "languageId": "python", "version": 1, "text": text}
    document.client.notify("textDocument/didOpen", {"textDocument": item})
