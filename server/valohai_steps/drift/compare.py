"""Compare a declared step with its step in valohai.yaml: a list of drifts, empty when they agree."""

import math
from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from valohai_steps.config.reader import YamlItem, YamlStep
from valohai_steps.drift.declaration import ABSENT, Absent, Claim, DeclaredItem, DeclaredStep, Strength
from valohai_steps.model.schema.parameters import PARAMETER
from valohai_steps.model.step import PythonValue
from valohai_steps.model.text import Span

Subject = Literal["step", "parameter", "input", "pipeline", "node", "edge"]
# The keys of which a missing one says as much as one with its usual value.
_COMPARED = ("type", "optional", "multiple-separator")


class Side(Struct, frozen=True):
    """One side of a drift: its value and the place in its own file."""

    value: PythonValue | Absent
    span: Span


class Drift(Struct, frozen=True):
    """One difference. `key` is None when the whole step, parameter or input is missing on one side.

    `python` is None for what only valohai.yaml has, `yaml` for what only Python has. For a missing key,
    `yaml` is None as well, and `anchor` is the place in valohai.yaml to show: the item's or step's name.
    """

    subject: Subject
    name: str
    key: str | None
    python: Side | None
    yaml: Side | None
    anchor: Span | None
    claim: Claim | None = None
    item: DeclaredItem | None = None


def compare(declared: DeclaredStep, found: YamlStep | None, sources: Iterable[str] = ()) -> tuple[Drift, ...]:
    """Every difference between what Python declares and what valohai.yaml holds.

    `sources` are the other files that declare the same step with `multifile=True`, as a command writes
    them: a `source-path` that names one of them is no difference.
    """
    if found is None:
        return (Drift("step", declared.name, None, Side(declared.name, declared.name_span), None, None),)
    claims = _without_shared_source(declared.claims, found, frozenset(sources))
    return (
        *_compare_claims("step", declared.name, claims, found),
        *_compare_items("parameter", declared.parameters, found.parameters, found),
        *_compare_items("input", declared.inputs, found.inputs, found),
    )


def _without_shared_source(
    claims: tuple[Claim, ...], found: YamlStep, sources: frozenset[str]
) -> tuple[Claim, ...]:
    entry = found.get("source-path")
    if entry is None or str(entry.value).removeprefix("./") not in {s.removeprefix("./") for s in sources}:
        return claims
    return tuple(claim for claim in claims if claim.key != "source-path")


def _compare_items(
    subject: Subject, declared: tuple[DeclaredItem, ...], found: tuple[YamlItem, ...], step: YamlStep
) -> Iterator[Drift]:
    existing = {item.name: item for item in found}
    for item in declared:
        other = existing.pop(item.name, None)
        if other is None:
            side = Side(item.as_mapping(), item.name_span)
            yield Drift(subject, item.name, None, side, None, step.name_span, item=item)
        else:
            yield from _compare_claims(subject, item.name, item.claims, other)
    for extra in existing.values():
        yield Drift(subject, extra.name, None, None, Side(extra.node.value, extra.name_span), extra.name_span)


def _compare_claims(
    subject: Subject, name: str, claims: tuple[Claim, ...], found: YamlStep | YamlItem
) -> Iterator[Drift]:
    kind = next((claim.value for claim in claims if claim.key == "type"), None)
    becomes_flag = kind == "flag" and _value_of(found, "type") != "flag"
    # Where the type changes, a value is written anew with it, not left because the new type reads it as well.
    kind_of_values = kind if kind == _value_of(found, "type") else None
    for claim in claims:
        needed = becomes_flag and claim.key in ("pass-true-as", "pass-false-as")
        strength = Strength.NEEDED if needed else claim.strength
        entry = found.get(claim.key)
        if strength is Strength.INITIAL or (strength is Strength.NEEDED and entry is not None):
            continue
        if entry is None:
            if claim.value is not ABSENT and not same(
                claim.key, claim.value, _implied(claim.key), kind_of_values
            ):
                python = Side(claim.value, claim.span)
                yield Drift(subject, name, claim.key, python, None, found.name_span, claim)
        elif not _agrees(claim, entry.value, kind_of_values, subject):
            python, yaml = Side(claim.value, claim.span), Side(entry.value, entry.node.span)
            yield Drift(subject, name, claim.key, python, yaml, entry.node.span, claim)


def _implied(key: str) -> PythonValue:
    """What valohai.yaml means by a key that is not there."""
    known = PARAMETER.keys.get(key)
    return known.default if known is not None and key in _COMPARED else None


def _value_of(found: YamlStep | YamlItem, key: str) -> PythonValue:
    entry = found.get(key)
    return _implied(key) if entry is None else entry.value


def _agrees(claim: Claim, value: PythonValue, kind: PythonValue, subject: Subject) -> bool:
    if claim.value is ABSENT:
        return value is None or value == []
    if claim.key == "default" and (subject == "input" or isinstance(value, list)):
        left, right = _listed(claim.value), _listed(value)
        return len(left) == len(right) and all(
            same("default", one, other, kind) for one, other in zip(left, right, strict=True)
        )
    return same(claim.key, claim.value, value, kind)


def _listed(value: PythonValue) -> list[PythonValue]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def same(key: str, python: PythonValue, yaml: PythonValue, kind: PythonValue = None) -> bool:
    """Whether two values mean the same to Valohai, which casts a parameter's values to its type `kind`."""
    if key in ("default", "min", "max", "choices") and kind is not None:
        if isinstance(python, list) and isinstance(yaml, list):
            return len(python) == len(yaml) and all(
                _cast(one, kind) == _cast(other, kind) for one, other in zip(python, yaml, strict=True)
            )
        return _cast(python, kind) == _cast(yaml, kind)
    if isinstance(python, float) and isinstance(yaml, float) and math.isnan(python):
        return math.isnan(yaml)
    return type(python) is type(yaml) and python == yaml


def _cast(value: PythonValue, kind: PythonValue) -> tuple[str, PythonValue]:
    """The value as Valohai reads it for a parameter of this type; unlike kinds never compare equal."""
    if isinstance(value, bool) or value is None or isinstance(value, (list, dict)):
        return type(value).__name__, repr(value)
    try:
        if kind == "integer":
            return "integer", int(str(value), 10)
        if kind == "float":
            number = float(str(value))
            return "float", "nan" if math.isnan(number) else number
    except ValueError:
        return "text", str(value)
    return "text", str(value)
