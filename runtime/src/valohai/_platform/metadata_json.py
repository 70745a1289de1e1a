"""Metadata as JSON that every reader takes."""

from __future__ import annotations

import json

from valohai.config import is_valohai_deployment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Deeper than people nest values, and far from where Python's own recursion ends.
_DEEPEST = 100
_CUT = "..."
# Below this an integer has fewer digits than the fewest that Python can be told to write out (640).
_SMALL_BITS = 2_000
# Made once: json.dumps() makes one for each call that asks for anything but the defaults.
_encode = json.JSONEncoder(allow_nan=False).encode


def metadata_line(values: dict[str, Any]) -> str:
    """``values`` as one line of JSON; in a deployment wrapped the way that its log reader looks for."""
    return json_text({"vh_metadata": values} if is_valohai_deployment() else values)


def json_text(value: Any) -> str:
    """``value`` as JSON on one line, converted as ``plain()`` does. Never raises an Exception."""
    try:
        return _encode(value)  # most values are JSON's own, which this finds out in C
    except Exception:
        return _encode(plain(value))


def plain(value: Any, holders: tuple[int, ...] = ()) -> Any:
    """``value`` in JSON's own types. Never raises an Exception: metadata is no reason to end a training.

    NaN and infinities become None, for JSON has no word for them, and so do integers that Python will not
    write out (by default, of more than 4,300 digits). Arrays and scalars are asked for their numbers
    (``item()``, ``tolist()``, ``numpy()``), so that no array library is imported here; other objects become
    their string. A value within itself, or more than 100 levels deep, becomes ``"..."``.

    holders: the ids of the values that this one is in, outermost first.
    """
    if len(holders) >= _DEEPEST or id(value) in holders:
        return _CUT
    try:
        return _converted(value, (*holders, id(value)))
    except Exception:
        return text_of(value)


def text_of(value: Any) -> str:
    """``str(value)``, or the name of its class if that fails."""
    try:
        return str(value)
    except Exception:
        return f"<{type(value).__name__} without a string>"


def _converted(value: Any, holders: tuple[int, ...]) -> Any:
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        return _printable(int.__int__(value))
    if isinstance(value, float):
        number = float.__float__(value)
        return number if number - number == 0 else None
    # Copied first, for another thread may be changing it.
    if isinstance(value, dict):
        return {_key(key): plain(item, holders) for key, item in list(value.items())}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item, holders) for item in list(value)]
    return _numbers_in(value, holders)


def _printable(number: int) -> int | None:
    if number.bit_length() > _SMALL_BITS:
        try:
            str(number)
        except ValueError:
            return None
    return number


def _key(key: Any) -> str:
    """A key as JSON writes it: ``true``, ``null``, ``1``; any other as its string."""
    if isinstance(key, str):
        return key
    try:
        return _encode(key) if key is None or isinstance(key, (bool, int, float)) else str(key)
    except Exception:
        return text_of(key)


def _numbers_in(value: Any, holders: tuple[int, ...]) -> Any:
    for method in ("item", "tolist", "numpy", "__float__"):
        try:
            converted = getattr(value, method)()
        except Exception:  # noqa: S112  # no such method, item() of several, a tensor with a gradient...
            continue
        if type(converted) is not type(value):
            return plain(converted, holders)
    return str(value)
