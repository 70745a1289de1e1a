"""What the forms of an expression need of evaluation: the value of any other expression."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING, Protocol

from valohai_steps.model.finding import Related
from valohai_steps.model.step import Cause, PythonValue, Static, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.imports import Imported
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.binding import Binding
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node, Syntax

if TYPE_CHECKING:
    from valohai_steps.source.evaluation.outlines.outlines import Outline
    from valohai_steps.source.evaluation.outlines.search_path import FolderName, PathChange


class Evaluator(Protocol):
    """Evaluates the expressions of one text."""

    @property
    def syntax(self) -> Syntax:
        """The text's tree."""

    @property
    def scopes(self) -> Scopes:
        """The text's scopes."""

    @property
    def point(self) -> Node:
        """Where values count: the call that is read, or the whole text for what others import."""

    def found(self, node: Node) -> Evaluated:
        """The value of an expression. Never raises."""

    def at_the_end(self, name: str) -> Evaluated | None:
        """What `name` stands for once the whole text has run; None when nothing binds it at the top."""

    def member(self, name: str, member: str) -> Evaluated | None:
        """A member of the class `name` at the top of the text; None when that is no class."""

    def returned(self, call: Node) -> Evaluated | None:
        """What a call of a function of the text gives, where that is one expression; None for others."""

    def unless_disturbed(self, node: Node, found: Evaluated) -> Evaluated:
        """What a call at `node` gives, unless the name that it calls may be another function before that."""

    def unless_changed(self, node: Node, found: Evaluated, member: Binding | None = None) -> Evaluated:
        """What the attribute at `node` stands for, unless something may change it."""

    def is_of_workspace(self, module: str) -> bool:
        """Whether an absolute import of the module means a file of the workspace."""

    def program_of(self, imported: Imported) -> "Evaluator | None":
        """The evaluation of the file that an import means."""

    @property
    def starred(self) -> "tuple[Evaluator, ...]":
        """The files whose names the text imports all, as far as they are found."""

    @property
    def program_run(self) -> "Evaluator":
        """The text that is run, which imports this one, if it is not this one."""

    def imported_programs(self) -> "Iterator[tuple[PurePath, Evaluator]]":
        """The files of the workspace that the text imports. Raises TooManyFiles."""

    @property
    def path_changes(self) -> "tuple[tuple[PurePath | None, PathChange], ...]":
        """Where the text (None) and the files that it may import change in which folders Python looks."""

    def first_in(self, path: PurePath | None, folder: "FolderName", name: str) -> PurePath | None:
        """The file of a module in a folder that the file at `path` names (None: this text)."""

    def outlines(self) -> "Iterator[tuple[PurePath, Outline]]":
        """What the files say that running the text may import, the nearest first."""

    @property
    def reachable(self) -> "tuple[tuple[PurePath, Evaluator], ...] | None":
        """Every file of the workspace that running the text may import, each once.

        None when there are more, or longer chains of them, than are looked at.
        """

    def exported(self, imported: Imported, use: Span, member: str | None = None) -> Evaluated | None:
        """A name of another file of the workspace, or a member of that class; None without one."""

    def is_builtin(self, node: Node) -> bool:
        """Whether an identifier means what Python itself gives its name."""


def known(evaluator: Evaluator, node: Node, value: PythonValue, *, literal: bool = True) -> Evaluated:
    """The value that stands at `node`; `literal` is False when it is computed."""
    return Evaluated(Static(value, evaluator.syntax.span(node), literal))


def unknown(
    evaluator: Evaluator, node: Node, cause: Cause, subject: str = "", related: tuple[Related, ...] = ()
) -> Evaluated:
    """Nothing, because of what stands at `node`."""
    return Evaluated(Unknown(evaluator.syntax.span(node), cause, subject, related))


def not_static(evaluator: Evaluator, node: Node) -> Evaluated:
    """Nothing, because `node` is a form that only running the file would compute."""
    return unknown(evaluator, node, Cause.NOT_RUN, shortened(evaluator.syntax.source(node)))


def shortened(source: str) -> str:
    """An expression as a message can hold it: on one line, and not long."""
    line = " ".join(source.split())
    return line if len(line) <= 40 else f"{line[:39]}…"
