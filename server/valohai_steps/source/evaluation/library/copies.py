"""`P.copy()`, `copy.deepcopy(P)`, `OrderedDict(a=1)`, `P.get("k", 1)`: what is made of a known container."""

from msgspec.structs import replace

from valohai_steps.model.step import PythonValue, Static, Unknown
from valohai_steps.source.evaluation.evaluator import Evaluator, known, not_static
from valohai_steps.source.evaluation.forms.displays import dictionary
from valohai_steps.source.evaluation.forms.strings import TEXT_METHODS, is_plain
from valohai_steps.source.evaluation.library.dataclass_values import as_dict
from valohai_steps.source.evaluation.modules.whole_program import is_replaced
from valohai_steps.source.evaluation.result import Evaluated, is_key
from valohai_steps.source.evaluation.uses.tracing.arguments import kind_of
from valohai_steps.source.evaluation.uses.tracing.calls.callees import callee_of
from valohai_steps.source.tree.syntax import Node, field, parts

_LONGEST_TEXT = 1_000
_COPIES = ("copy.copy", "copy.deepcopy")


def library_call(evaluator: Evaluator, node: Node) -> Evaluated | None:
    """A call of a function of the standard library, under whatever name it was imported; None for others."""
    callee = callee_of(evaluator, node)
    if callee.full_name == "dataclasses.asdict":
        return None if is_replaced(evaluator, "copy.deepcopy") else as_dict(evaluator, node)
    if not callee.full_name or kind_of(evaluator, callee) is None:
        return None
    if callee.full_name == "collections.OrderedDict":
        return dictionary(evaluator, node)
    arguments = parts(field(node, "arguments"))
    if callee.full_name not in _COPIES or len(arguments) != 1 or not _is_plain(arguments[0]):
        return None
    return _copy(evaluator, node, arguments[0])


def method_call(evaluator: Evaluator, node: Node, owner: Node, method: str) -> Evaluated | None:
    """A method of a known dict or list; None for one that is not done here."""
    arguments = parts(field(node, "arguments"))
    if not all(map(_is_plain, arguments)):
        return None
    if method == "copy" and not arguments:
        return _copy(evaluator, node, owner)
    if method in TEXT_METHODS:
        return _text_method(evaluator, node, owner, method)
    if method == "get" and 1 <= len(arguments) <= 2:
        return _got(evaluator, node, owner, arguments)
    return None


def _text_method(evaluator: Evaluator, node: Node, owner: Node, method: str) -> Evaluated | None:
    """`"a,b".split(",")`, `name.upper()`: of a known text, with plain arguments."""
    found = [evaluator.found(each) for each in (owner, *parts(field(node, "arguments")))]
    values = [each.value.value for each in found if isinstance(each.value, Static)]
    if len(values) < len(found):
        return next(Evaluated(each.value) for each in found if isinstance(each.value, Unknown))
    text = values[0]
    if not isinstance(text, str) or not all(map(is_plain, values)):
        return None
    texts = [each for each in values if isinstance(each, str)]
    # Tables of other letters differ between versions of Python.
    if not all(each.isascii() and len(each) <= _LONGEST_TEXT for each in texts):
        return None
    if any(isinstance(each, int) and each > _LONGEST_TEXT for each in values[1:]):  # "a".zfill(10**9)
        return None
    try:
        result: PythonValue = getattr(text, method)(*values[1:])
    except (TypeError, ValueError):  # running it raises the same
        return None
    is_long = isinstance(result, str) and len(result) > _LONGEST_TEXT
    return None if is_long else known(evaluator, node, result, literal=False)


def _copy(evaluator: Evaluator, node: Node, original: Node) -> Evaluated:
    found = evaluator.found(original)
    if isinstance(found.value, Unknown) and found.entries is None:
        return Evaluated(found.value)
    if isinstance(found.value, Static):
        if not isinstance(found.value.value, (dict, list, set)) and not _has_no_parts(found.value.value):
            return not_static(evaluator, node)
        found = replace(found, value=replace(found.value, literal=False))
    return replace(found, display=None)


def _has_no_parts(value: object) -> bool:
    return value is None or isinstance(value, (bool, int, float, complex, str, bytes, tuple))


def _got(evaluator: Evaluator, node: Node, owner: Node, arguments: list[Node]) -> Evaluated | None:
    """`P.get(key)`, `P.get(key, otherwise)` of a dict."""
    held, key = evaluator.found(owner), evaluator.found(arguments[0])
    if held.entries is None:
        return Evaluated(held.value) if isinstance(held.value, Unknown) else None
    if isinstance(key.value, Unknown):
        return Evaluated(key.value)
    if held.holes or not is_key(key.value.value):
        return not_static(evaluator, node)
    for entry in reversed(held.entries):
        if isinstance(entry.key, Unknown):
            return Evaluated(entry.key)
        if entry.key.value == key.value.value:
            return entry.found
    if len(arguments) == 1:
        return known(evaluator, node, None, literal=False)
    return evaluator.found(arguments[1])


def _is_plain(argument: Node) -> bool:
    return not argument.type.endswith(("_splat", "keyword_argument", "generator_expression"))
