"""Annotations of functions that are defined while a function runs: before Python 3.14 they are run there."""

import builtins
from collections.abc import Iterator

from valohai_steps.source.pipelines.expressions.names import looked_up
from valohai_steps.source.pipelines.memory.frames import Frame
from valohai_steps.source.tree.syntax import Node, Syntax, ancestors, field, parts

# What evaluating changes nothing; of all else it is not known, and newer versions of Python would not run it.
_PLAIN = frozenset(
    {
        "attribute",
        "binary_operator",
        "ellipsis",
        "generic_type",
        "identifier",
        "list",
        "none",
        "string",
        "subscript",
        "tuple",
        "type",
        "type_parameter",
        "union_type",
    }
)
_GENERIC = frozenset({"dict", "frozenset", "list", "set", "tuple", "type"})


def demand_harmless_annotations(frame: Frame, definition: Node) -> None:
    """Raises Refused where an annotation of a `def` may do something, or raise."""
    if _are_never_run(frame.script.evaluation.syntax):
        return
    for annotation in _annotations_of(definition):
        _demand_harmless(frame, annotation)


def _are_never_run(syntax: Syntax) -> bool:
    """`from __future__ import annotations` (PEP 563)."""
    return any(
        outer.type == "future_import_statement"
        for node in syntax.names("annotations")
        for outer in ancestors(node)
    )


def _annotations_of(definition: Node) -> Iterator[Node]:
    stated = [field(each, "type") for each in parts(field(definition, "parameters"))]
    yield from (each for each in (*stated, field(definition, "return_type")) if each is not None)


def _demand_harmless(frame: Frame, annotation: Node) -> None:
    waiting = [annotation]
    while waiting:
        each = waiting.pop()
        frame.step(each)
        if each.type not in _PLAIN or not _has_value(frame, each):
            frame.refuse(annotation)
        inner = each.named_children
        waiting += inner[:1] if each.type == "attribute" else [] if each.type == "string" else inner


def _has_value(frame: Frame, node: Node) -> bool:
    """Whether a part of an annotation has a value, as far as that needs to be asked."""
    first = node.named_children[0] if node.named_children else node
    match node.type:
        case "identifier":
            return looked_up(frame, node) is not None or hasattr(builtins, frame.source(node))
        case "binary_operator":  # `"A" | None` raises
            return all(each.type not in ("string", "ellipsis") for each in node.named_children)
        case "generic_type" | "subscript" if first.type == "identifier":
            return not hasattr(builtins, frame.source(first)) or frame.source(first) in _GENERIC
        case _:
            return True
