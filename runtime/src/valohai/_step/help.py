"""What ``--help`` prints: the step, and every parameter and input with type, default and description."""

from __future__ import annotations

import os
import sys
import textwrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any, Optional

    from .definition import Definition

_WIDTH = 80
_INDENT = " " * 6


def help_lines(
    step_name: Optional[str],
    image: Optional[str],
    parameters: Iterable[Definition],
    inputs: Mapping[str, Mapping[str, Any]],
) -> Iterator[str]:
    """The lines of the help, in 80 columns but for words that are longer.

    ``inputs`` maps the name of each input to its definition, which is empty if only Valohai knows the input.
    """
    parameters = list(parameters)
    script = os.path.basename(str(sys.argv[0])) or "script"
    options = " [--NAME=VALUE ...]" if parameters or inputs else ""
    yield f"usage: python {script}{options}"
    yield ""
    where = f" (on Valohai, in the image {image})" if image else ""
    yield from _wrapped(f"Runs the step {step_name!r}{where}.", "")
    if parameters:
        yield ""
        yield "parameters:"
        for definition in parameters:
            yield from _parameter_lines(definition)
    if inputs:
        yield ""
        yield "inputs (each takes one or more URIs, paths, folders or patterns):"
        for name, stated in inputs.items():
            yield from _input_lines(name, stated)


def _parameter_lines(definition: Definition) -> Iterator[str]:
    name, kind = definition.name, definition.other.__name__ if definition.other else definition.kind
    if definition.sequence is not None:
        several = f"several values: --{name}=A --{name}=B"
        if not (definition.repeat and kind == "string"):
            several += f", or --{name}=A{definition.separator}B"
        yield f"  --{name}={kind.upper()}"
        yield from _wrapped(several)
    elif kind == "flag":
        yield f"  --{name}, --no-{name}"
    else:
        yield f"  --{name}={kind.upper()}"
    if definition.description:
        yield from _wrapped(definition.description)
    limits = [
        f"{word} {limit!r}"
        for word, limit in (("at least", definition.minimum), ("at most", definition.maximum))
        if limit is not None
    ]
    if definition.choices:
        limits.append(f"one of {', '.join(map(_shown, definition.choices))}")
    if limits:
        yield from _wrapped(", ".join(limits))
    yield from _wrapped(f"default: {_shown(definition.default)}")


def _input_lines(name: str, definition: Mapping[str, Any]) -> Iterator[str]:
    yield f"  --{name}=URI"
    if definition.get("description"):
        yield from _wrapped(str(definition["description"]))
    uris = definition.get("default") or []
    yield from _wrapped(f"default: {' '.join(uris) or 'none'}")


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_shown, value)) or "none"
    return repr(value) if isinstance(value, str) and (not value or value != value.strip()) else str(value)


def _wrapped(text: str, indent: str = _INDENT) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
