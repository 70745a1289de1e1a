"""The innermost part of a `prepare()` call around a cursor: its arguments, its entries, one definition."""

from collections.abc import Iterator
from enum import Enum

from msgspec import Struct

from valohai_steps.model.patterns import pattern
from valohai_steps.source.cursor.slot import content_of
from valohai_steps.source.python_file import PythonFile
from valohai_steps.source.text.brackets import Bracket, BracketItem, outline

_OPENING = pattern(r"[ \t]*\(")
_KINDS = {"default_parameters": "parameter", "default_inputs": "input"}


class EnclosingRole(Enum):
    """What a pair of brackets holds."""

    ARGUMENTS = "the arguments of prepare()"
    ENTRIES = "the parameters, or the inputs"
    DEFINITION = "the definition of one of them"


class Enclosing(Struct, frozen=True):
    """A bracket around the cursor. `kind` is "parameter" or "input" where it is about one of them.

    `item` is what stands between the commas around the cursor, `entry` the name of what a definition
    defines, `step` that of the step as it is written. `is_direct`: no other bracket stands between.
    """

    role: EnclosingRole
    bracket: Bracket
    item: BracketItem
    is_direct: bool
    step: str | None = None
    kind: str = ""
    entry: str = ""


def surroundings(file: PythonFile, offset: int) -> Enclosing | None:
    """What stands around `offset`, in code points; None outside of what is a step's."""
    for bracket in _calls(file, offset):
        return _in_call(file.text, bracket, offset)
    for bracket, kind, step in _displays(file, offset):
        return _in_entries(file.text, bracket, offset, kind, step)
    return None


def name_of(text: str, item: BracketItem) -> str | None:
    """The keyword of an argument or the key of an entry, as far as it is written; None when there is none."""
    first = item.pieces[0] if item.pieces else None
    if first is None or first.kind not in ("word", "text"):
        return None
    return content_of(text, first.span) if first.kind == "text" else text[first.span.start : first.span.end]


def _calls(file: PythonFile, offset: int) -> Iterator[Bracket]:
    for call in file.calls:
        if not call.callee_span.end < offset <= call.call_span.end:
            continue
        opening = _OPENING.match(file.text, call.callee_span.end)
        if opening is not None:
            bracket = outline(file.text, opening.end() - 1, call.call_span.end)
            if bracket.holds(offset):
                yield bracket


def _displays(file: PythonFile, offset: int) -> Iterator[tuple[Bracket, str, str]]:
    """The dicts that stand outside of their call: `P = {...}`."""
    for step in file.steps:
        for kind, span in (("parameter", step.parameters_span), ("input", step.inputs_span)):
            if span is None or not span.contains(offset) or not file.text.startswith("{", span.start):
                continue
            bracket = outline(file.text, span.start, span.end)
            if bracket.holds(offset):
                yield bracket, kind, step.name


def _in_call(text: str, bracket: Bracket, offset: int) -> Enclosing | None:
    item = bracket.item_at(offset)
    if item is None:
        return None
    step = next((_step(text, each) for each in bracket.items if name_of(text, each) == "step"), None)
    inner = _inner(item, offset)
    kind = _KINDS.get(name_of(text, item) or "", "") if item.sign is not None else ""
    if inner is not None and inner.kind == "{" and kind:
        return _in_entries(text, inner, offset, kind, step)
    return Enclosing(EnclosingRole.ARGUMENTS, bracket, item, inner is None, step)


def _in_entries(text: str, bracket: Bracket, offset: int, kind: str, step: str | None) -> Enclosing | None:
    item = bracket.item_at(offset)
    if item is None:
        return None
    inner = _inner(item, offset)
    if inner is None or inner.kind != "{" or item.sign is None:
        return Enclosing(EnclosingRole.ENTRIES, bracket, item, inner is None, step, kind)
    within = inner.item_at(offset)
    if within is None:
        return None
    entry = name_of(text, item) or ""
    return Enclosing(
        EnclosingRole.DEFINITION, inner, within, _inner(within, offset) is None, step, kind, entry
    )


def _inner(item: BracketItem, offset: int) -> Bracket | None:
    brackets = (piece.bracket for piece in item.pieces if piece.bracket is not None)
    return next((bracket for bracket in brackets if bracket.holds(offset)), None)


def _step(text: str, item: BracketItem) -> str | None:
    literal = item.value[0] if item.sign is not None and len(item.value) == 1 else None
    return content_of(text, literal.span) if literal is not None and literal.kind == "text" else None


def given_names(text: str, bracket: Bracket, without: BracketItem | None = None) -> frozenset[str]:
    """The names of all items but one."""
    names = (name_of(text, item) for item in bracket.items if item is not without)
    return frozenset(name for name in names if name is not None)


def is_in_comment(bracket: Bracket, offset: int) -> bool:
    """Whether a cursor stands in a comment between the brackets."""
    return any(comment.start < offset <= comment.end for comment in bracket.comments)
