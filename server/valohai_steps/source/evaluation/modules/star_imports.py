"""`from module import *`: the names that it brings, and those that it may replace."""

import re

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.imports import Imported, from_module
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.binding import Binding
from valohai_steps.source.tree.syntax import Node, Syntax

_STAR = re.compile(r"import[ \t(]*\*")


def star_statements(syntax: Syntax) -> tuple[Node, ...]:
    """The statements `from module import *` of a text."""
    found = (syntax.node_at(match.end() - 1, match.end()) for match in _STAR.finditer(syntax.text))
    statements = (node.parent for node in found if node.type == "wildcard_import")
    return tuple(node for node in statements if node is not None)


def from_star(evaluator: Evaluator, stars: tuple[Node, ...], name: str, node: Node) -> Evaluated | None:
    """A name that the statements bring, when exactly one known file has it."""
    if name.startswith("_"):
        return None
    found: list[Evaluated] = []
    for statement in stars:
        module = from_module(evaluator.syntax, statement)
        value = None
        if module is not None:
            value = evaluator.exported(Imported(module[0], module[1], name), evaluator.syntax.span(node))
        if value is not None:
            found.append(value)
    return found[0] if len(found) == 1 else None


def is_starred_over(stars: tuple[Node, ...], binding: Binding) -> bool:
    """Whether a statement below may replace what is bound."""
    return any(star.start_byte > binding.node.end_byte for star in stars)
