"""What loops and comprehensions go over, element by element, when it is known."""

from collections.abc import Iterator

from valohai_steps.model.step import Cause, Static, Unknown
from valohai_steps.source.command_line.expressions.classes import enum_members, is_enumeration
from valohai_steps.source.command_line.expressions.conditions import truth
from valohai_steps.source.command_line.memory.effort import DEEPEST_NESTING, MOST_ROUNDS
from valohai_steps.source.command_line.memory.frames import ClassObject, Frame
from valohai_steps.source.command_line.memory.objects import holds_object, made, object_of
from valohai_steps.source.evaluation.result import Evaluated, EvaluatedEntry, dict_found, is_key
from valohai_steps.source.tree.syntax import ExcessiveText, Node, field, parts


def elements(found: Evaluated) -> list[Evaluated] | None:
    """The elements of a list, tuple, set or string, the keys of a dict; None when they are not known."""
    if not isinstance(found.value, Static):
        return None
    value, span = found.value.value, found.value.span
    if not isinstance(value, (list, tuple, set, frozenset, dict, str)) or len(value) > MOST_ROUNDS:
        return None
    if isinstance(value, (set, frozenset)):  # Python's own order is not known
        value = sorted(value, key=repr)
    return [each if isinstance(each, Evaluated) else made(each, span) for each in value]


def elements_at(frame: Frame, node: Node) -> list[Evaluated] | None:
    """The same of an expression; the elements of a list that is written here keep their own places."""
    if node.type in ("list", "tuple") and all(child.type != "list_splat" for child in parts(node)):
        return [frame.found(child) for child in parts(node)]
    found = frame.found(node)
    held = object_of(found)
    if isinstance(held, ClassObject) and is_enumeration(held):
        return [made(member, found.value.span) for member in enum_members(held)]
    return elements(found)


def bind(frame: Frame, target: Node, found: Evaluated) -> None:
    """Bind the target of a loop or an assignment: a name, or names that a value is unpacked into.

    Raises ExcessiveText.
    """
    if target.type == "identifier":
        frame.names[frame.source(target)] = found
    elif target.type in ("pattern_list", "tuple_pattern", "list_pattern"):
        targets, values = parts(target), elements(found)
        if values is None or len(values) != len(targets):
            values = [_unpacked(found)] * len(targets)
        frame.reading.effort.go_in()
        for inner, value in zip(targets, values, strict=True):
            bind(frame, inner, value)
        frame.reading.effort.go_out()


def _unpacked(found: Evaluated) -> Evaluated:
    if isinstance(found.value, Static):
        return Evaluated(Unknown(found.value.span, Cause.NOT_RUN, "this"))
    return Evaluated(found.value)


def comprehension(frame: Frame, node: Node) -> Evaluated | None:
    """`[f(x) for x in known]`, also as a generator or a set: a list of values."""
    body = field(node, "body")
    if body is None:
        return None
    values: list[object] = []
    for inner in _rounds(frame, node):
        found = None if inner is None else inner.found(body)
        if found is None or not isinstance(found.value, Static):
            return None
        values.append(found.value.value)
    return made(values, frame.span(node))


def dict_comprehension(frame: Frame, node: Node) -> Evaluated | None:
    """`{k: v for k, v in known}`."""
    pair = field(node, "body")
    key, value = (None, None) if pair is None else (field(pair, "key"), field(pair, "value"))
    if key is None or value is None:
        return None
    span, entries = frame.span(node), list[EvaluatedEntry]()
    for inner in _rounds(frame, node):
        found = None if inner is None else inner.found(key)
        if inner is None or found is None or not isinstance(found.value, Static):
            return None
        if not is_key(found.value.value) or holds_object(found.value.value):
            return None
        entries.append(EvaluatedEntry(found.value, inner.found(value), span))
    return dict_found(entries, (), span, None)


def _rounds(frame: Frame, node: Node) -> Iterator[Frame | None]:
    """The frame of each round of a comprehension; None at the first thing that is not known."""
    clauses = [child for child in parts(node) if child.type in ("for_in_clause", "if_clause")]
    if len(clauses) > DEEPEST_NESTING:
        raise ExcessiveText
    yield from _round(frame, node, clauses)


def _round(frame: Frame, node: Node, clauses: list[Node]) -> Iterator[Frame | None]:
    if not clauses:
        yield frame
        return
    clause, rest = clauses[0], clauses[1:]
    if clause.type == "if_clause":
        known = truth(frame.found(parts(clause)[0])) if parts(clause) else None
        if known is None:
            yield None
        elif known:
            yield from _round(frame, node, rest)
        return
    left, right = field(clause, "left"), field(clause, "right")
    values = None if right is None else elements_at(frame, right)
    if left is None or values is None:
        yield None
        return
    for value in values:
        effort = frame.reading.effort
        effort.rounds += 1
        if effort.rounds > MOST_ROUNDS:
            effort.exceeded = True
            yield None
            return
        inner = Frame(frame.script, node, frame, receiver=frame.receiver)
        inner.owner = frame.owner
        bind(inner, left, value)
        yield from _round(inner, node, rest)
