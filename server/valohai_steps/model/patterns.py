"""Regular expressions that are compiled when they are first used.

Compiling those of all modules takes longer than one command works, and it needs few of them.
"""

import re
from typing import Any, AnyStr, cast


def pattern(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """`re.compile(source, flags)`, done when something is first searched with it, and once.

    It answers `match`, `fullmatch`, `search`, `finditer`, `findall`, `split`, `sub` and `subn`. Raises
    re.error there, for a source that is wrong.
    """
    return cast("re.Pattern[AnyStr]", LatePattern(source, flags))


class _Method:
    """When it is first asked for, the compiled pattern's method takes its place in the instance."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, late: "LatePattern", owner: type | None = None) -> Any:  # any of eight methods
        method = late.__dict__[self._name] = getattr(late.compiled(), self._name)
        return method


class LatePattern:
    """What `pattern` gives: shaped like `re.Pattern`, as far as it is used here."""

    match = _Method()
    fullmatch = _Method()
    search = _Method()
    finditer = _Method()
    findall = _Method()
    split = _Method()
    sub = _Method()
    subn = _Method()

    def __init__(self, source: str | bytes, flags: int) -> None:
        self._arguments = source, flags
        self._compiled: re.Pattern[Any] | None = None

    def compiled(self) -> re.Pattern[Any]:
        """The pattern, compiled now if it was not. Raises re.error."""
        if self._compiled is None:
            self._compiled = re.compile(*self._arguments)
        return self._compiled
