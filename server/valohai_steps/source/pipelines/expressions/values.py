"""Expressions, run on paper: Python's own order, Python's own results, or the place that is not known."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from valohai_steps.model.step import Cause, Static, Unknown
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.evaluation.forms.arithmetic import NotComputed, combine, signed
from valohai_steps.source.evaluation.forms.literals import string as read_string
from valohai_steps.source.evaluation.literal_values import read_literal
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.pipelines.expressions import comparisons, names
from valohai_steps.source.pipelines.expressions.attributes import attribute
from valohai_steps.source.pipelines.expressions.effects import pass_over
from valohai_steps.source.pipelines.expressions.loops.comprehensions import (
    comprehension,
    dict_comprehension,
)
from valohai_steps.source.pipelines.expressions.loops.iteration import elements
from valohai_steps.source.pipelines.expressions.subscripts import key_at, subscript
from valohai_steps.source.pipelines.memory.frames import MOST_ELEMENTS, Frame
from valohai_steps.source.pipelines.memory.functions import function
from valohai_steps.source.pipelines.memory.objects import Given, Object, PaperValue, hidden, is_plain
from valohai_steps.source.tree.syntax import Node, field, parts


def value(frame: Frame, node: Node) -> PaperValue:
    """The value of an expression, or an Unknown. Raises Refused, or Raises as running it would."""
    frame.step(node)
    form = _FORMS.get(node.type)
    if form is None:
        return pass_over(frame, frame.unknown(node), [node])
    frame.reading.depth += 1
    try:
        found = form(frame, node)
    finally:
        frame.reading.depth -= 1
    if node.type != "identifier" and isinstance(found, (str, list, tuple, dict, set)):
        frame.charge(node, len(found))
    return found


def given_to(frame: Frame, call: Node) -> Given:
    """The arguments of a call, in order; what is spread is spread. Raises Refused where that is not known."""
    positional: list[tuple[PaperValue, Node]] = []
    named: dict[str, tuple[PaperValue, Node]] = {}
    holder = field(call, "arguments")
    if holder is not None and holder.type == "generator_expression":
        positional.append((comprehension(frame, holder), holder))
    else:
        for child in parts(holder):
            _one_given(frame, child, positional, named)
    return Given(
        tuple((found, frame.span(node)) for found, node in positional),
        {name: (found, frame.span(node)) for name, (found, node) in named.items()},
    )


def _one_given(
    frame: Frame,
    child: Node,
    positional: list[tuple[PaperValue, Node]],
    named: dict[str, tuple[PaperValue, Node]],
) -> None:
    name, inner = field(child, "name"), field(child, "value")
    if child.type == "keyword_argument" and name is not None and inner is not None:
        named[frame.source(name)] = (frame.value(inner), inner)
    elif child.type == "list_splat":
        positional += [(each, child) for each in elements(frame, child.named_children[0])]
    elif child.type == "dictionary_splat":
        found = frame.known(frame.value(child.named_children[0]))
        if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
            frame.refuse(child.named_children[0])
        named.update({key: (each, child) for key, each in found.items()})
    elif child.type == "generator_expression":
        positional.append((comprehension(frame, child), child))
    else:
        positional.append((frame.value(child), child))


class _Strings(Evaluation):
    """Reads strings; what stands in their braces is evaluated in a frame."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.script.evaluation.syntax)
        self._frame = frame
        self._evaluated: set[int] = set()

    def found(self, node: Node) -> Evaluated:
        """The value of an expression in braces."""
        self._evaluated.add(node.id)
        found = self._frame.value(node)
        if isinstance(found, (Unknown, Object)):
            return Evaluated(found if isinstance(found, Unknown) else self._frame.unknown(node))
        if isinstance(found, str):
            self._frame.charge(node, len(found))
        return Evaluated(Static(found, self._frame.span(node), literal=False))

    def evaluate_others(self, node: Node) -> None:
        """Evaluate what stands in the other braces of a string, as Python does, once one is not known."""
        for child in node.named_children:
            inner = field(child, "expression") if child.type == "interpolation" else None
            if inner is not None and inner.id not in self._evaluated:
                self._frame.value(inner)
            if child.type in ("string", "interpolation", "format_specifier"):
                self.evaluate_others(child)


def _string(frame: Frame, node: Node) -> PaperValue:
    strings = _Strings(frame)
    found = read_string(strings, node).value
    if isinstance(found, Static):
        return found.value
    strings.evaluate_others(node)
    return found if frame.outside is None else frame.unknown(node, found.cause)


def _literal(frame: Frame, node: Node) -> PaperValue:
    try:
        return read_literal(frame.source(node))
    except ValueError:
        return frame.unknown(node)


def _list(frame: Frame, node: Node) -> PaperValue:
    return _listed(frame, node)


def _tuple(frame: Frame, node: Node) -> PaperValue:
    return tuple(_listed(frame, node))


def _listed(frame: Frame, node: Node) -> list[PaperValue]:
    found: list[PaperValue] = []
    for child in parts(node):
        if child.type == "list_splat":
            found += elements(frame, child.named_children[0])
            if len(found) > MOST_ELEMENTS:
                frame.refuse(node, Cause.TOO_MUCH)
        else:
            found.append(frame.value(child))
    return found


def _set(frame: Frame, node: Node) -> PaperValue:
    found = _listed(frame, node)
    for each, child in zip(found, parts(node), strict=False):
        key_at(frame, child, each)
    return set(found)


def _dictionary(frame: Frame, node: Node) -> PaperValue:
    found: dict[PaperValue, PaperValue] = {}
    for child in parts(node):
        if child.type == "dictionary_splat":
            other = frame.known(frame.value(child.named_children[0]))
            if not isinstance(other, dict):
                frame.refuse(child)
            found.update(other)
            continue
        key, inner = field(child, "key"), field(child, "value")
        if key is None or inner is None:
            frame.refuse(child)
        name = key_at(frame, key, frame.value(key))
        found[name] = frame.value(inner)
    return found


def _unary(frame: Frame, node: Node) -> PaperValue:
    argument, sign = field(node, "argument"), field(node, "operator")
    if argument is None or sign is None:
        return frame.unknown(node)
    found = frame.value(argument)
    if isinstance(found, Unknown):
        return found
    try:
        return signed(frame.source(sign), found)
    except NotComputed:
        return frame.unknown(node)


def _binary(frame: Frame, node: Node) -> PaperValue:
    left, right, sign = (field(node, name) for name in ("left", "right", "operator"))
    if left is None or right is None or sign is None:
        return frame.unknown(node)
    return combined(frame, node, frame.value(left), frame.source(sign), frame.value(right))


def combined(frame: Frame, node: Node, one: PaperValue, sign: str, other: PaperValue) -> PaperValue:
    """`one sign other`, at `node`."""
    hides = frame.is_mutable(node, one) or frame.is_mutable(node, other)
    for each in (one, other):
        if isinstance(each, Unknown):
            return hidden(each) if hides else each
    if sign == "|" and isinstance(one, dict) and isinstance(other, dict):
        return {**one, **other}
    unknown = hidden(frame.unknown(node)) if hides else frame.unknown(node)
    if isinstance(one, Object) or isinstance(other, Object) or (sign == "%" and not is_plain(other)):
        return unknown
    try:
        return combine(one, sign, other)
    except NotComputed:
        return unknown


def _conditional(frame: Frame, node: Node) -> PaperValue:
    then, condition, otherwise = (*parts(node), None, None, None)[:3]
    if then is None or condition is None or otherwise is None:
        return frame.unknown(node)
    return frame.value(then if comparisons.truth(frame, condition, frame.value(condition)) else otherwise)


def _walrus(frame: Frame, node: Node) -> PaperValue:
    name, inner = field(node, "name"), field(node, "value")
    if name is None or inner is None:
        return frame.unknown(node)
    found = frame.value(inner)
    frame.of_function().names[frame.script.evaluation.syntax.name(name)] = found
    return found


def _call(frame: Frame, node: Node) -> PaperValue:
    called = field(node, "function")
    if called is None:
        return frame.unknown(node)
    callee = frame.value(called)
    return frame.call(node, callee, given_to(frame, node))


def _parenthesized(frame: Frame, node: Node) -> PaperValue:
    inner = parts(node)
    return frame.value(inner[0]) if len(inner) == 1 else frame.unknown(node)


_FORMS: Mapping[str, Callable[[Frame, Node], PaperValue]] = MappingProxyType(
    {
        "attribute": attribute,
        "binary_operator": _binary,
        "boolean_operator": comparisons.boolean,
        "call": _call,
        "comparison_operator": comparisons.comparison,
        "concatenated_string": _string,
        "conditional_expression": _conditional,
        "dictionary": _dictionary,
        "dictionary_comprehension": dict_comprehension,
        "expression_list": _tuple,
        "false": _literal,
        "float": _literal,
        "generator_expression": comprehension,
        "identifier": names.named,
        "integer": _literal,
        "lambda": function,
        "list": _list,
        "list_comprehension": comprehension,
        "named_expression": _walrus,
        "none": _literal,
        "not_operator": comparisons.negation,
        "parenthesized_expression": _parenthesized,
        "set": _set,
        "set_comprehension": comprehension,
        "string": _string,
        "subscript": subscript,
        "true": _literal,
        "tuple": _tuple,
        "unary_operator": _unary,
    }
)
