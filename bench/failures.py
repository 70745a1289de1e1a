"""A contestant that fails is left out, with a word why: the others and their row stay. The first is ours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import TypeVar

from bench.client import SilentServerError
from bench.processes import FailedError

FAILURES = (FailedError, SilentServerError, OSError, subprocess.SubprocessError)

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


def leave_out(name: str, error: Exception) -> None:
    """Say that somebody is not measured any more, and why."""
    print(f"{name} is left out: {error}", file=sys.stderr)


def of_each(given: Mapping[str, _Given], make: Callable[[str, _Given], _Made]) -> dict[str, _Made]:
    """What `make` gives for each by name, without those that fail. Raises what the first one fails with."""
    made: dict[str, _Made] = {}
    for number, (name, each) in enumerate(given.items()):
        try:
            made[name] = make(name, each)
        except FAILURES as error:  # noqa: PERF203  # each may fail by itself
            if not number:
                raise
            leave_out(name, error)
    return made
