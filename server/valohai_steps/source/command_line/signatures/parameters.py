"""The parameters of a function, as libraries read them that make arguments of them."""

from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.model.text import Span
from valohai_steps.source.command_line.memory.frames import Function
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.syntax import Node, field, parts


class FunctionParameter(Struct, frozen=True, eq=False):
    """One parameter. `star` is `*` or `**` for one that takes the rest."""

    name: str
    span: Span
    whole: Span
    annotation: Node | None
    default: Evaluated | None
    star: str = ""


def parameters_of(function: Function) -> Iterator[FunctionParameter]:
    """The parameters in order, without the markers `/` and `*`."""
    syntax = function.frame.script.syntax
    for node in parts(field(function.node, "parameters")):
        inner = node.named_children[0] if node.type == "typed_parameter" and node.named_children else node
        star = {"list_splat_pattern": "*", "dictionary_splat_pattern": "**"}.get(inner.type, "")
        named = field(node, "name") or (inner.named_children[0] if star and inner.named_children else inner)
        if named.type != "identifier":
            continue
        typed, value = field(node, "type"), field(node, "value")
        annotation = typed.named_children[0] if typed is not None and typed.named_children else None
        default = None if value is None else function.frame.found(value)
        yield FunctionParameter(
            syntax.source(named), syntax.span(named), syntax.span(node), annotation, default, star
        )
