"""A nested definition of a parameter or an input, key by key: what each key may hold."""

from __future__ import annotations

from .shown import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    # Whether a value is what a key may hold, and the words for that; None: anything.
    Row = Optional[tuple[Callable[[Any], bool], str]]


def _is_string(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    # By its method, so that numpy's, Decimal's and Fraction's are numbers, too.
    is_nan = value != value  # noqa: PLR0124  # which tells it, whatever its class
    return hasattr(value, "__float__") and not isinstance(value, bool) and not is_nan


def _one_of(*words: Any) -> Row:
    return (lambda value: isinstance(value, (str, bool)) and value in words), (
        f"it may be {', '.join(map(repr, words))}"
    )


_STRING: Row = (_is_string, "it must be a string")
_NUMBER: Row = (_is_number, "it must be a number")
_PARAMETER: dict[str, Row] = {
    "name": None,
    "default": None,
    "type": _one_of("integer", "float", "string", "flag"),
    "optional": None,
    "description": None,
    "min": _NUMBER,
    "max": _NUMBER,
    "choices": (lambda value: bool(_listed(value)), "it must be a list of at least one value"),
    "multiple": _one_of("separate", "repeat", "none", "None", False),
    "multiple-separator": _STRING,
    "pass-as": _STRING,
    "pass-true-as": _STRING,
    "pass-false-as": _STRING,
    "widget": None,
    "category": None,
}
_INPUT: dict[str, Row] = {
    "name": None,
    "default": None,
    "optional": None,
    "description": None,
    "keep-directories": _one_of("none", "suffix", "full", True, False),
    "filename": (lambda value: isinstance(value, str) and bool(value), "it must be the name of a file"),
    "download": None,
}


def parameter_attributes(name: str, declared: dict[Any, Any]) -> dict[str, Any]:
    """What a parameter's nested definition states, by key, with dashes; a key that holds None is left out.

    ``choices`` is a list; ``multiple`` is ``separate``, ``repeat`` or ``none``. Raises ValueError that names
    the key which is unknown, given twice, or holds what it cannot, and limits that no number is within.
    """
    stated = _attributes(name, declared, _PARAMETER)
    if "choices" in stated:
        stated["choices"] = _listed(stated["choices"])
    if "multiple" in stated:
        stated["multiple"] = str(stated["multiple"] or "none").lower()
    if "min" in stated and "max" in stated and stated["min"] > stated["max"]:
        least, most = shown(stated["min"]), shown(stated["max"])
        raise ValueError(f"min, {least}, is greater than max, {most}, so no value is possible; swap them")
    return stated


def input_attributes(name: str, declared: dict[Any, Any]) -> dict[str, Any]:
    """What an input's nested definition states, as ``parameter_attributes()`` gives it for a parameter."""
    return _attributes(name, declared, _INPUT)


def _attributes(name: str, declared: dict[Any, Any], rows: dict[str, Row]) -> dict[str, Any]:
    stated: dict[str, Any] = {}
    for spelled, value in declared.items():
        key = str(spelled).replace("_", "-")
        if key not in rows:
            raise ValueError(f"unknown key {spelled!r}; a definition may have: {', '.join(rows)}")
        if key in stated:
            raise ValueError(f"{key} is given twice, with - and with _; remove one")
        row = rows[key]
        if value is not None and row is not None and not row[0](value):
            raise ValueError(f"{key} is {shown(value)}; {row[1]}")
        stated[key] = value
    if stated.get("name", name) != name:
        raise ValueError(f"name is {shown(stated['name'])}; remove it, for the name is given already")
    return {key: value for key, value in stated.items() if value is not None}


def _listed(value: Any) -> Optional[list[Any]]:
    """The values of a list, a tuple, a set, a range...; None for what holds none."""
    if isinstance(value, (str, bytes, dict)):
        return None
    try:
        return list(value)
    except TypeError:
        return None
