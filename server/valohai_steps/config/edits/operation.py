"""What can be asked of a YAML text, and what a refusal looks like.

A path is (document index, then keys and indices); all paths of one request count in the text as it was
read, whatever the other operations do.
"""

from dataclasses import dataclass
from typing import TypeAlias

from valohai_steps.config.tree.node import Path, YamlValue
from valohai_steps.model.text import Span


@dataclass(frozen=True, slots=True)
class Set:
    """Give the key or item at `path` this value; a key that is missing is inserted in its usual place."""

    path: Path
    value: YamlValue


@dataclass(frozen=True, slots=True)
class Remove:
    """Take the key or item at `path` out, with its own comments."""

    path: Path


@dataclass(frozen=True, slots=True)
class Append:
    """One more item at the end of the list at `path`; the list is made where nothing or null stands."""

    path: Path
    value: YamlValue


Operation: TypeAlias = Set | Remove | Append


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing is written, and what to do about it. `span` is the place to blame, where there is one."""

    reason: str
    span: Span | None = None


class RefusedError(Exception):
    """Carries a refusal from the place that finds the reason up to `edit_yaml`."""

    def __init__(self, reason: str, span: Span | None = None) -> None:
        super().__init__(reason)
        self.refusal = Refusal(reason, span)
