"""Valohai's configuration files, ``/valohai/config/*.json``."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def read_configuration(path: str) -> dict[str, Any]:
    """The JSON object in ``path``.

    Raises FileNotFoundError when there is no such file, ValueError naming it when it holds anything else.
    """
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        content = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{path}: not valid JSON: {error}") from None
    if not isinstance(content, dict):
        raise ValueError(  # noqa: TRY004  a file's content, not an argument's type
            f"{path}: holds a {type(content).__name__}, not an object of names and values"
        )
    return content
