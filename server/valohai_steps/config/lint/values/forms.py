"""What strings must look like beyond being strings: times, paths, mounts, expressions."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from valohai_steps.model.patterns import pattern
from valohai_steps.model.schema.shape import Form

# As `valohai_yaml.utils.duration` reads times: numbers, each with a word of which the first letter counts.
_PART = pattern(r"(?P<value>[.\d]+)\s*(?P<unit>[a-z]*)")
_UNITS = "smhdw"
_MOUNT = pattern(r"/.+:/.+")
_ENDPOINT = pattern(r"[a-z][a-z0-9-]+")


def form_flaw(value: str, form: Form) -> str | None:
    """What is wrong with a string of this form, as the end of a sentence; None when nothing is."""
    return _FLAWS[form](value)


def _duration(value: str) -> str | None:
    if not value.strip():
        return None
    total = 0.0
    for part in _PART.finditer(value):
        if not part["unit"]:
            return f"has no unit after {part['value']}; add s, m, h, d or w"
        if part["unit"][0] not in _UNITS:
            return f"has a unit that Valohai does not know, {part['unit']}; use s, m, h, d or w"
        try:
            total += float(part["value"])
        except ValueError:
            return f"has {part['value']}, which is not a number; write a time such as 1h 30m"
    return None if total > 0 else "is not a time; write seconds, or a time such as 1h 30m"


def _expression(value: str) -> str | None:
    from valohai_steps.config.lint.values.expressions import expression_flaw  # only where there is one

    return expression_flaw(value)


def _absolute(value: str) -> str | None:
    return None if value.startswith("/") and len(value) > 1 else "must start with `/`"


def _mount_path(value: str) -> str | None:
    return "must not start with `/`" if value.startswith("/") else None


def _mount(value: str) -> str | None:
    return None if _MOUNT.match(value) else "is not a mount; write /folder-of-the-machine:/folder-of-the-step"


def _selector(value: str) -> str | None:
    return None if "=" in value else "must be label=value"


def _endpoint(value: str) -> str | None:
    if _ENDPOINT.fullmatch(value):
        return None
    return "must have at least two characters: lower-case letters, digits and `-`, a letter first"


_FLAWS: Mapping[Form, Callable[[str], str | None]] = MappingProxyType(
    {
        Form.DURATION: _duration,
        Form.EXPRESSION: _expression,
        Form.ABSOLUTE: _absolute,
        Form.RELATIVE: _mount_path,
        Form.MOUNT: _mount,
        Form.SELECTOR: _selector,
        Form.ENDPOINT: _endpoint,
    }
)
