"""Metadata as JSON that every reader takes."""

from __future__ import annotations

import json

from valohai.config import is_valohai_deployment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def metadata_line(values: dict[str, Any]) -> str:
    """``values`` as one line of JSON; in a deployment wrapped the way that its log reader looks for."""
    content = plain(values)
    return json.dumps({"vh_metadata": content} if is_valohai_deployment() else content, allow_nan=False)


def plain(value: Any) -> Any:
    """``value`` in JSON's own types.

    NaN and infinities become None, for JSON has no word for them. Arrays and scalars are asked for their
    numbers (``item()``, ``tolist()``, ``numpy()``), so that no array library is imported here.
    """
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if value - value == 0 else None
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return _plain_number(value)


def _plain_number(value: Any) -> Any:
    for method in ("item", "tolist", "numpy", "__float__"):
        convert = getattr(value, method, None)
        if callable(convert):
            try:
                converted = convert()
            except (TypeError, ValueError, RuntimeError):
                continue  # item() of an array of several, numpy() of a tensor that needs its gradient
            if type(converted) is not type(value):
                return plain(converted)
    return str(value)
