"""One edit in a valohai.yaml of 300 steps beside a ruamel.yaml round trip; and what else an edit changes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.documents import Document
from bench.failures import FAILURES, leave_out
from bench.inputs import FIRST, PythonText, project
from bench.peers import FLOORS, OWN
from bench.processes import output, run
from bench.rows.keystroke import STEPS
from bench.samples import Goal, Row, Sample, Series, faster
from bench.setting import Setting
from bench.styles import AFTER, BEFORE, PYTHON, styles
from bench.turns import take_turns

_RUAMEL = "ruamel.yaml round trip"
_KIND = "source.updateValohaiYaml"


def measure(setting: Setting) -> Iterator[Row]:
    """Ours is "Update valohai.yaml" as an editor asks for it: the menu's entry, then its edits."""
    room = setting.room("yaml-edit") / "project"
    python = project(room, 100, STEPS)
    yaml = (room / "valohai.yaml").read_bytes()
    with setting.servers([OWN], room) as clients:
        document = Document(clients[OWN], room / "train.py")
        document.open(python.text)
        scratch = room / "scratch.yaml"
        contestants = {OWN: updating(document, python), _RUAMEL: _round_trip(setting, scratch, yaml)}
        numbers = take_turns(contestants, setting.plan(40, 12)).numbers()
    goal = faster("a ruamel.yaml round trip takes x as long", numbers[OWN], numbers.get(_RUAMEL), 100)
    yield Row("yaml-edit", f"one edit in a valohai.yaml of {STEPS} steps", "ms", numbers, (goal,))
    yield _styles(setting)


def updating(document: Document, python: PythonText) -> Callable[[int], Sample]:
    """A contestant that changes the default in Python, and then takes it over into valohai.yaml."""

    def update(number: int) -> Sample:
        document.keystroke(python.in_call, FIRST + 500 + number)
        client = document.client
        before, since = client.processor_ms(), time.perf_counter()
        action = _action(document, python)
        resolved = client.request("codeAction/resolve", action)
        assert resolved.result["edit"]  # noqa: S101  # a refusal would be fast
        return Sample((resolved.at - since) * 1000, client.processor_ms() - before, client.peak_mb())

    return update


def _action(document: Document, python: PythonText) -> dict[str, Any]:
    place = {"line": python.in_call.line, "character": python.in_call.column}
    answer = document.client.request(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": document.uri},
            "range": {"start": place, "end": place},
            "context": {"diagnostics": [], "only": [_KIND]},
        },
    )
    (action,) = [action for action in answer.result if action["kind"] == _KIND]
    return dict(action)


def _round_trip(setting: Setting, path: Path, content: bytes) -> Callable[[int], Sample]:
    def edit(_: int) -> Sample:
        path.write_bytes(content)
        ((wall, spent),) = json.loads(output(_ruamel(setting, [path]), path.parent))
        return Sample(wall, spent)

    return edit


def _ruamel(setting: Setting, paths: list[Path]) -> list[str]:
    return [
        str(setting.peers.pylsp),
        str(FLOORS / "ruamel_round_trip.py"),
        AFTER,
        *map(str, paths),
    ]


def _styles(setting: Setting) -> Row:
    """How many styles of writing come through one edit with every other byte as it was."""
    room = setting.room("styles")
    ours = str(setting.peers.own.parent / "valohai-steps")
    texts = styles()
    kept: dict[str, list[str]] = {OWN: [], _RUAMEL: []}
    for number, (style, content) in enumerate(texts.items()):
        wanted = content.replace(BEFORE.encode(), AFTER.encode())
        folder = room / str(number)
        folder.mkdir()
        (folder / "train.py").write_text(PYTHON, "utf-8")
        yaml, theirs = folder / "valohai.yaml", folder / "theirs.yaml"
        yaml.write_bytes(content)
        theirs.write_bytes(content)
        run([ours, "update", "--no-requirements", "train.py"], folder)
        kept[OWN] += [style] * (yaml.read_bytes() == wanted)
        if _RUAMEL in kept:
            try:
                output(_ruamel(setting, [theirs]), folder)
                kept[_RUAMEL] += [style] * (theirs.read_bytes() == wanted)
            except FAILURES as error:
                leave_out(_RUAMEL, error)
                del kept[_RUAMEL]
    series = Series()
    for name, good in kept.items():
        series.add(name, Sample(len(good)))
    lost = sorted(texts.keys() - kept[OWN])
    goal = Goal(f"of {len(texts)} styles", len(kept[OWN]), len(texts), at_least=True, unit="")
    note = f"ours loses: {', '.join(lost)}" if lost else ""
    return Row("yaml-styles", "styles of writing kept to the byte", "styles", series.numbers(), (goal,), note)
