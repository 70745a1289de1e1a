"""What a call of `prepare()`, or a definition inside of it, may hold, and which part is being written."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from valohai_steps.model.schema.item_keys import ARGUMENTS, KEYS, ItemKey
from valohai_steps.model.text import Span
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.cursor.enclosing import (
    Enclosing,
    EnclosingRole,
    given_names,
    is_in_comment,
    name_of,
    surroundings,
)
from valohai_steps.source.python_file import PythonFile


class SignaturePart(Struct, frozen=True):
    """One argument or key. `span` is its place in the label, in code points."""

    span: Span
    documentation: str


class Signature(Struct, frozen=True):
    """A line that names all parts; `active` is the index of the one at the cursor."""

    label: str
    documentation: str
    parts: tuple[SignaturePart, ...]
    active: int


def signature(snapshot: Snapshot, path: Path, offset: int) -> Signature | None:
    """What the brackets around `offset` take; None outside of a step's."""
    python = snapshot.typed_python(path)
    around = surroundings(python, offset) if python is not None else None
    if python is None or around is None or is_in_comment(around.bracket, offset):
        return None
    if around.role is EnclosingRole.DEFINITION:
        about = f"The definition of {around.kind} `{around.entry}`." if around.entry else ""
        words = KEYS[around.kind]
        return _signature(f"{around.kind} {{", words, "}", about, _active(python.text, around, words))
    if around.role is EnclosingRole.ENTRIES and not _is_in_call(python, offset):
        return None  # a dict that a call uses: its entries have any name
    active = f"default_{around.kind}s" if around.kind else _active(python.text, around, ARGUMENTS)
    about = "Declares a step; the editor keeps valohai.yaml in step with it."
    return _signature("prepare(", ARGUMENTS, ")", about, active)


def _signature(
    opening: str, words: Mapping[str, ItemKey], closing: str, about: str, active: str
) -> Signature:
    label = opening
    parts: list[SignaturePart] = []
    for word in words.values():
        label += ", " if parts else ""
        parts.append(SignaturePart(Span(len(label), len(label) + len(word.name)), word.markdown))
        label += word.name
    return Signature(label + closing, about, tuple(parts), list(words).index(active))


def _active(text: str, around: Enclosing, words: Mapping[str, ItemKey]) -> str:
    """The part that is named at the cursor; else the first that is not given yet and begins as typed."""
    typed = _spelled(name_of(text, around.item) or "", words)
    given = {_spelled(name, words) for name in given_names(text, around.bracket, around.item)}
    left = [name for name in words if name not in given]
    likely = (name for name in (*left, *words) if name.startswith(typed))
    return typed if typed in words else next(likely, (*left, *words)[0])


def _spelled(name: str, words: Mapping[str, ItemKey]) -> str:
    """A key as Valohai spells it: Python may write `pass_as`."""
    return name if words is ARGUMENTS else name.replace("_", "-")


def _is_in_call(python: PythonFile, offset: int) -> bool:
    return any(call.call_span.contains(offset) for call in python.calls)
