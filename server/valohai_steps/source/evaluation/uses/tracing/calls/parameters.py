"""The parameters of a function that is read here, and which one gets an argument."""

from collections.abc import Iterator

from valohai_steps.source.evaluation.uses.tracing.trace import Frame
from valohai_steps.source.tree.syntax import Node, field, parts


def parameters_of(
    frame: Frame, function: Node, name: str | None, index: int | None
) -> Iterator[tuple[Node, bool]]:
    """The parameter that gets an argument, and whether it holds it in a tuple or dict of others."""
    syntax = frame.program.syntax
    plain = 0
    for parameter in parts(field(function, "parameters")):
        inner = target_of(parameter)
        if inner is None:
            continue
        if inner.type in ("list_splat_pattern", "dictionary_splat_pattern"):
            wants = inner.type.startswith("list") if name is None else inner.type.startswith("dict")
            if wants and inner.named_children:
                yield inner.named_children[0], True
                return
            plain = 1_000 if inner.type.startswith("list") else plain
            continue
        if syntax.name(inner) == name or (name is None and plain == index):
            yield inner, False
            return
        plain += 1


def target_of(parameter: Node) -> Node | None:
    """The name, or `*name`, of a parameter."""
    if parameter.type == "typed_parameter":
        return parameter.named_children[0]
    if parameter.type in ("default_parameter", "typed_default_parameter"):
        return field(parameter, "name")
    is_name = parameter.type in ("identifier", "list_splat_pattern", "dictionary_splat_pattern")
    return parameter if is_name else None
