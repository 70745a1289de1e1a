"""What can be asked of a YAML text, and what a refusal looks like.

A path is (document index, then keys and indices); all paths of one request count in the text as it was
read, whatever the other operations do.
"""

from typing import TypeAlias

from msgspec import Struct

from valohai_steps.config.tree.node import Path, YamlValue
from valohai_steps.model.text import Span


class Set(Struct, frozen=True):
    """Give the key or item at `path` this value; a key that is missing is inserted in its usual place."""

    path: Path
    value: YamlValue


class Remove(Struct, frozen=True):
    """Take the key or item at `path` out, with its own comments."""

    path: Path


class Append(Struct, frozen=True):
    """One more item in the list at `path`: before item `at`, or at the end.

    The list is made where nothing or null stands.
    """

    path: Path
    value: YamlValue
    at: int | None = None


Operation: TypeAlias = Set | Remove | Append


class Refusal(Struct, frozen=True):
    """Why nothing is written, and what to do about it. `span` is the place to blame, where there is one."""

    reason: str
    span: Span | None = None


class RefusedError(Exception):
    """Carries a refusal from the place that finds the reason up to `edit_yaml`."""

    def __init__(self, reason: str, span: Span | None = None) -> None:
        super().__init__(reason)
        self.refusal = Refusal(reason, span)
