"""What the forms of an expression need of evaluation: the value of any other expression."""

from typing import Protocol

from valohai_steps.model.finding import Related
from valohai_steps.model.step import Cause, PythonValue, Static, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.imports import Imported
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node, Syntax


class Evaluator(Protocol):
    """Evaluates the expressions of one text."""

    @property
    def syntax(self) -> Syntax:
        """The text's tree."""

    @property
    def scopes(self) -> Scopes:
        """The text's scopes."""

    def found(self, node: Node) -> Evaluated:
        """The value of an expression. Never raises."""

    def exported(self, imported: Imported, use: Span, member: str | None = None) -> Evaluated | None:
        """A name of another file of the workspace, or a member of that class; None without one."""

    def is_imported(self, node: Node, module: str, name: str | None) -> bool:
        """Whether an identifier means this module, or this name of it, and nothing else."""


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
    source = " ".join(evaluator.syntax.source(node).split())
    short = source if len(source) <= 40 else f"{source[:39]}…"
    return unknown(evaluator, node, Cause.NOT_RUN, short)
