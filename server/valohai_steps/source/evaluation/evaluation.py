"""The evaluation of one text: which form an expression has, and what that gives.

Most calls are literals: what reads names, calls and members is loaded with the first of them, and what reads
imports with the first of anything but valohai.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING

from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import Cause, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.evaluator import Evaluator, not_static, unknown
from valohai_steps.source.evaluation.forms import displays, literals
from valohai_steps.source.evaluation.imports import Imported, Imports
from valohai_steps.source.evaluation.modules.evaluation_path import DEEPEST_NESTING, EvaluationPath, Route
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.evaluation.tables.loaders import WORDS
from valohai_steps.source.tree.binding import Binding, star_imports
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node, Syntax, parts
from valohai_steps.source.tree.syntax import field as field_of

if TYPE_CHECKING:
    from valohai_steps.source.evaluation.names import Names
    from valohai_steps.source.evaluation.outlines.outlines import Outline
    from valohai_steps.source.evaluation.outlines.search_path import FolderName, PathChange

_MOST_NODES = 200_000  # larger files hold no defaults of a step
# Its import of valohai, which is all that most scripts of one step import.
_OURS = pattern(r"^import valohai(?: as \w+)?[ \t]*$", re.MULTILINE)
_LITERALS: Mapping[str, Callable[[Evaluator, Node], Evaluated]] = MappingProxyType(
    {
        "string": literals.string,
        "concatenated_string": literals.string,
        **dict.fromkeys(("integer", "float", "true", "false", "none"), literals.literal),
        **dict.fromkeys(("list", "tuple", "set", "expression_list"), displays.container),
        "dictionary": displays.dictionary,
    }
)


class Evaluation:
    """Evaluates the expressions of one text; `imports` finds what it imports, `route` leads to it."""

    def __init__(
        self,
        syntax: Syntax,
        imports: Imports | None = None,
        journey: EvaluationPath | None = None,
        route: Route = (),
    ) -> None:
        self.syntax = syntax
        self.scopes = Scopes(syntax, lambda: self._names.handed_on, self._starred_over)
        self.journey = journey if journey is not None else EvaluationPath()
        self.journey.root = self.journey.root or self
        self._imports = imports
        self._route = route
        self._point: Node | None = None
        self._found: dict[int, Evaluated] = {}
        self._by_point: dict[int, dict[int, Evaluated]] = {}

    @property
    def point(self) -> Node:
        """Where values count: the call that is read, or the whole text for what others import."""
        return self.syntax.root if self._point is None else self._point

    def read_at(self, point: Node) -> None:
        """From now on values count as they are when `point`, a call, is reached."""
        self._point = point
        self._found = self._by_point.setdefault(point.id, {})

    def found(self, node: Node) -> Evaluated:
        """The value of an expression. Never raises."""
        known_before = self._found.get(node.id)
        if known_before is not None:
            return known_before
        journey = self.journey
        journey.nodes += 1
        if journey.depth >= DEEPEST_NESTING or journey.nodes > _MOST_NODES:
            return unknown(self, node, Cause.TOO_MUCH)
        journey.depth += 1
        result = self._found[node.id] = self._form(node)
        journey.depth -= 1
        return result

    def exported(self, imported: Imported, use: Span, member: str | None = None) -> Evaluated | None:
        """A name of another file of the workspace, or a member of its class, as at the end of that file."""
        return self._names.exported(imported, use, member)

    def at_the_end(self, name: str) -> Evaluated | None:
        """What `name` stands for once the whole text has run; None when nothing binds it at the top."""
        return self._names.at_the_end(name)

    def member(self, name: str, member: str) -> Evaluated | None:
        """A member of the class `name` at the top of this text; None when that is no class."""
        return self._names.member(name, member)

    def returned(self, call: Node) -> Evaluated | None:
        """What a call of a function of this text gives, where that is one expression; None for others."""
        return self._names.returned(call)

    def is_builtin(self, node: Node) -> bool:
        """Whether an identifier means what Python itself gives its name."""
        return self._names.is_builtin(node)

    def unless_disturbed(self, node: Node, found: Evaluated) -> Evaluated:
        """What a call at `node` gives, unless the name that it calls may be another function before that."""
        return self._names.unless_disturbed(node, found)

    def unless_changed(self, node: Node, found: Evaluated, member: Binding | None = None) -> Evaluated:
        """What the attribute at `node` stands for, unless something may change it."""
        return self._names.unless_changed(node, found, member)

    def is_of_workspace(self, module: str) -> bool:
        """Whether an absolute import of the module means a file of the workspace."""
        return self._names.workspace.module(module.partition(".")[0], 0) is not None

    def program_of(self, imported: Imported) -> Evaluator | None:
        """The evaluation of the file that an import means."""
        return self._names.program_of(imported)

    def replaced_elsewhere(self, name: str, use: Node) -> Unknown | None:
        """Why a function of a library may be another one because of a file that the text imports.

        A text that imports no files, as most scripts of one step, needs nothing for it.
        """
        if self._imports is None or self._is_alone:
            return None
        return self._names.replaced(name, use)

    @property
    def starred(self) -> "tuple[Evaluator, ...]":
        """The files whose names the text imports all, as far as they are found."""
        return self._names.starred

    @property
    def program_run(self) -> Evaluator:
        """The text that is run, which imports this one, if it is not this one."""
        return self.journey.root or self

    def imported_programs(self) -> Iterator[tuple[PurePath, Evaluator]]:
        """The files of the workspace that the text imports. Raises TooManyFiles."""
        return self._names.workspace.imported(self)

    @cached_property
    def reachable(self) -> "tuple[tuple[PurePath, Evaluator], ...] | None":
        """Every file of the workspace that running the text may import; None when there are too many."""
        from valohai_steps.source.evaluation.modules.workspace import reachable

        return reachable(self)

    @property
    def path_changes(self) -> "tuple[tuple[PurePath | None, PathChange], ...]":
        """Where the text (None) and the files that it may import change in which folders Python looks."""
        return self._names.path_changes

    def first_in(self, path: PurePath | None, folder: "FolderName", name: str) -> PurePath | None:
        """The file of a module in a folder that the file at `path` names (None: this text)."""
        return self._names.workspace.first_in(path, folder, name)

    def outlines(self) -> "Iterator[tuple[PurePath, Outline]]":
        """What the files say that running the text may import, the nearest first."""
        return self._names.workspace.outlines(self.syntax)

    def _starred_over(self, name: str, bindings: Sequence[Binding]) -> Iterable[Binding]:
        """What `import *` binds anew of a name; most texts have none, and need nothing for it."""
        return self._names.starred_over(name, bindings) if self._is_starred else ()

    def _form(self, node: Node) -> Evaluated:
        literal = _LITERALS.get(node.type)
        if literal is not None:
            return literal(self, node)
        match node.type:
            case "parenthesized_expression":
                inner = parts(node)
                return self.found(inner[0]) if len(inner) == 1 else not_static(self, node)
            case "identifier":
                return self._names.found(node)
            case "named_expression" if (value := field_of(node, "value")) is not None:
                return self.found(value)
            case _:
                self.journey.names += 1  # those in it, whatever reads them
                computed = _computed(node.type)
                return not_static(self, node) if computed is None else computed(self, node)

    @cached_property
    def _is_alone(self) -> bool:
        """Whether the text plainly imports nothing but valohai."""
        self.syntax.admit(WORDS)
        others = _OURS.sub("", self.syntax.text)
        return others.isascii() and not any(word in others for word in WORDS)

    @cached_property
    def _is_starred(self) -> bool:
        return bool(star_imports(self.syntax))

    @cached_property
    def _names(self) -> "Names":
        from valohai_steps.source.evaluation.modules.workspace import Workspace
        from valohai_steps.source.evaluation.names import Names

        workspace = Workspace(
            self._imports,
            self.journey,
            self._route,
            lambda of, way: Evaluation(of.syntax, of.imports, self.journey, way),
        )
        return Names(self, self.journey, workspace)


def _computed(kind: str) -> Callable[[Evaluator, Node], Evaluated] | None:
    """What reads an expression of this kind that is no literal; None when nothing does."""
    match kind:
        case "call":
            from valohai_steps.source.evaluation.library.builtin_calls import call

            return call
        case "attribute" | "subscript":
            from valohai_steps.source.evaluation import members

            return members.attribute if kind == "attribute" else members.subscript
        case _:
            from valohai_steps.source.evaluation.forms.operators import OPERATORS

            return OPERATORS.get(kind)
