"""Completion in Python: inside a `prepare()` call, its dicts and definitions, and where names are read."""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.ide.completion.completion import Completion, Kind, KnownName
from valohai_steps.ide.completion.workspace_names import (
    declared_names,
    only_in_yaml,
    undeclared_steps,
    values_used,
)
from valohai_steps.ide.completion.writing import written_argument, written_key, written_value
from valohai_steps.ide.vocabulary import ARGUMENTS, KEYS, Word
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.python_file import PythonFile
from valohai_steps.source.written.place import Place, Wanted, place_at

_USED = {"image": "image", "environment": "environment", "upload_store": "upload-store"}
_ITEMS = {"parameter": Kind.PARAMETER, "input": Kind.INPUT}


def python_completions(snapshot: Snapshot, path: Path, offset: int) -> Iterator[Completion]:
    """What can be written at `offset` of a Python file or of a notebook's cells, the likeliest first.

    Raises FileError.
    """
    python = None if snapshot.is_json(path) else snapshot.python(path)
    place = place_at(python, offset) if python is not None else None
    if python is None or place is None:
        return
    match place.wanted:
        case Wanted.ARGUMENT:
            yield from _arguments(place)
        case Wanted.ARGUMENT_VALUE:
            yield from _argument_values(snapshot, path, place)
        case Wanted.ENTRY:
            yield from _entries(snapshot, path, place)
        case Wanted.KEY:
            yield from _keys(place)
        case Wanted.KEY_VALUE:
            word = KEYS[place.kind].get(_key(place.name))
            yield from _values_of(place, word) if word is not None else ()
        case Wanted.READ:
            yield from _reads(snapshot, path, python, place)


def _arguments(place: Place) -> Iterator[Completion]:
    for word in ARGUMENTS.values():
        if word.name not in place.given:
            yield written_argument(place, word)


def _argument_values(snapshot: Snapshot, path: Path, place: Place) -> Iterator[Completion]:
    if place.name == "step":
        for known in undeclared_steps(snapshot, path, place.slot.cursor):
            yield written_value(place, known, Kind.STEP)
    elif place.name in _USED:
        for known in values_used(snapshot, path, _USED[place.name]):
            yield written_value(place, known, Kind.IMAGE if place.name == "image" else Kind.VALUE)
    elif place.name in ARGUMENTS:
        yield from _values_of(place, ARGUMENTS[place.name])


def _entries(snapshot: Snapshot, path: Path, place: Place) -> Iterator[Completion]:
    """The parameters or inputs that the step has in valohai.yaml, and not yet here."""
    known = only_in_yaml(snapshot, path, place.step, place.kind) if place.step else ()
    for each in known:
        if each.name not in place.given:
            yield written_key(place, each, _ITEMS[place.kind])


def _keys(place: Place) -> Iterator[Completion]:
    given = {_key(name) for name in place.given}
    for word in KEYS[place.kind].values():
        if word.name not in given:
            yield written_key(place, KnownName(word.name, word.takes, word.markdown), Kind.KEY, word)


def _values_of(place: Place, word: Word) -> Iterator[Completion]:
    for text in word.texts:
        yield written_value(place, KnownName(text, word.name), Kind.VALUE)
    if word.flags and not place.slot.quote:
        for flag in ("True", "False"):
            yield written_value(place, KnownName(flag, word.name), Kind.VALUE, is_text=False)


def _reads(snapshot: Snapshot, path: Path, python: PythonFile, place: Place) -> Iterator[Completion]:
    for known in declared_names(snapshot, path, python, place.kind):
        yield written_value(place, known, _ITEMS[place.kind])


def _key(name: str) -> str:
    """A key as Valohai spells it: Python may write `pass_as`."""
    return name.replace("_", "-")
