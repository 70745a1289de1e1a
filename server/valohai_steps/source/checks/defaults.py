"""VH107 unsupported-default and VH113 local-input."""

from collections.abc import Iterator

from valohai_steps.model.finding import Finding, Fix
from valohai_steps.model.step import PythonValue, Static
from valohai_steps.source.calls.call_reading import CallReading
from valohai_steps.source.checks import fixes

_TEXTS = ("image", "environment", "upload_store")


def unsupported_default(reading: CallReading) -> Iterator[Finding]:
    """VH107: of parameters, of inputs, and of the other arguments."""
    yield from _arguments(reading)
    for fact in reading.facts("parameter"):
        if isinstance(fact.default, Static) and (why := _unsupported(fact.default.value)):
            yield Finding("VH107", fact.default.span, why, fixes=tuple(_fixes(reading, fact.default)))
    for fact in reading.facts("input"):
        if isinstance(fact.default, Static) and not _is_uris(fact.default.value):
            message = (
                f"the default of an input is a URI, or a list of URIs, not {kind_of(fact.default.value)}; "
                "write it as a string"
            )
            yield Finding("VH107", fact.default.span, message)


def local_input(reading: CallReading) -> Iterator[Finding]:
    """VH113."""
    for fact in reading.facts("input"):
        default = fact.default
        if not isinstance(default, Static) or not _is_uris(default.value):
            continue
        listed = default.value if isinstance(default.value, (list, tuple)) else [default.value]
        local = [uri for uri in listed if isinstance(uri, str) and uri and "://" not in uri]
        if local:
            message = (
                f"local path {local[0]!r}: works here, but not on Valohai; it is left out of valohai.yaml"
            )
            fix = fixes.replace_with(default.span, "None", "Remove the default")
            usable = default.literal and default.origin is None
            yield Finding("VH113", default.span, message, fixes=(fix,) if usable else ())


def kind_of(value: PythonValue) -> str:
    """A value's type, for people."""
    names = {
        dict: "a dict",
        set: "a set",
        list: "a list",
        tuple: "a tuple",
        str: "a string",
        bytes: "bytes",
        bool: "true or false",
        int: "a number",
        float: "a number",
        complex: "a complex number",
        type(None): "None",
    }
    return names.get(type(value), type(value).__name__)


def _arguments(reading: CallReading) -> Iterator[Finding]:
    for given in reading.given:
        value = given.found.value
        if not isinstance(value, Static) or value.value is None:
            continue
        if given.name in _TEXTS and not isinstance(value.value, str):
            message = f"{given.name}= must be a string, not {kind_of(value.value)}"
            yield Finding("VH107", given.span, message)
        if given.name == "multifile" and not isinstance(value.value, (bool, int)):
            message = f"multifile= must be True or False, not {kind_of(value.value)}"
            yield Finding("VH107", given.span, message)
        if given.name in ("default_parameters", "default_inputs") and given.found.entries is None:
            message = f"{given.name}= must be a dict of names and defaults, not {kind_of(value.value)}"
            yield Finding("VH107", given.span, message)


def _unsupported(value: PythonValue) -> str | None:
    """Why Valohai has no type for a default; None when it has."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return None
    if not isinstance(value, (list, tuple)):
        return f"{kind_of(value)} is not supported as a default; use a number, string, boolean or list"
    if any(not isinstance(element, (bool, int, float, str)) for element in value):
        return "a list can only hold numbers and strings; change or remove the other elements"
    kinds = {type(element) for element in value}
    if len(kinds) > 1 and kinds != {int, float}:
        return "the elements of a list must be of one type; write them all as strings, or all as numbers"
    return None


def _fixes(reading: CallReading, default: Static) -> Iterator[Fix]:
    """A set is written as a list, a mixed list as a list of texts."""
    if not default.literal or default.origin is not None:
        return
    value = default.value
    if isinstance(value, set) and not _unsupported(list(value)):
        source = reading.syntax.text[default.span.start : default.span.end]
        if source.startswith("{") and source.endswith("}"):
            yield fixes.replace_with(default.span, f"[{source[1:-1]}]", "Write a list")
    if isinstance(value, (list, tuple)) and all(isinstance(e, (bool, int, float, str)) for e in value):
        texts = ", ".join(fixes.quoted_text(str(element)) for element in value)
        yield fixes.replace_with(default.span, f"[{texts}]", "Write all elements as strings")
    if isinstance(value, bytes) and value.isascii():
        yield fixes.replace_with(default.span, fixes.quoted_text(value.decode()), "Write a string")


def _is_uris(value: PythonValue) -> bool:
    listed = value if isinstance(value, (list, tuple)) else [value]
    return value is None or all(isinstance(uri, str) for uri in listed)
