"""What a step's Python says about its YAML: claims, each with the place in Python that makes it.

What each default becomes is a table in `tests/drift/test_declaration.py`; the keys are of Valohai's schema.
"""

import shlex
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import PurePosixPath

from msgspec import Struct

from valohai_steps.model.step import (
    Attribute,
    InputFact,
    ParameterFact,
    PythonValue,
    Static,
    StepFact,
    Unknown,
    Value,
)
from valohai_steps.model.text import Span

DEFAULT_IMAGE = "python:3.11-slim"
_TRUE, _FALSE = True, False  # named, because a bare boolean among arguments says nothing


class Strength(Enum):
    """How far a claim reaches into a step that exists already."""

    STATED = "stated"  # Python owns it: a different value in valohai.yaml is a difference
    NEEDED = "needed"  # added where missing, else valohai.yaml decides
    INITIAL = "initial"  # only written with a new step, parameter or input


class Absent(Enum):
    """The value of a claim that a key must not be there."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT


class Claim(Struct, frozen=True):
    """`key` (as YAML spells it) has `value`; `span` is what says so in Python."""

    key: str
    value: PythonValue
    span: Span
    strength: Strength = Strength.STATED


class DeclaredItem(Struct, frozen=True):
    """A parameter or input that Python declares."""

    name: str
    name_span: Span
    span: Span
    claims: tuple[Claim, ...]

    def as_mapping(self) -> dict[str, PythonValue]:
        """The whole item for a new entry: `name` first, the rest in alphabetical order."""
        rest = {claim.key: claim.value for claim in self.claims if claim.value is not ABSENT}
        return {"name": self.name, **dict(sorted(rest.items()))}


class DeclaredStep(Struct, frozen=True):
    """A step as Python declares it; `claims` are about the step's own keys."""

    name: str
    name_span: Span
    call_span: Span
    claims: tuple[Claim, ...]
    parameters: tuple[DeclaredItem, ...]
    inputs: tuple[DeclaredItem, ...]

    def items(self, kind: str) -> tuple[DeclaredItem, ...]:
        """The parameters or the inputs; `kind` is "parameter" or "input"."""
        return self.parameters if kind == "parameter" else self.inputs

    def as_mapping(self) -> dict[str, PythonValue]:
        """The whole step for a new entry, what runs first, then what it takes, then where."""
        claimed: Mapping[str, PythonValue] = {claim.key: claim.value for claim in self.claims}
        lists = {
            "parameters": [item.as_mapping() for item in self.parameters],
            "inputs": [item.as_mapping() for item in self.inputs],
        }
        order = ("image", "command", "parameters", "inputs", "environment", "source-path", "upload-store")
        found = {**claimed, **{key: items for key, items in lists.items() if items}}
        return {"name": self.name, **{key: found[key] for key in order if key in found}}


def declare(
    step: StepFact, source: PurePosixPath, default_image: str = DEFAULT_IMAGE, *, as_project: bool = False
) -> DeclaredStep:
    """What a complete step claims.

    `source` is the Python file or notebook, relative to the folder of valohai.yaml. Parts that are Unknown
    make no claim: callers that write must look at `step.is_certain` first. `as_project`: a new
    step installs the project around it, and no requirements file.
    """
    return DeclaredStep(
        name=step.name,
        name_span=step.name_span,
        call_span=step.call_span,
        claims=tuple(_step_claims(step, source, default_image, as_project=as_project)),
        parameters=tuple(_declare_item(fact, _parameter_claims(fact)) for fact in step.parameters),
        inputs=tuple(_declare_item(fact, _input_claims(fact)) for fact in step.inputs),
    )


def parameter_type(value: PythonValue) -> str | None:
    """Valohai's type for a Python default; None when the value implies none (None, an empty list).

    A list has the type of its elements; integers among floats make floats.
    """
    if isinstance(value, (list, tuple)):
        types = {parameter_type(element) for element in value}
        if types == {"integer", "float"}:
            return "float"
        return types.pop() if len(types) == 1 else None
    for python_type, name in ((bool, "flag"), (int, "integer"), (float, "float"), (str, "string")):
        if isinstance(value, python_type):
            return name
    return None


def is_local(uri: str) -> bool:
    """Whether an input's URI is a path that only this machine can read."""
    return "://" not in uri


def command_for(source: PurePosixPath, *, multifile: bool, as_project: bool = False) -> list[str]:
    """The command of a new step that runs `source`, relative to the folder of valohai.yaml."""
    install = "pip install ." if as_project else "pip install -r requirements.txt"
    if source.suffix == ".ipynb":
        notebook = shlex.quote(f"/valohai/repository/{source}")
        output = shlex.quote(f"/valohai/outputs/{source.name}")
        return [install, f"papermill -k python3 -f /valohai/config/parameters.json {notebook} {output}"]
    if multifile:
        return [install, "python {source-path} {parameters}"]
    return [install, f"python {shlex.quote(dotted(source))} {{parameters}}"]


def dotted(source: PurePosixPath) -> str:
    """The path as a command writes it: `./train.py`, `./sub/train.py`, `../train.py`."""
    return str(source) if source.is_absolute() or source.parts[:1] == ("..",) else f"./{source}"


def _step_claims(
    step: StepFact, source: PurePosixPath, default_image: str, *, as_project: bool
) -> Iterator[Claim]:
    if isinstance(step.image, Static) and step.image.value is not None:
        yield Claim("image", step.image.value, step.image.span)
    else:
        yield Claim("image", default_image, step.name_span, Strength.INITIAL)
    command = command_for(source, multifile=step.is_multifile, as_project=as_project)
    yield Claim("command", command, step.name_span, Strength.INITIAL)
    for key, value in (("environment", step.environment), ("upload-store", step.upload_store)):
        if isinstance(value, Static) and value.value is not None:
            yield Claim(key, value.value, value.span)
    if step.is_multifile and step.multifile is not None:
        yield Claim("source-path", dotted(source), step.multifile.span)


def _declare_item(fact: ParameterFact, claims: Iterator[Claim]) -> DeclaredItem:
    by_key: dict[str, Claim] = {}
    for claim in claims:
        known = by_key.get(claim.key)
        if known is None or known.strength is not Strength.STATED:
            by_key[claim.key] = claim
    return DeclaredItem(fact.name, fact.name_span, fact.span, tuple(by_key.values()))


def _parameter_claims(fact: ParameterFact) -> Iterator[Claim]:
    yield from _attribute_claims(fact.attributes)
    stated_type = next((a.value for a in fact.attributes if a.name == "type"), None)
    default = fact.default
    if not isinstance(default, Static) or default.value in (None, [], ()):
        yield from _no_default_claims(fact, default)
        return
    value, span = default.value, default.span
    kind = stated_type.value if isinstance(stated_type, Static) else parameter_type(value)
    yield Claim("default", list(value) if isinstance(value, tuple) else value, span)
    yield Claim("type", kind, span)
    yield from _shape_claims(fact.name, kind, value, span)


def _shape_claims(name: str, kind: PythonValue, value: PythonValue, span: Span) -> Iterator[Claim]:
    if kind == "flag":
        yield Claim("pass-true-as", f"--{name}=true", span, Strength.INITIAL)
        yield Claim("pass-false-as", f"--{name}=false", span, Strength.INITIAL)
    else:
        yield Claim("optional", _FALSE, span, Strength.INITIAL)
    if isinstance(value, (list, tuple)):
        yield Claim("multiple", "separate", span, Strength.NEEDED)
        yield Claim("multiple-separator", ",", span, Strength.INITIAL)


def _no_default_claims(fact: ParameterFact, default: Value | None) -> Iterator[Claim]:
    span = default.span if default is not None else fact.name_span
    if isinstance(default, Static):
        yield Claim("default", ABSENT, span)
    if isinstance(default, Static) and default.value is not None:
        yield from _shape_claims(fact.name, "string", default.value, span)
    stated = {attribute.name: attribute.value for attribute in fact.attributes}
    kind = stated.get("type")
    if isinstance(kind, Static) and kind.value == "flag":
        yield from _shape_claims(fact.name, "flag", None, span)
        return
    if isinstance(default, Unknown):
        return
    yield Claim("optional", _TRUE, span, Strength.INITIAL)
    yield Claim("type", "string", span, Strength.INITIAL)


def _input_claims(fact: InputFact) -> Iterator[Claim]:
    yield from _attribute_claims(fact.attributes)
    default = fact.default
    span = default.span if default is not None else fact.name_span
    uris = remote_uris(default.value) if isinstance(default, Static) else []
    if uris:
        yield Claim("default", uris[0] if len(uris) == 1 else uris, span)
    elif isinstance(default, Static) and default.value in (None, "", [], ()):
        yield Claim("default", ABSENT, span)
    yield Claim("optional", not uris, span, Strength.INITIAL)
    if any("*" in uri for uri in uris):
        yield Claim("keep-directories", "suffix", span, Strength.INITIAL)


def remote_uris(value: PythonValue) -> list[str]:
    """The URIs of an input's default that the platform can read; local paths are left out."""
    listed = value if isinstance(value, (list, tuple)) else [value]
    return [uri for uri in listed if isinstance(uri, str) and not is_local(uri)]


def _attribute_claims(attributes: tuple[Attribute, ...]) -> Iterator[Claim]:
    for attribute in attributes:
        if isinstance(attribute.value, Static):
            value = attribute.value.value
            key = attribute.name.replace("_", "-")
            plain = ABSENT if value is None else list(value) if isinstance(value, tuple) else value
            yield Claim(key, plain, attribute.value.span)
