"""Reads of declared names: `valohai.parameters("x")` and `valohai.inputs("x")`, under whatever name."""

from msgspec import Struct

from valohai_steps.model.step import Static, ValueRead
from valohai_steps.model.text import Span
from valohai_steps.source.calls.prepare_calls import Call, callees, find_calls
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.tree.syntax import Node, field, parts


class ValueReads(Struct, frozen=True):
    """The reads of a file. `unknown_kinds` are those of which some name is only known at run time.

    `callees` are all mentions of `valohai.parameters` and `valohai.inputs` by kind, called or not yet.
    """

    known: tuple[ValueRead, ...]
    unknown_kinds: frozenset[str]
    callees: tuple[tuple[str, Span], ...] = ()


def find_reads(evaluation: Evaluation) -> ValueReads:
    """All reads, in order of place."""
    known: list[tuple[int, ValueRead]] = []
    unknown: set[str] = set()
    for kind in ("parameter", "input"):
        for call in find_calls(evaluation.scopes, f"{kind}s"):
            argument = _name(evaluation, call)
            found = evaluation.found(argument).value if argument is not None else None
            if isinstance(found, Static) and isinstance(found.value, str):
                known.append((call.node.start_byte, ValueRead(kind, found.value, found.span)))
            else:
                unknown.add(kind)
    known.sort(key=lambda each: each[0])
    found_callees = tuple(
        (kind, evaluation.syntax.span(callee))
        for kind in ("parameter", "input")
        for callee in callees(evaluation.scopes, f"{kind}s")
    )
    return ValueReads(tuple(read for _, read in known), frozenset(unknown), found_callees)


def _name(evaluation: Evaluation, call: Call) -> Node | None:
    """The argument `name`, by its name or in its place."""
    arguments = parts(field(call.node, "arguments"))
    for argument in arguments:
        keyword = field(argument, "name") if argument.type == "keyword_argument" else None
        if keyword is not None and evaluation.syntax.source(keyword) == "name":
            return field(argument, "value")
    first = arguments[0] if arguments else None
    return None if first is None or first.type.endswith(("_splat", "keyword_argument")) else first
