"""Two thousand things that a person does, in random order: no exception, and nothing that a restart changes.

A model of the workspace (what is on disk, what is open, with which text) is kept beside the server. Every
two hundred steps a fresh server opens the same documents: both must show the same. Half-typed code is kept as
it was when it could last be read, which a fresh server cannot know; so it is mended before that.
"""

import ast
import asyncio
import contextlib
import json
import random
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pytest_lsp import client_capabilities

from tests.lsp.editor import KINDS, Document, StepsClient, session
from tests.seeds import weekly_seed

STEPS = 2000
CHECK_EVERY = 200
PATIENCE = 60

PYTHON = """\
import valohai
from common import RATE  # 😀 漢字 é

BASE = {"momentum": 0.9}

valohai.prepare(
    step="train",
    image="python:3.11",
    default_parameters={"learning-rate": 0.001, "epochs": 5, **BASE},
    default_inputs={"training-set": "http://example.com/😀.zip"},
)
rate = valohai.parameters("learning-rate").value
"""
COMMON = "RATE = 0.5\nNAMES = ['a', 'b']\n"
YAML = """\
# 😀 the whole project
- step:
    name: train
    image: python:3.11
    command: python train.py {parameters}
    parameters:
      - name: learning-rate  # careful
        type: float
        default: 0.001
    inputs:
      - name: training-set
        default: http://example.com/漢.zip
- step:
    name: evaluate
    image: python:3.11
    command: python evaluate.py {parameters}
"""
NOTEBOOK = json.dumps(
    {
        "cells": [{"cell_type": "code", "source": PYTHON.replace("train", "explore"), "outputs": []}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    },
    indent=1,
)
FILES = {
    "train.py": PYTHON,
    "evaluate.py": PYTHON.replace("train", "evaluate"),
    "common.py": COMMON,
    "valohai.yaml": YAML,
    "sub/valohai.yaml": YAML,
    "sub/other.py": PYTHON,
    "explore.ipynb": NOTEBOOK,
}
REQUESTS: Mapping[str, dict[str, Any]] = {
    lsp.TEXT_DOCUMENT_HOVER: {},
    lsp.TEXT_DOCUMENT_COMPLETION: {},
    lsp.TEXT_DOCUMENT_SIGNATURE_HELP: {},
    lsp.TEXT_DOCUMENT_DEFINITION: {},
    lsp.TEXT_DOCUMENT_REFERENCES: {"context": {"includeDeclaration": True}},
    lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT: {},
    lsp.TEXT_DOCUMENT_PREPARE_RENAME: {},
    lsp.TEXT_DOCUMENT_RENAME: {"newName": "another-name"},
    lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL: {},
    lsp.TEXT_DOCUMENT_DOCUMENT_LINK: {},
    lsp.TEXT_DOCUMENT_FOLDING_RANGE: {},
    lsp.TEXT_DOCUMENT_CODE_LENS: {},
    lsp.WORKSPACE_SYMBOL: {"query": "train"},
}
# What is typed over something else; some of it breaks the file for a while.
WORDS = (
    *("0.001", "0.01", "5", "RATE", "undefined_name", '"text"', "True", "[1, 2]"),
    *("{", "}", '"', "'", ",", "(", ")", "\n", "    ", "#", "\t", "😀", "é漢"),
    *("train", "evaluate", "learning-rate", "epochs", "step", "name: ", "- ", ": "),
    *("default", "BASE", "{parameters}", "float", "*a", "&a ", "", "", ""),
)


@dataclass
class Model:
    """The workspace as it should be."""

    folder: Path
    random: random.Random
    open: dict[str, Document] = field(default_factory=dict)
    sound: dict[str, str] = field(default_factory=dict)

    def names(self) -> list[str]:
        return sorted(
            path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()
        )


def is_sound(name: str, text: str) -> bool:
    """Whether nothing in a text is half-typed."""
    if name.endswith(".ipynb"):
        return text == NOTEBOOK
    if not name.endswith(".py"):
        return True
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


async def open_document(model: Model, client: StepsClient) -> None:
    closed = [name for name in model.names() if name not in model.open]
    if closed:
        name = model.random.choice(closed)
        text = (model.folder / name).read_text("utf-8")
        document = model.open[name] = Document(client, model.folder / name)
        await document.open(text, "yaml" if name.endswith("yaml") else "python")


def type_something(model: Model, _client: StepsClient) -> None:
    for name, document in pick(model):
        changes = list(edits(model, document))
        document.send(*changes)
        if is_sound(name, document.text):
            model.sound[name] = document.text


def edits(model: Model, document: Document) -> Iterator[lsp.TextDocumentContentChangeEvent]:
    """One change, sometimes two; each counts in the text after the one before it."""
    if model.random.random() < 0.05:
        yield lsp.TextDocumentContentChangeWholeDocument(model.random.choice([*FILES.values(), ""]))
        return
    start = model.random.randint(0, len(document.text))
    end = min(len(document.text), start + model.random.choice([0, 0, 1, 3, 10]))
    text = model.random.choice(WORDS)
    yield lsp.TextDocumentContentChangePartial(range=document.range(start, end), text=text)
    if model.random.random() < 0.2:
        yield lsp.TextDocumentContentChangePartial(range=document.range(0, 0), text="\n")


async def save(model: Model, client: StepsClient) -> None:
    for _, document in pick(model):
        document.path.parent.mkdir(exist_ok=True)
        document.path.write_bytes(document.text.encode())
        client.text_document_did_save(
            lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier(document.uri), document.text)
        )
        tell(client, (document.path, lsp.FileChangeType.Changed))


def close(model: Model, _client: StepsClient) -> None:
    for name, document in pick(model):
        document.close()
        del model.open[name]


def delete(model: Model, client: StepsClient) -> None:
    names = [name for name in model.names() if name not in model.open]
    if names:
        path = model.folder / model.random.choice(names)
        path.unlink()
        tell(client, (path, lsp.FileChangeType.Deleted))


def rename(model: Model, client: StepsClient) -> None:
    names = [name for name in model.names() if name not in model.open and name.endswith(".py")]
    if names:
        path = model.folder / model.random.choice(names)
        other = path.with_name(model.random.choice(["train.py", "evaluate.py", "new.py", "common.py"]))
        if not other.exists() and other.relative_to(model.folder).as_posix() not in model.open:
            path.rename(other)
            tell(client, (path, lsp.FileChangeType.Deleted), (other, lsp.FileChangeType.Created))


def change_on_disk(model: Model, client: StepsClient) -> None:
    name = model.random.choice(sorted(FILES))
    path = model.folder / name
    path.parent.mkdir(exist_ok=True)
    is_new = not path.exists()
    text = FILES[name].replace("0.001", model.random.choice(["0.001", "0.02", "RATE", "1e-3"]))
    path.write_bytes(text.encode())
    tell(client, (path, lsp.FileChangeType.Created if is_new else lsp.FileChangeType.Changed))


def tell(client: StepsClient, *changes: tuple[Path, lsp.FileChangeType]) -> None:
    """What a client that watches files sends."""
    events = [lsp.FileEvent(path.as_uri(), kind) for path, kind in changes]
    client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams(events))


async def ask(model: Model, client: StepsClient) -> None:
    """A request between two keystrokes; a refusal is an answer, an error of the server is none."""
    for _, document in pick(model):
        offset = model.random.randint(0, len(document.text))
        place = document.range(offset, offset)
        method = model.random.choice(sorted(REQUESTS))
        params = {
            "textDocument": {"uri": document.uri},
            "position": {"line": place.start.line, "character": place.start.character},
            **REQUESTS[method],
        }
        kind: Any = lsp.METHOD_TO_TYPES[method][2]
        asked: object = client.protocol._converter.structure(params, kind)
        try:
            # pygls leaves it untyped
            await client.protocol.send_request_async(method, asked)  # type: ignore[no-untyped-call]  # see above
        except JsonRpcException as refused:
            if refused.code != lsp.LSPErrorCodes.RequestFailed:
                raise
        await document.actions(place)


def pick(model: Model) -> Iterator[tuple[str, Document]]:
    """One of the open documents, if any is open."""
    if model.open:
        name = model.random.choice(sorted(model.open))
        yield name, model.open[name]


ACTIONS = (
    *(type_something,) * 12,
    *(open_document,) * 3,
    *(save,) * 2,
    *(ask,) * 2,
    close,
    delete,
    rename,
    change_on_disk,
)


def mend(model: Model) -> None:
    """Finish what is half-typed."""
    for name, document in model.open.items():
        if not is_sound(name, document.text):
            document.send(
                lsp.TextDocumentContentChangeWholeDocument(model.sound.get(name, FILES.get(name, COMMON)))
            )


async def shown(documents: dict[str, Document]) -> dict[str, list[tuple[int, int, str, str]]]:
    """What stands in the Problems panel, in one order."""
    found = {}
    for name, document in documents.items():
        items = await document.shown()
        found[name] = sorted(
            (item.range.start.line, item.range.start.character, str(item.code), item.message)
            for item in items
        )
    return found


async def check_against_a_fresh_server(model: Model, client: StepsClient, kind: str, log: Path) -> None:
    mend(model)
    async with session(model.folder, client_capabilities(kind), log) as fresh:
        documents = {name: Document(fresh, document.path) for name, document in model.open.items()}
        for name, document in documents.items():
            await document.open(model.open[name].text, "yaml" if name.endswith("yaml") else "python")
        with contextlib.suppress(asyncio.TimeoutError):
            # The other side of the last edit may be shown a moment later.
            while await shown(model.open) != await shown(documents):
                await news(client, fresh)
        assert await shown(model.open) == await shown(documents)


async def news(*clients: StepsClient) -> None:
    """Wait until one of them is shown something."""
    for client in clients:
        client.news.clear()
    waits = [asyncio.create_task(client.news.wait()) for client in clients]
    done, pending = await asyncio.wait(waits, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
    for wait in pending:
        wait.cancel()
    if not done:
        raise asyncio.TimeoutError


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", KINDS)
async def test_two_thousand_steps_show_what_a_restart_would_show(kind: str, tmp_path: Path) -> None:
    await play(kind, tmp_path, seed=2026, steps=STEPS)


@pytest.mark.long
@pytest.mark.asyncio
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", range(3))
async def test_other_steps_each_week_show_what_a_restart_would_show(
    kind: str, number: int, tmp_path: Path
) -> None:
    seed = weekly_seed() + number
    print(f"seed {seed}")
    await play(kind, tmp_path, seed, STEPS)


async def play(kind: str, tmp_path: Path, seed: int, steps: int) -> None:
    """One session with a server, beside its model."""
    folder = tmp_path / "workspace"
    model = Model(folder, random.Random(seed))  # noqa: S311  # reproducible, not secret
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    async with session(folder, client_capabilities(kind), tmp_path / "log") as client:
        for step in range(1, steps + 1):
            done = model.random.choice(ACTIONS)(model, client)
            if done is not None:
                await done
            if step % CHECK_EVERY == 0:
                await check_against_a_fresh_server(model, client, kind, tmp_path / "fresh.log")
        for document in model.open.values():
            document.close()
        command = lsp.ExecuteCommandParams("valohai-steps.debugInformation", [])
        report = str(await client.workspace_execute_command_async(command))
        assert "## Documents (0 open" in report
    for log in (tmp_path / "log", tmp_path / "fresh.log"):
        said = log.read_text("utf-8")
        assert "Traceback" not in said
        assert "ERROR" not in said
    shutil.rmtree(folder)
