"""The other files of the workspace that an evaluation looks into."""

from collections.abc import Callable, Iterator
from pathlib import PurePath

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.imports import Imports, Module
from valohai_steps.source.evaluation.modules.evaluation_path import EvaluationPath, Route
from valohai_steps.source.evaluation.outlines.dependencies import Dependency
from valohai_steps.source.evaluation.outlines.import_statements import modules_of
from valohai_steps.source.evaluation.outlines.outlines import Outline, outline
from valohai_steps.source.evaluation.outlines.search_path import FolderName
from valohai_steps.source.evaluation.tables.loaders import WORDS
from valohai_steps.source.evaluation.tables.own_modules import is_always_pythons
from valohai_steps.source.tree.syntax import Syntax

# Longer chains of imports, and more files, hold no defaults of a step.
_DEEPEST_IMPORT = 12
_MOST_FILES = 300


class TooManyFiles(Exception):  # noqa: N818  # an outcome, not an error
    """More files are imported, or by longer chains, than are looked at."""


class Workspace:
    """What one text imports. `route` leads to the text; `make` gives the evaluation of another one."""

    def __init__(
        self,
        imports: Imports | None,
        path: EvaluationPath,
        route: Route,
        make: Callable[[Module, Route], Evaluator],
    ) -> None:
        self._imports = imports
        self._path = path
        self._route = route
        self._make = make
        self._outlined: tuple[tuple[PurePath, Outline], ...] | None = None

    @property
    def is_notebook(self) -> bool:
        """Whether the text is a notebook: Python looks for what it imports in the current folder."""
        return self._imports is not None and self._imports.is_notebook

    def module(self, name: str, level: int) -> Module | None:
        """The file that an import means; that it was asked for is noted."""
        if self._imports is None:
            return None
        module = None if is_always_pythons(name, level) else self._imports.module(name, level)
        route = (*self._route, (name, level))
        path, text = (None, None) if module is None else (module.path, module.syntax.text)
        self._path.dependencies[route] = Dependency(route, path, text)
        return module

    def first_in(self, path: PurePath | None, folder: FolderName, name: str) -> PurePath | None:
        """The file of a module in a folder that the file at `path` names (None: this text)."""
        way, imports = (self._route, self._imports) if path is None else self._path.finders[path]
        step = (".".join((*folder.names, name)), folder.level)
        module = None if imports is None else imports.module(*step)
        found, text = (None, None) if module is None else (module.path, module.syntax.text)
        route = (*way, step)
        self._path.dependencies.setdefault(route, Dependency(route, found, text))
        return found

    def program(self, module: Module, name: str, level: int) -> Evaluator | None:
        """The evaluation of a file; None when it is too far away."""
        route = (*self._route, (name, level))
        if len(route) > _DEEPEST_IMPORT:
            return None
        known = self._path.evaluations.get(module.path)
        if known is None:
            known = self._path.evaluations[module.path] = self._make(module, route)
        return known

    def imported(self, program: Evaluator) -> Iterator[tuple[PurePath, Evaluator]]:
        """The files that the text of `program`, whose workspace this is, imports anywhere.

        Raises TooManyFiles when one is too far away to be looked at.
        """
        program.syntax.admit(WORDS)
        for name, level in modules_of(program.syntax):
            module = self.module(name, level)
            other = None if module is None else self.program(module, name, level)
            if module is not None and other is not None:
                yield module.path, other
            elif module is not None and module.path not in self._path.evaluations:
                raise TooManyFiles

    def outlines(self, syntax: Syntax) -> Iterator[tuple[PurePath, Outline]]:
        """The files that running the text may import, the nearest first, as far as they are looked at."""
        if self._outlined is None:  # asked for at each use of what a file might replace
            self._outlined = tuple(self._outlines(syntax))
        return iter(self._outlined)

    def _outlines(self, syntax: Syntax) -> Iterator[tuple[PurePath, Outline]]:
        if self._imports is None:
            return
        syntax.admit(WORDS)
        found: dict[PurePath, Outline] = {}
        waiting = [(self._route, self._imports, modules_of(syntax))]
        while waiting and len(found) < _MOST_FILES:
            way, imports, names = waiting.pop(0)
            for route in ((*way, name) for name in names if len(way) < _DEEPEST_IMPORT):
                module = None if is_always_pythons(*route[-1]) else imports.module(*route[-1])
                path = None if module is None else module.path
                known = None if path is None else found.get(path)
                said = known if known is not None or module is None else outline(module.syntax)
                self._path.dependencies.setdefault(route, Dependency(route, path, None, said))
                if module is not None and said is not None and known is None:
                    found[module.path] = said
                    self._path.finders[module.path] = (route, module.imports)
                    waiting.append((route, module.imports, said.imports))
                    yield module.path, said


def module_stem(path: PurePath) -> str:
    """The last word of the name by which a file is imported; of a package, its folder's."""
    return path.parent.name if path.stem == "__init__" else path.stem


def reachable(program: Evaluator) -> tuple[tuple[PurePath, Evaluator], ...] | None:
    """Every file of the workspace that running the text may import, each once.

    None when there are more, or longer chains of them, than are looked at.
    """
    found: dict[PurePath, Evaluator] = {}
    waiting = [program]
    while waiting:  # the nearest first: then none is too far away that a shorter way leads to
        try:
            more = [each for each in waiting.pop(0).imported_programs() if each[0] not in found]
        except TooManyFiles:
            return None
        found.update(more)
        waiting += [other for _, other in more]
        if len(found) > _MOST_FILES:
            return None
    return tuple(found.items())
