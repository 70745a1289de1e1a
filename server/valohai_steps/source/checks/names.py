"""VH109 duplicate-key, VH110 name-clash, VH111 invalid-name."""

import re
from collections.abc import Iterator

from valohai_steps.model.finding import Finding, Fix, Related
from valohai_steps.model.step import PythonValue, Static
from valohai_steps.model.text import Span
from valohai_steps.source.calls.call_reading import CallReading, DefaultItem
from valohai_steps.source.checks import fixes
from valohai_steps.source.checks.defaults import kind_of
from valohai_steps.source.evaluation.result import EvaluatedEntry, is_key

# `maxLength` of an input's name in Valohai's schema.
_LONGEST_INPUT = 64
HELP_NAMES = ("help",)  # the command line answers this itself


def duplicate_key(reading: CallReading) -> Iterator[Finding]:
    """VH109, at the entry that has no effect; in the definitions as well."""
    for given in reading.given:
        if given.name in ("default_parameters", "default_inputs"):
            yield from _duplicates(reading, given.found.entries or ())


def name_clash(reading: CallReading) -> Iterator[Finding]:
    """VH110: names that mean the same on the command line."""
    first: dict[str, DefaultItem] = {}
    for item in _counting(reading):
        name, span = item.fact.name if item.fact else "", item.entry.key.span
        if name in HELP_NAMES:
            message = f"--{name} shows the help of the command line, so {name!r} cannot be a name; rename it"
            yield Finding("VH110", span, message)
            continue
        known = first.setdefault(name.replace("_", "-"), item)
        if known is not item and known.fact is not None:
            other = known.fact.name
            what = "have one name" if other == name else "differ only in - and _"
            message = (
                f"{item.kind} {name!r} and {known.kind} {other!r} {what}, so the command line cannot tell "
                "them apart; rename one"
            )
            yield Finding("VH110", span, message, (Related(known.entry.key.span, f"the {known.kind}"),))


def invalid_name(reading: CallReading) -> Iterator[Finding]:
    """VH111."""
    for item in reading.items:
        key = item.entry.key
        if not isinstance(key, Static):
            continue
        reason = name_flaw(item.kind, key.value)
        if reason is not None:
            article = "an" if item.kind == "input" else "a"
            message = f"the name of {article} {item.kind} {reason}"
            yield Finding("VH111", key.span, message, fixes=tuple(_fixes(key)))


def name_flaw(kind: str, name: PythonValue) -> str | None:
    """Why a parameter or an input cannot have this name (VH111), as the end of a sentence about the name."""
    if not isinstance(name, str):
        return f"must be a string, not {kind_of(name)}; put it in quotes"
    if not name:
        return "cannot be empty; write one between the quotes"
    if re.search(r"\s", name):
        return f"cannot contain spaces; try {_with_dashes(name)!r}"
    if "=" in name:
        return f"cannot contain =, as {name!r} does: the command line reads --name=value"
    if name.startswith("-"):
        return f"cannot start with -, as {name!r} does: the command line adds the dashes itself"
    if kind == "input" and len(name) > _LONGEST_INPUT:
        return f"can have at most {_LONGEST_INPUT} characters; this one has {len(name)}"
    return None


def _with_dashes(name: str) -> str:
    return "-".join(name.split())


def _duplicates(reading: CallReading, entries: tuple[EvaluatedEntry, ...]) -> Iterator[Finding]:
    last: dict[tuple[PythonValue, Span | None], EvaluatedEntry] = {}
    for entry in reversed(entries):
        if isinstance(entry.key, Static) and is_key(entry.key.value) and entry.display is not None:
            winner = last.setdefault((entry.key.value, entry.display), entry)
            if winner is not entry:
                message = (
                    f"{entry.key.value!r} is a duplicate key: only the last one is used; remove this one"
                )
                related = (Related(winner.key.span, "the one that is used"),)
                remove = fixes.remove_entry(reading.syntax, entry.span, "Remove this entry")
                yield Finding("VH109", entry.key.span, message, related, (remove,))
        yield from _duplicates(reading, entry.found.entries or ())


def _counting(reading: CallReading) -> Iterator[DefaultItem]:
    """The items that count: of a key that stands twice the last one."""
    for kind in ("parameter", "input"):
        counting = {item.fact.name: item for item in reading.items if item.kind == kind and item.fact}
        yield from counting.values()


def _fixes(key: Static) -> Iterator[Fix]:
    if key.origin is not None or not key.literal:
        return
    if isinstance(key.value, (int, float)):
        yield fixes.quote(key.span, str(key.value))
    elif isinstance(key.value, str):
        better = re.sub(r"[\s=]+", "-", key.value.strip()).lstrip("-")
        if better and better != key.value:
            yield fixes.rename(key.span, better, quoted=True)
