"""The few calls whose result is known: `dict()`, `str()`, `.format()`, `os.path.join()`."""

import math
import posixpath
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from valohai_steps.model.step import PythonValue, Static, Unknown
from valohai_steps.source.evaluation.evaluator import Evaluator, known, not_static
from valohai_steps.source.evaluation.forms.displays import dictionary
from valohai_steps.source.evaluation.forms.strings import brace_format, is_plain
from valohai_steps.source.evaluation.imports import dotted_name
from valohai_steps.source.evaluation.library.copies import library_call, method_call
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.evaluation.uses.tracing.arguments import kind_of
from valohai_steps.source.evaluation.uses.tracing.calls.callees import callee_of
from valohai_steps.source.tree.syntax import Node, field, parts

_LONGEST_TEXT = 100_000
_LONGEST_NUMBER = 1_000
_CONVERTED: Mapping[str, Callable[[Any], PythonValue]] = MappingProxyType(
    {"str": str, "int": int, "float": float, "bool": bool}
)
_MOST_ELEMENTS = 1_000
_JOINS = ("os.path.join", "posixpath.join")
# Of numbers, texts and lists of them these give what Python gives here.
_COMPUTED: Mapping[str, Callable[..., PythonValue]] = MappingProxyType(
    {
        "len": len,
        "max": max,
        "min": min,
        "sum": sum,
        "abs": abs,
        "round": round,
        "sorted": sorted,
        "list": list,
        "tuple": tuple,
    }
)


def call(evaluator: Evaluator, node: Node) -> Evaluated:
    """The value of a call."""
    found, first = _call(evaluator, node), field(node, "function")
    while first is not None and first.type == "attribute":
        first = field(first, "object")
    is_named = first is not None and first.type == "identifier"
    is_known = found.entries is not None or isinstance(found.value, Static)
    return evaluator.unless_disturbed(node, found) if is_named and is_known else found


def _call(evaluator: Evaluator, node: Node) -> Evaluated:
    function = field(node, "function")
    arguments = field(node, "arguments")
    if function is None or arguments is None or arguments.type != "argument_list":
        return not_static(evaluator, node)
    if function.type == "identifier" and evaluator.is_builtin(function):
        name = evaluator.syntax.name(function)
        if name == "dict":
            return dictionary(evaluator, node)
        if name in _CONVERTED:
            return _converted(evaluator, node, name, parts(arguments))
        if name in _COMPUTED:
            return _computed(evaluator, node, name, parts(arguments))
    found = library_call(evaluator, node) or evaluator.returned(node)
    if found is not None:
        return found
    is_join = dotted_name(evaluator.scopes, function) in _JOINS
    if is_join and kind_of(evaluator, callee_of(evaluator, node)) is not None:
        return _joined(evaluator, node, parts(arguments))
    owner = field(function, "object") if function.type == "attribute" else None
    if owner is None:
        return not_static(evaluator, node)
    method = evaluator.syntax.name(function.children[-1])
    if method == "format":
        return _formatted(evaluator, node, function, parts(arguments))
    return method_call(evaluator, node, owner, method) or not_static(evaluator, node)


def _converted(evaluator: Evaluator, node: Node, name: str, arguments: list[Node]) -> Evaluated:
    """`str(x)`, `int(x)`, `float(x)`, `bool(x)` of one plain value, as Python computes it."""
    if len(arguments) != 1 or arguments[0].type.endswith(("_splat", "keyword_argument")):
        return not_static(evaluator, node)
    found = evaluator.found(arguments[0])
    if isinstance(found.value, Unknown):
        return Evaluated(found.value)
    value = found.value.value
    if not is_plain(value) or (isinstance(value, str) and len(value) > _LONGEST_NUMBER and name != "str"):
        return not_static(evaluator, node)
    try:
        result = _CONVERTED[name](value)
    except (ValueError, TypeError, OverflowError):  # running it raises the same
        return not_static(evaluator, node)
    if isinstance(result, float) and math.isnan(result):  # each is a key of its own
        return not_static(evaluator, node)
    return known(evaluator, node, result, literal=False)


def _computed(evaluator: Evaluator, node: Node, name: str, arguments: list[Node]) -> Evaluated:
    """`len(x)`, `max(a, b)`, `sorted(x)` of plain values and lists of them, as Python computes it."""
    values: list[PythonValue] = []
    for argument in arguments:
        if argument.type.endswith(("_splat", "keyword_argument", "generator_expression")):
            return not_static(evaluator, node)
        found = evaluator.found(argument)
        if isinstance(found.value, Unknown):
            return Evaluated(found.value)
        if not _is_computable(found.value.value) or (name == "sum" and _has_floats(found.value.value)):
            return not_static(evaluator, node)
        values.append(found.value.value)
    try:
        result = _COMPUTED[name](*values)
    except (ValueError, TypeError, OverflowError):  # running it raises the same
        return not_static(evaluator, node)
    return known(evaluator, node, result, literal=False)


def _is_computable(value: PythonValue) -> bool:
    """Whether a value is a number or text, or a short list of them; NaN has no order."""
    if isinstance(value, (list, tuple)):
        return len(value) <= _MOST_ELEMENTS and all(map(_is_atom, value))
    return _is_atom(value)


def _has_floats(value: PythonValue) -> bool:
    """Whether versions of Python add the numbers up in different ways."""
    return isinstance(value, (list, tuple)) and any(isinstance(each, float) for each in value)


def _is_atom(value: PythonValue) -> bool:
    is_nan = isinstance(value, float) and math.isnan(value)
    return is_plain(value) and not is_nan and not (isinstance(value, str) and len(value) > _LONGEST_NUMBER)


def _joined(evaluator: Evaluator, node: Node, arguments: list[Node]) -> Evaluated:
    """Steps run on Linux, whatever the host is: paths are joined as there."""
    texts: list[str] = []
    for argument in arguments:
        if argument.type.endswith(("_splat", "keyword_argument")):
            return not_static(evaluator, argument)
        found = evaluator.found(argument)
        if isinstance(found.value, Unknown):
            return Evaluated(found.value)
        if not isinstance(found.value.value, str):
            return not_static(evaluator, argument)
        texts.append(found.value.value)
    if not texts or sum(map(len, texts)) > _LONGEST_TEXT:
        return not_static(evaluator, node)
    return known(evaluator, node, posixpath.join(*texts), literal=False)


def _formatted(evaluator: Evaluator, node: Node, function: Node, arguments: list[Node]) -> Evaluated:
    owner = field(function, "object")
    template = not_static(evaluator, node) if owner is None else evaluator.found(owner)
    if isinstance(template.value, Unknown):
        return Evaluated(template.value)
    positional: list[PythonValue] = []
    named: dict[str, PythonValue] = {}
    for argument in arguments:
        name = field(argument, "name") if argument.type == "keyword_argument" else None
        value = field(argument, "value") if name is not None else argument
        if value is None or argument.type.endswith("_splat"):
            return not_static(evaluator, argument)
        found = evaluator.found(value)
        if isinstance(found.value, Unknown):
            return Evaluated(found.value)
        if name is None:
            positional.append(found.value.value)
        else:
            named[evaluator.syntax.name(name)] = found.value.value
    return _brace_formatted(evaluator, node, template.value, positional, named)


def _brace_formatted(
    evaluator: Evaluator,
    node: Node,
    template: Static,
    positional: list[PythonValue],
    named: dict[str, PythonValue],
) -> Evaluated:
    if not isinstance(template.value, str):
        return not_static(evaluator, node)
    try:
        text = brace_format(template.value, positional, named, _LONGEST_TEXT)
    except ValueError:
        return not_static(evaluator, node)
    return known(evaluator, node, text, literal=False)
