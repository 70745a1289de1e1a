"""VH101 not-static and VH103 changed-after-definition: what only running the file would tell."""

from collections.abc import Iterator

from valohai_steps.model.finding import Finding, Fix, Related
from valohai_steps.model.step import Cause, Unknown
from valohai_steps.source.calls.call_reading import CallReading
from valohai_steps.source.checks import fixes
from valohai_steps.source.evaluation.result import ChangedValue
from valohai_steps.source.tree.syntax import Node

_ADVICE = "use a literal, or a constant assigned once in this file"


def not_static(reading: CallReading) -> Iterator[Finding]:
    """VH101, at each smallest expression to blame."""
    for unknown in dict.fromkeys(reading.unknowns):
        message = f"{unknown.reason}; {_advice(unknown)}"
        yield Finding("VH101", unknown.span, message, unknown.related, tuple(_fixes(reading, unknown)))


def changed_after_definition(reading: CallReading) -> Iterator[Finding]:
    """VH103, where the change stands."""
    for unknown in dict.fromkeys(reading.unknowns):
        if isinstance(unknown, ChangedValue):
            if unknown.how:
                yield _handed_out(unknown)
                continue
            message = (
                f"{unknown.subject} is changed here, after its definition, so what prepare() gets is only "
                "known at run time; write everything into the definition, or change it on the lines right "
                "below"
            )
            related = Related(unknown.span, f"{unknown.subject} is given to prepare() here")
            yield Finding("VH103", unknown.change, message, (related,))


def _handed_out(unknown: ChangedValue) -> Finding:
    """A use that may change the value."""
    name = unknown.subject
    related = (Related(unknown.span, f"`{name}` is given to prepare() here"), *unknown.related[1:])
    return Finding("VH103", unknown.change, f"`{name}` {unknown.how}; {unknown.advice}", related)


def _advice(unknown: Unknown) -> str:
    if unknown.cause is Cause.REACHED:
        return "write the value here"
    if isinstance(unknown, ChangedValue):
        return "write everything into the definition"
    if unknown.cause is Cause.IPYTHON:
        return "use a literal, or assign it below that line"
    if unknown.cause is Cause.ASSIGNED_LATER:
        return "move the assignment above the call"
    if unknown.cause is Cause.ASSIGNED_TWICE:
        return "give each value a name of its own"
    return _ADVICE


def _fixes(reading: CallReading, unknown: Unknown) -> Iterator[Fix]:
    syntax = reading.syntax
    node = syntax.node_at(unknown.span.start, unknown.span.end)
    if unknown.cause is Cause.ASSIGNED_LATER and unknown.related:
        place = unknown.related[0].span
        fix = fixes.move_above(syntax, syntax.node_at(place.start, place.end), node)
        if fix is not None:
            yield fix
    if node.type == "identifier" and unknown.cause is Cause.NOT_DEFINED and _is_whole(node):
        yield fixes.quote(unknown.span, syntax.source(node))


def _is_whole(node: Node) -> bool:
    """Whether the expression is a value by itself: in a text or a calculation quotes would be wrong."""
    parent = node.parent
    return parent is not None and parent.type in ("pair", "keyword_argument", "list", "tuple")
