"""`p.update`, `p.items()`, `holder["x"] = p`: methods of the value, and containers it is put into."""

from valohai_steps.source.evaluation.tables.harmless import CHANGING, METHODS, STORING, TAKING
from valohai_steps.source.evaluation.uses.tracing import meetings
from valohai_steps.source.evaluation.uses.tracing.reach import Reach
from valohai_steps.source.evaluation.uses.tracing.trace import Frame, Trace, fresh_holder
from valohai_steps.source.tree.syntax import Node, field, is_field, parts

# Keys that are no slices.
_PLAIN_KEYS = frozenset(
    ("string", "concatenated_string", "integer", "float", "true", "false", "none", "tuple")
)


def attribute(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    """`p.name`, called or not."""
    member = field(parent, "attribute")
    if member is None or member.id == node.id:
        return
    name, call = frame.program.syntax.name(member), parent.parent
    if call is None or call.type != "call" or not is_field(call, "function", parent):
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
        result = given(METHODS[name][0], reach)
        if result is not None:
            trace.follow(call, result, frame)
        return
    if name not in STORING and name not in TAKING and name not in CHANGING:
        source = frame.program.syntax.source(call)[:40].partition("(")[0]
        trace.harm(call, reach, frame, f"may be changed by `{source}()`", "use")
        return
    trace.change(call, reach, frame)
    if name in TAKING:
        trace.follow(call, reach.part.held if name == "popitem" else reach.part, frame)
    elif name in ("__ior__", "__iadd__"):
        trace.follow(call, reach, frame)


def given(kind: str, reach: Reach) -> Reach | None:
    """What a call of the table of harmless ones gives back of its argument; None for nothing."""
    match kind:
        case "copies" | "lists":
            return reach.copied
        case "pairs":
            return reach.paired
        case "element":
            return reach.part
        case "itself":
            return reach
        case _:
            return None


def _taken(trace: Trace, node: Node, name: str, reach: Reach, frame: Frame) -> None:
    """A method that is not called there: `u = p.update`, `sorted(names, key=p.get)`."""
    result = given(METHODS[name][0], reach) if name in METHODS else reach
    if result is not None and result.inside < trace.levels:
        source = frame.program.syntax.source(node)
        trace.harm(node, reach, frame, f"may be changed through `{source[:40]}`", "use")


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
    if all(key.type in _PLAIN_KEYS for key in keys) or not frame.program.syntax.names("slice"):
        return (reach.held,)
    return (reach.held, *keeps_elements)  # the key may be a slice


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
