"""Completion in Python: inside a `prepare()` call, its dicts and definitions, and where names are read."""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.ide.completion.arguments import namespace_completions
from valohai_steps.ide.completion.item import Completion, CompletionKind, KnownName
from valohai_steps.ide.completion.members import members_of
from valohai_steps.ide.completion.new_step import new_step
from valohai_steps.ide.completion.workspace_names import (
    declared_names,
    only_in_yaml,
    undeclared_steps,
    values_used,
)
from valohai_steps.ide.completion.writing import written_argument, written_key, written_value
from valohai_steps.model.schema.item_keys import ARGUMENTS, KEYS, ItemKey
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.cursor.member import member_at
from valohai_steps.source.cursor.place import CursorPlace, SlotContent, place_at
from valohai_steps.source.python_file import PythonFile

_USED = {"image": "image", "environment": "environment", "upload_store": "upload-store"}
_ITEMS = {"parameter": CompletionKind.PARAMETER, "input": CompletionKind.INPUT}


def python_completions(snapshot: Snapshot, path: Path, offset: int) -> Iterator[Completion]:
    """What can be written at `offset` of a Python file or of a notebook's cells, the likeliest first."""
    python = snapshot.typed_python(path)
    if python is None:
        return
    own = tuple(namespace_completions(snapshot, path, offset))
    if own:
        yield from own
        return
    member = member_at(python.text, offset)
    if member is not None:
        yield from members_of(member, python.text, path)
        return
    place = place_at(python, offset)
    if place is None:
        yield from new_step(python, path, offset)
        return
    match place.wanted:
        case SlotContent.ARGUMENT:
            yield from _arguments(place)
        case SlotContent.ARGUMENT_VALUE:
            yield from _argument_values(snapshot, path, place)
        case SlotContent.ENTRY:
            yield from _entries(snapshot, path, place)
        case SlotContent.KEY:
            yield from _keys(place)
        case SlotContent.KEY_VALUE:
            word = KEYS[place.kind].get(_key(place.name))
            yield from _values_of(place, word) if word is not None else ()
        case SlotContent.READ:
            yield from _reads(snapshot, path, python, place)


def _arguments(place: CursorPlace) -> Iterator[Completion]:
    for word in ARGUMENTS.values():
        if word.name not in place.given:
            yield written_argument(place, word)


def _argument_values(snapshot: Snapshot, path: Path, place: CursorPlace) -> Iterator[Completion]:
    if place.name == "step":
        for known in undeclared_steps(snapshot, path, place.slot.cursor):
            yield written_value(place, known, CompletionKind.STEP)
    elif place.name in _USED:
        for known in values_used(snapshot, path, _USED[place.name]):
            yield written_value(
                place, known, CompletionKind.IMAGE if place.name == "image" else CompletionKind.VALUE
            )
    elif place.name in ARGUMENTS:
        yield from _values_of(place, ARGUMENTS[place.name])


def _entries(snapshot: Snapshot, path: Path, place: CursorPlace) -> Iterator[Completion]:
    """The parameters or inputs that the step has in valohai.yaml, and not yet here."""
    known = only_in_yaml(snapshot, path, place.step, place.kind) if place.step else ()
    for each in known:
        if each.name not in place.given:
            yield written_key(place, each, _ITEMS[place.kind])


def _keys(place: CursorPlace) -> Iterator[Completion]:
    given = {_key(name) for name in place.given}
    for word in KEYS[place.kind].values():
        if word.name not in given:
            yield written_key(
                place, KnownName(word.name, word.takes, word.markdown), CompletionKind.KEY, word
            )


def _values_of(place: CursorPlace, word: ItemKey) -> Iterator[Completion]:
    for text in word.texts:
        yield written_value(place, KnownName(text, word.name), CompletionKind.VALUE)
    if word.flags and not place.slot.quote:
        for flag in ("True", "False"):
            yield written_value(place, KnownName(flag, word.name), CompletionKind.VALUE, is_text=False)


def _reads(snapshot: Snapshot, path: Path, python: PythonFile, place: CursorPlace) -> Iterator[Completion]:
    for known in declared_names(snapshot, path, python, place.kind):
        yield written_value(place, known, _ITEMS[place.kind])


def _key(name: str) -> str:
    """A key as Valohai spells it: Python may write `pass_as`."""
    return name.replace("_", "-")
