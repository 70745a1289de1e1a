"""Valohai's configuration files, ``/valohai/config/*.json``."""

from __future__ import annotations

import json
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional


def read_configuration(path: str) -> dict[str, Any]:
    """The JSON object in ``path``.

    Raises FileNotFoundError when there is no such file, ValueError that names it when it is anything but a
    file that holds a JSON object.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        raise ValueError(f"{path}: is not a file")
    with open(path, "rb") as file:
        raw = file.read()
    try:
        content = json.loads(raw.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}: not valid JSON: {error}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not valid JSON: not UTF-8 at byte {error.start}") from None
    except (ValueError, RecursionError) as error:  # an integer of 5,000 digits, 100,000 brackets
        raise ValueError(f"{path}: cannot be read: {error}") from None
    if not isinstance(content, dict):
        raise ValueError(  # noqa: TRY004  # a file's content, not an argument's type
            f"{path}: holds {_kind(content)}, not an object of names and values"
        )
    return content


def read_inputs(path: str) -> dict[str, Any]:
    """What ``inputs.json`` says of each input: a URI or path, a list of these, or an object with ``files``.

    Raises as ``read_configuration()`` does, and ValueError that names the input and what is wrong with it.
    """
    content = read_configuration(path)
    for name, said in content.items():
        wrong = _wrong_with_input(said)
        if wrong:
            raise ValueError(f"{path}: input {name!r}: {wrong}")
    return content


def _wrong_with_input(said: Any) -> Optional[str]:
    if said is None or isinstance(said, str):
        return None
    if isinstance(said, list):
        odd = [each for each in said if not isinstance(each, str)]
        return f"lists {_kind(odd[0])} where a URI or path is expected" if odd else None
    if not isinstance(said, dict):
        return f"is {_kind(said)}; a URI, a list of URIs or an object with files is expected"
    if not isinstance(said.get("input_id"), (str, int, type(None))):
        return f"input_id is {_kind(said['input_id'])}, not a string"
    files = said.get("files")
    if not isinstance(files, (list, type(None))):
        return f"files is {_kind(files)}, not a list"
    for number, entry in enumerate(files or (), start=1):
        wrong = _wrong_with_file(entry)
        if wrong:
            return f"file {number}: {wrong}"
    return None


# Key of a file's entry -> what it may be, besides null.
_FILE_KEYS = {"name": str, "path": str, "uri": str, "size": int, "checksums": dict}
_KINDS = {str: "a string", bool: "true or false", int: "a whole number", float: "a number", dict: "an object"}


def _wrong_with_file(entry: Any) -> Optional[str]:
    if not isinstance(entry, dict):
        return f"is {_kind(entry)}, not an object with name, path and uri"
    for key, expected in _FILE_KEYS.items():
        value = entry.get(key)
        # (True is an int to Python, and no size.)
        if value is not None and (not isinstance(value, expected) or isinstance(value, bool)):
            return f"{key} is {_kind(value)}, not {_KINDS[expected]}"
    if not (entry.get("name") or entry.get("path")):
        return "has neither a name nor a path"
    return None


def _kind(value: Any) -> str:
    return "null" if value is None else _KINDS.get(type(value), "a list")
