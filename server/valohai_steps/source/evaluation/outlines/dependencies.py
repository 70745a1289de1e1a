"""The files that a result depends on: on their text, or, where they are only imported, on their outline."""

from collections.abc import Iterable
from pathlib import PurePath
from typing import TYPE_CHECKING

from msgspec import Struct

from valohai_steps.source.evaluation.imports import Imports, Module

if TYPE_CHECKING:
    from valohai_steps.source.evaluation.outlines.outlines import Outline


class Dependency(Struct, frozen=True):
    """A file that a result depends on: the imports that lead to it, and what it held.

    `path` is None where there was none. With an `outline` only that counts, and not the `text`.
    """

    route: tuple[tuple[str, int], ...]
    path: PurePath | None
    text: str | None
    outline: "Outline | None" = None

    def may_be(self, path: PurePath) -> bool:
        """Whether the imports lead to this file, or could if it were new."""
        name = self.route[-1][0].rpartition(".")[2]
        return (
            self.path == path
            or name in (path.stem, path.parent.name)
            or (not name and path.stem == "__init__")
        )

    def is_of(self, module: Module | None) -> bool:
        """Whether the imports lead to the same file as then, which says the same."""
        if module is None or module.path != self.path:
            return module is None and self.path is None
        if self.outline is None:
            return module.syntax.text == self.text
        from valohai_steps.source.evaluation.outlines.outlines import outline

        return outline(module.syntax) == self.outline


def is_current(imported: Iterable[Dependency], imports: Imports) -> bool:
    """Whether every file still is what it was when the result was made."""
    finders: dict[tuple[tuple[str, int], ...], Imports | None] = {(): imports}
    for dependency in sorted(imported, key=lambda each: len(each.route)):
        way, (name, level) = dependency.route[:-1], dependency.route[-1]
        finder = finders.get(way)
        module = None if finder is None else finder.module(name, level)
        finders[dependency.route] = None if module is None else module.imports
        if not dependency.is_of(module):
            return False
    return True
