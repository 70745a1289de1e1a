"""`p.update`, `p.items()`, `holder["x"] = p`: methods of the value, and containers it is put into."""

from collections.abc import Iterator

from valohai_steps.source.evaluation.modules.whole_program import related, says
from valohai_steps.source.evaluation.tables.harmless import (
    BOUND,
    CHANGING,
    MAPPING,
    METHODS,
    SLICES,
    STORING,
    TAKING,
)
from valohai_steps.source.evaluation.uses.tracing import meetings
from valohai_steps.source.evaluation.uses.tracing.calls import applications
from valohai_steps.source.evaluation.uses.tracing.calls.callees import callee_of
from valohai_steps.source.evaluation.uses.tracing.calls.results import given
from valohai_steps.source.evaluation.uses.tracing.reach import Reach, Why
from valohai_steps.source.evaluation.uses.tracing.trace import Frame, Trace, fresh_holder
from valohai_steps.source.tree.nodes import called_at
from valohai_steps.source.tree.syntax import Node, field, parts

# Keys that are no slices.
_PLAIN_KEYS = frozenset(
    ("string", "concatenated_string", "integer", "float", "true", "false", "none", "tuple")
)


def attribute(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    """`p.name`, called or not."""
    member = field(parent, "attribute")
    if member is None or member.id == node.id:
        return
    name, call = frame.program.syntax.name(member), called_at(parent)
    if call is None:
        _taken(trace, parent, name, reach, frame)
        return
    method(trace, name, call, reach, frame)


def method(trace: Trace, name: str, call: Node, reach: Reach, frame: Frame) -> None:
    """A method of the value is called; `dict.update(p)` is one as well."""
    met = meetings.in_method(trace, name, call, reach, frame)
    if met is not None:
        trace.blame(call, reach, frame, met)
        return
    if name in METHODS:
        for result in _results(trace, name, call, reach, frame):
            trace.follow(call, result, frame)
        return
    is_sorted = name == "sort" and reach.part.inside < trace.levels
    by_key = is_sorted and not applications.applied(trace, call, call, reach.part, frame)
    if by_key or (name not in STORING and name not in TAKING and name not in CHANGING):
        source = frame.program.syntax.source(call)[:40].partition("(")[0]
        trace.harm(call, reach, frame, f"may be changed by `{source}()`", "use")
        return
    trace.change(call, reach, frame)
    if name in TAKING:
        trace.follow(call, reach.part.held if name == "popitem" else reach.part, frame)
    elif name in ("__ior__", "__iadd__"):
        trace.follow(call, reach, frame)


def _results(trace: Trace, name: str, call: Node, reach: Reach, frame: Frame) -> Iterator[Reach]:
    """What a harmless method may give of the value."""
    result = given(METHODS[name][0], reach)
    if result is not None:
        yield result
    if name in ("keys", "values", "items") and says(frame.program, MAPPING) is not None:
        yield reach
    if name == "__getitem__" and may_be_slice(frame, parts(field(call, "arguments"))):
        yield reach.copied


def may_be_slice(frame: Frame, keys: list[Node]) -> bool:
    """Whether one of the keys may be a slice, written so or as an object."""
    if any(key.type == "slice" for key in keys):
        return True
    is_plain = all(key.type in _PLAIN_KEYS for key in keys)
    return not is_plain and says(frame.program, SLICES) is not None


def _taken(trace: Trace, node: Node, name: str, reach: Reach, frame: Frame) -> None:
    """A method that is not called there: `u = p.update`, `sorted(names, key=p.get)`.

    What gets it may call it; the value itself is reached where any file mentions `__self__`.
    """
    found = says(frame.program, BOUND)
    is_read = name in METHODS and found is None
    result = given(METHODS[name][0], reach) if is_read else reach
    if result is None or result.inside >= trace.levels or (is_read and _is_key(frame, node)):
        return
    source = frame.program.syntax.source(node)
    how = f"may be changed through `{source[:40]}`"
    others = related(found, "the value may be reached here")
    trace.blame(node, reach, frame, Why(how, related=others))


def _is_key(frame: Frame, node: Node) -> bool:
    """Whether what a method gives is only compared: `max(names, key=p.get)`."""
    argument = node.parent
    name = field(argument, "name") if argument is not None and argument.type == "keyword_argument" else None
    call = None if argument is None or argument.parent is None else argument.parent.parent
    if name is None or call is None or call.type != "call" or frame.program.syntax.name(name) != "key":
        return False
    return callee_of(frame.program, call).builtin in ("sorted", "min", "max")


def stored_in(trace: Trace, target: Node, reach: Reach, frame: Frame) -> None:
    """`holder["x"] = p`: the holder's uses are uses of the value."""
    holder = field(target, "value") if target.type == "subscript" else None
    name = None if holder is None else holder_of(trace, holder, reach, frame, target)
    if holder is None:
        _kept(trace, target, reach, frame)
    if name is not None:
        for held in stored_by(trace, frame, parts(target)[1:], reach):
            trace.name(name, held, frame)


def stored_by(trace: Trace, frame: Frame, keys: list[Node], reach: Reach) -> tuple[Reach, ...]:
    """How a container reaches what is stored in it: `h["x"] = p` keeps it, `h[:] = p` its elements."""
    keeps_elements = () if trace.is_dict and reach == Reach() else (reach.copied,)
    if any(key.type == "slice" for key in keys):
        return keeps_elements
    return (reach.held, *(keeps_elements if may_be_slice(frame, keys) else ()))


def holder_of(
    trace: Trace, holder: Node, reach: Reach, frame: Frame, target: Node | None = None
) -> Node | None:
    """The name of a container whose uses are all seen; None, and a harm, when others may hold it too."""
    name = fresh_holder(frame.program, holder)
    if name is None:
        _kept(trace, target or holder, reach, frame)
    return name


def _kept(trace: Trace, target: Node, reach: Reach, frame: Frame) -> None:
    source = " ".join(frame.program.syntax.source(target).split())[:40]
    how = f"is kept in `{source}`, through which it may be changed"
    trace.harm(target, reach, frame, how, "keep")
