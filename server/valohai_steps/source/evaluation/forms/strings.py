"""Texts made of texts: `%`, `.format()` and the specs of f-strings, over known values, with bounded work."""

import re
from collections.abc import Callable, Mapping, Sequence
from string import Formatter

from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import PythonValue

# A width or precision of five digits and more makes a text that is no default of a step.
_TOO_WIDE = pattern(r"\d{4}")
_PERCENT = pattern(r"%(?:\((?P<name>[^()]*)\))?[-#0 +]*(?P<width>[\d.*]*)[hlL]?(?P<kind>.)", re.DOTALL)
_DEEPEST_FIELD = 2
# What is not printed by its field, or cut by it, is counted as well.
_MUCH_LONGER = 10

# Methods of a string that depend on nothing but it and plain arguments; `join` takes whatever is iterable.
TEXT_METHODS = frozenset(
    {
        "capitalize",
        "casefold",
        "count",
        "endswith",
        "find",
        "index",
        "isalnum",
        "isalpha",
        "isdigit",
        "isidentifier",
        "islower",
        "isupper",
        "lower",
        "lstrip",
        "partition",
        "removeprefix",
        "removesuffix",
        "replace",
        "rfind",
        "rpartition",
        "rsplit",
        "rstrip",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "swapcase",
        "title",
        "upper",
        "zfill",
    }
)


def is_plain(value: PythonValue) -> bool:
    """Whether a value looks the same as text on every machine."""
    return value is None or isinstance(value, (bool, int, float, str))


def format_value(value: PythonValue, conversion: str, spec: str) -> str:
    """`f"{value!conversion:spec}"`. Raises ValueError when it fails or is not done here."""
    if not is_plain(value) or _TOO_WIDE.search(spec):
        raise ValueError("not formatted without running it")
    converters: Mapping[str, Callable[[PythonValue], str]] = {"r": repr, "s": str, "a": ascii}
    converted = converters[conversion](value) if conversion else value
    try:
        return format(converted, spec)
    except TypeError as error:
        raise ValueError(str(error)) from error


def percent_format(template: str, arguments: PythonValue, longest: int) -> str:
    """`template % arguments`. Raises ValueError or TypeError when it fails or is not done here."""
    values = arguments if isinstance(arguments, tuple) else (arguments,)
    if isinstance(arguments, dict):
        values = tuple(arguments.values())
    if not all(map(is_plain, values)) or len(template) > longest:
        raise ValueError("not formatted without running it")
    for match in _PERCENT.finditer(template):
        if "*" in match["width"] or _TOO_WIDE.search(match["width"]):
            raise ValueError("not formatted without running it")
    _demand_short(template, template.count("%"), values, longest)
    result = template % arguments
    if len(result) > longest:
        raise ValueError("too long")
    return result


def brace_format(
    template: str, positional: Sequence[PythonValue], named: Mapping[str, PythonValue], longest: int
) -> str:
    """`template.format(*positional, **named)`. Raises ValueError when it fails or is not done here."""
    if not all(map(is_plain, (*positional, *named.values()))):
        raise ValueError("not formatted without running it")
    _check_fields(template, 0)
    _demand_short(template, template.count("{"), (*positional, *named.values()), longest)
    try:
        result = template.format(*positional, **named)
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error
    if len(result) > longest:
        raise ValueError("too long")
    return result


def _demand_short(template: str, fields: int, values: Sequence[PythonValue], longest: int) -> None:
    """Raises ValueError for a text that may be much longer than `longest`, before it is made."""
    width = max((len(value) for value in values if isinstance(value, str)), default=0)
    if len(template) + fields * width > _MUCH_LONGER * longest:
        raise ValueError("too long")


def _check_fields(template: str, depth: int) -> None:
    """Fields may not reach into their values, nor be wider than a text of ours may be."""
    for _, name, spec, _ in Formatter().parse(template):
        if name is None:
            continue
        if depth >= _DEEPEST_FIELD or "." in name or "[" in name or _TOO_WIDE.search(spec or ""):
            raise ValueError("not formatted without running it")
        if spec and "{" in spec:  # a width given by a value could be any number
            raise ValueError("not formatted without running it")
