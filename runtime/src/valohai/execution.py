"""``valohai.execution().config``: which execution this is."""

from __future__ import annotations

from typing import NamedTuple, Optional

from .paths import get_config_path

__all__ = ["Execution", "ExecutionConfig", "execution"]


class ExecutionConfig(NamedTuple):
    """The execution's number in its project, its id (a UUID) and its title."""

    counter: Optional[int]
    id: Optional[str]
    title: Optional[str]


class Execution:
    """The current execution."""

    @property
    def config(self) -> Optional[ExecutionConfig]:
        """The content of Valohai's ``execution.json``; None if there is no such file (outside Valohai).

        Raises ValueError if the file is damaged.
        """
        from ._step.configuration import read_configuration

        try:
            said = read_configuration(f"{get_config_path()}/execution.json")
        except FileNotFoundError:
            return None
        return ExecutionConfig(*(said.get(f"valohai.execution-{key}") for key in ExecutionConfig._fields))


execution = Execution
