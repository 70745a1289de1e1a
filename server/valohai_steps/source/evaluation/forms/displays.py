"""Lists, tuples, sets, dicts, and the changes of dicts that are followed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from valohai_steps.model.step import Cause, PythonValue, Static, Unknown, Value
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.evaluator import Evaluator, known, not_static, unknown
from valohai_steps.source.evaluation.literal_values import read_literal
from valohai_steps.source.evaluation.result import (
    DEEPEST,
    Evaluated,
    EvaluatedEntry,
    dict_found,
    effective,
    is_key,
)
from valohai_steps.source.tree.binding import is_mangled
from valohai_steps.source.tree.mutations import Mutation
from valohai_steps.source.tree.syntax import Node, field, parts

_MAKE: Mapping[str, Callable[[list[PythonValue]], PythonValue]] = MappingProxyType(
    {"list": list, "tuple": tuple, "set": set}
)
# Longer lists and dicts, and longer chains of changes, are no defaults of a step.
_MOST_ELEMENTS = 20_000
_MOST_CHANGES = 200
_PLAIN = frozenset(("string", "integer", "float", "true", "false", "none"))


def container(evaluator: Evaluator, node: Node) -> Evaluated:
    """A list, tuple or set."""
    if node.named_child_count > _MOST_ELEMENTS:
        return unknown(evaluator, node, Cause.TOO_LARGE)
    elements = parts(node)
    if all(child.type in _PLAIN for child in elements) and node.type != "set":
        try:  # fast, for thousands of elements
            return known(evaluator, node, read_literal(evaluator.syntax.source(node)))
        except ValueError:
            pass  # an f-string among them, or a literal to blame: found below, one by one
    values: list[PythonValue] = []
    is_literal, depth = True, 0
    for child in elements:
        found = _elements(evaluator, child)
        depth = max(depth, found.depth + 1)
        if isinstance(found.value, Unknown):
            return Evaluated(found.value)
        is_literal = is_literal and found.value.literal and child.type not in ("identifier", "list_splat")
        value = found.value.value
        if child.type == "list_splat" and isinstance(value, (list, tuple)):
            values += value
        else:
            values.append(value)
    kind = "tuple" if node.type == "expression_list" else node.type
    if kind == "set" and not all(map(is_key, values)):
        return unknown(evaluator, node, Cause.NOT_AN_ELEMENT)
    if depth > DEEPEST or len(values) > _MOST_ELEMENTS:
        return unknown(evaluator, node, Cause.TOO_LARGE)
    return replace(known(evaluator, node, _MAKE[kind](values), literal=is_literal), depth=depth)


def _elements(evaluator: Evaluator, child: Node) -> Evaluated:
    """The value of an element; of `*values` the values."""
    if child.type != "list_splat":
        return evaluator.found(child)
    found = evaluator.found(child.named_children[0])
    if isinstance(found.value, Static) and not isinstance(found.value.value, (list, tuple)):
        return not_static(evaluator, child)
    return found


def dictionary(evaluator: Evaluator, node: Node) -> Evaluated:
    """`{...}`, or the arguments of `dict(...)` or `.update(...)`."""
    if node.named_child_count > _MOST_ELEMENTS:
        return unknown(evaluator, node, Cause.TOO_LARGE)
    entries: list[EvaluatedEntry] = []
    holes: list[Unknown] = []
    span = evaluator.syntax.span(node)
    for child in parts(field(node, "arguments") if node.type == "call" else node):
        match child.type:
            case "pair" | "keyword_argument":
                entries.append(_entry(evaluator, child, span))
            case "dictionary_splat":
                _spread(evaluator, child.named_children[0], entries, holes)
            case "ERROR":
                holes.append(Unknown(evaluator.syntax.span(child), Cause.BROKEN))
            case _ if node.type == "call":  # dict({"a": 1}, b=2)
                _spread(evaluator, child, entries, holes)
            case _:
                _take_hole(not_static(evaluator, child), holes)
    return dict_found(entries, holes, span, span)


def merged(evaluator: Evaluator, node: Node, left: Evaluated, right: Evaluated) -> Evaluated:
    """`left | right` of two dicts."""
    entries = (*(left.entries or ()), *(right.entries or ()))
    holes = (*left.holes, *right.holes)
    return dict_found(entries, holes, evaluator.syntax.span(node), right.display or left.display)


def changed(evaluator: Evaluator, found: Evaluated, changes: Sequence[Mutation]) -> Evaluated | None:
    """A dict after changes that have certainly run; None when one of them cannot be followed."""
    if len(changes) > _MOST_CHANGES:
        return None
    for change in changes:
        if found.entries is None:
            return None
        after = _changed_once(evaluator, found, change.action, change.keys, change)
        if after is None:
            return None
        found = after
    return found


def _changed_once(
    evaluator: Evaluator, found: Evaluated, action: str, keys: Sequence[Node], change: Mutation
) -> Evaluated | None:
    entries = list(found.entries or ())
    span = found.value.span
    if not keys:
        if action not in ("update", "merge") or change.argument is None:
            return None
        added = _argument(evaluator, action, change.argument)
        return None if added is None else _rebuilt(found, [*entries, *added], span)
    key = evaluator.found(keys[0]).value
    if not isinstance(key, Static) or not is_key(key.value):
        return None
    known_keys = [entry.key.value for entry in entries if isinstance(entry.key, Static)]
    place = len(known_keys) - 1 - known_keys[::-1].index(key.value) if key.value in known_keys else None
    if len(known_keys) != len(entries) or found.holes:
        return None
    if len(keys) == 1 and action == "set" and change.argument is not None:
        new = EvaluatedEntry(key, evaluator.found(change.argument), evaluator.syntax.span(change.node))
        return _rebuilt(found, [*entries, new], span)
    if place is None:
        return None
    if len(keys) == 1 and action == "delete":
        return _rebuilt(found, [entry for entry in entries if _key(entry) != key.value], span)
    if entries[place].found.entries is None:
        return None
    inner = _changed_once(evaluator, entries[place].found, action, keys[1:], change)
    if inner is None:
        return None
    entries[place] = replace(entries[place], found=inner)
    return _rebuilt(found, entries, span)


def _argument(evaluator: Evaluator, action: str, node: Node) -> tuple[EvaluatedEntry, ...] | None:
    found = dictionary(evaluator, node) if action == "update" else evaluator.found(node)
    if found.entries is None or found.holes:
        return None
    return tuple(replace(entry, display=None) for entry in found.entries)


def _rebuilt(found: Evaluated, entries: list[EvaluatedEntry], span: Span) -> Evaluated:
    after = dict_found(entries, found.holes, span, found.display)
    # What stands at the definition is no longer the value.
    return (
        replace(after, value=replace(after.value, literal=False))
        if isinstance(after.value, Static)
        else after
    )


def _key(entry: EvaluatedEntry) -> PythonValue:
    return entry.key.value if isinstance(entry.key, Static) else None


def _entry(evaluator: Evaluator, pair: Node, display: Span) -> EvaluatedEntry:
    keyword = pair.type == "keyword_argument"
    key, value = field(pair, "name" if keyword else "key"), field(pair, "value")
    span = evaluator.syntax.span(pair)
    if key is None or value is None:
        blamed = not_static(evaluator, pair)
        return EvaluatedEntry(blamed.value, blamed, span, display)
    name = _keyword(evaluator, key) if keyword else evaluator.found(key).value
    return EvaluatedEntry(name, evaluator.found(value), span, display)


def _keyword(evaluator: Evaluator, key: Node) -> Value:
    name = evaluator.syntax.name(key)
    if is_mangled(evaluator.syntax, name, key):
        return unknown(evaluator, key, Cause.MANGLED, name).value
    return known(evaluator, key, name).value


def _spread(evaluator: Evaluator, node: Node, entries: list[EvaluatedEntry], holes: list[Unknown]) -> None:
    found = evaluator.found(node)
    if found.entries is None:
        if isinstance(found.value, Static):
            found = unknown(evaluator, node, Cause.NOT_A_DICT)
        _take_hole(found, holes)
        return
    entries += effective(found.entries)
    holes += dict.fromkeys(found.holes)


def _take_hole(found: Evaluated, holes: list[Unknown]) -> None:
    if isinstance(found.value, Unknown):
        holes.append(found.value)


def unknowns_of(found: Evaluated) -> Iterator[Unknown]:
    """Every part of a value that cannot be known, the smallest ones."""
    seen: set[int] = set()
    waiting = [found]
    some = False
    while waiting:
        each = waiting.pop()
        if isinstance(each.value, Static) or id(each) in seen:
            continue  # a name that stands twice is one value
        seen.add(id(each))
        blamed = list(each.holes) if each.entries is not None else [each.value]
        blamed += [entry.key for entry in each.entries or () if isinstance(entry.key, Unknown)]
        some = some or bool(blamed)
        yield from blamed
        waiting += [entry.found for entry in reversed(each.entries or ())]
    if not some and isinstance(found.value, Unknown):
        yield found.value
