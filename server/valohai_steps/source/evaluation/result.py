"""What evaluation finds: a value, and for a dict its entries with the places where they stand."""

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.model.finding import Related
from valohai_steps.model.step import Cause, Origin, PythonValue, Static, Unknown, Value
from valohai_steps.model.text import Span

# Names make deep values of short texts, and every look at such a value would take forever.
DEEPEST = 8


class ChangedValue(Unknown, frozen=True):
    """Unknown because the value is, or may be, changed between definition and use. `change` is where.

    `how` is what happens to it there ("is passed to `tune()`, which may change it"), empty for a plain
    change; `advice` is what to do instead.
    """

    change: Span = Span(0, 0)  # a Span is frozen
    how: str = ""
    advice: str = ""


class EvaluatedEntry(Struct, frozen=True):
    """One entry of a dict. `span` runs from the key to the end of the value.

    `display` is the dict display (or `dict(...)`) in which it is written, None when it comes from another
    file or from a change such as `p["x"] = 3`.
    """

    key: Value
    found: "Evaluated"
    span: Span
    display: Span | None = None


class Evaluated(Struct, frozen=True):
    """The value of an expression.

    `entries` are those of a dict, as written: a key may stand there twice, the last one counts. `holes` are
    parts of the dict that cannot be known, so that there may be more entries. `display` is where an entry
    can be added in this file.
    """

    value: Value
    entries: tuple[EvaluatedEntry, ...] | None = None
    holes: tuple[Unknown, ...] = ()
    display: Span | None = None
    depth: int = 0


def dict_found(
    entries: Iterable[EvaluatedEntry], holes: Iterable[Unknown], span: Span, display: Span | None
) -> Evaluated:
    """A dict made of entries; its value is Unknown when any part of it is."""
    entries, holes = tuple(entries), tuple(holes)
    depth = 1 + max((entry.found.depth for entry in entries), default=0)
    if depth > DEEPEST:
        return Evaluated(Unknown(span, Cause.TOO_DEEP))
    return Evaluated(_dict_value(entries, holes, span), entries, holes, display, depth)


def effective(entries: Iterable[EvaluatedEntry]) -> tuple[EvaluatedEntry, ...]:
    """The entries that count, in Python's order: the first place of a key, the last value."""
    by_key: dict[PythonValue, EvaluatedEntry] = {}
    for entry in entries:
        if isinstance(entry.key, Static) and is_scalar(entry.key.value):
            by_key[entry.key.value] = entry
        else:
            by_key[(id(entry),)] = entry
    return tuple(by_key.values())


def is_scalar(value: PythonValue) -> bool:
    """Whether a value is one of Python's atoms; only these, and tuples of them, are compared and hashed."""
    return value is None or isinstance(value, (bool, int, float, complex, str, bytes))


def is_key(value: PythonValue) -> bool:
    """Whether a value may be a key: hashing deeper tuples could take forever."""
    return is_scalar(value) or (isinstance(value, tuple) and all(map(is_scalar, value)))


def brought(found: Evaluated, use: Span, path: PurePath) -> Evaluated:
    """What was found in another file, as it looks from the expression at `use` in this one."""
    entries = None
    if found.entries is not None:
        entries = tuple(
            EvaluatedEntry(_brought_value(e.key, use, path), brought(e.found, use, path), use)
            for e in found.entries
        )
    holes = tuple(hole for hole in (_brought_value(h, use, path) for h in found.holes))
    return Evaluated(
        _brought_value(found.value, use, path),
        entries,
        tuple(hole for hole in holes if isinstance(hole, Unknown)),
    )


def _brought_value(value: Value, use: Span, path: PurePath) -> Value:
    if isinstance(value, Static):
        return replace(value, span=use, origin=value.origin or Origin(path, value.span))
    related = value.related
    if not any(place.path is not None for place in related):
        related = (Related(value.span, value.reason, path),)
    file = path.name if value.related == () else value.file
    return Unknown(use, value.cause, value.subject, related, file)


def _dict_value(entries: tuple[EvaluatedEntry, ...], holes: tuple[Unknown, ...], span: Span) -> Value:
    for unknown in (*holes, *_unknowns(entries)):
        return unknown
    result: dict[PythonValue, PythonValue] = {}
    for entry in entries:
        if isinstance(entry.key, Static) and isinstance(entry.found.value, Static):
            if not is_key(entry.key.value):
                return Unknown(entry.key.span, Cause.NOT_A_KEY)
            result[entry.key.value] = entry.found.value.value
    return Static(result, span)


def _unknowns(entries: tuple[EvaluatedEntry, ...]) -> Iterator[Unknown]:
    for entry in entries:
        for value in (entry.key, entry.found.value):
            if isinstance(value, Unknown):
                yield value
