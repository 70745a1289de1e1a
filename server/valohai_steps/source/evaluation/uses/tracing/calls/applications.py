"""Functions that a call of the table applies to elements of its argument: `map(f, p)`, `sorted(p, key=f)`."""

from collections.abc import Iterator

from msgspec.structs import replace

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.modules.whole_program import is_replaced, says
from valohai_steps.source.evaluation.tables.harmless import (
    BUILTINS,
    CODE,
    FUNCTIONS,
    MEETING,
    METHODS,
)
from valohai_steps.source.evaluation.uses.tracing.calls.callees import (
    Callee,
    builtin_method,
    callee_of,
    definition_of,
    full_name,
)
from valohai_steps.source.evaluation.uses.tracing.calls.parameters import target_of
from valohai_steps.source.evaluation.uses.tracing.calls.results import given as given_of
from valohai_steps.source.evaluation.uses.tracing.calls.results import holds_named
from valohai_steps.source.evaluation.uses.tracing.reach import Reach
from valohai_steps.source.evaluation.uses.tracing.trace import Frame, Trace, entered
from valohai_steps.source.tree.nodes import plain
from valohai_steps.source.tree.syntax import Node, field, parts

# Their first argument is a function.
APPLYING = frozenset(("map", "filter"))
# Keywords of the table's functions that are no functions.
_DATA = frozenset(
    (
        *("sep", "end", "file", "flush", "indent", "width", "depth", "stream", "protocol"),
        *(
            "reverse",
            "sort_keys",
            "dtype",
            "device",
            "requires_grad",
            "weights",
            "exc_info",
            "extra",
            "stacklevel",
        ),
    )
)
# They give a function that takes something out of its argument.
_GETTERS = frozenset(("operator.itemgetter", "operator.attrgetter"))
_CONSTANTS = frozenset(("none", "true", "false", "integer", "float", "string", "concatenated_string"))


def applied(trace: Trace, call: Node, given: Node, reach: Reach, frame: Frame) -> bool:
    """Follow what the functions of a call do to an element of `given`; False when one may do anything."""
    callee = callee_of(frame.program, call)
    arguments = [each for each in parts(field(call, "arguments")) if each.type != "comment"]
    if callee.builtin not in APPLYING:
        if _takes_function(callee) and any(each.type == "dictionary_splat" for each in arguments):
            return False
        functions = _functions(frame.program, callee, arguments)
        return all(
            _does_no_harm(trace, call, each, reach, frame) for each in functions if each.id != given.id
        )
    if not arguments or arguments[0].id == given.id:
        return False
    return _does_no_harm(trace, call, arguments[0], reach, frame)


def _takes_function(callee: Callee) -> bool:
    """Whether a call may get a function by its name: `sorted(p, **{"key": f})`."""
    return callee.builtin in ("min", "max", "sorted") or bool(callee.full_name and not holds_named(callee))


def _functions(program: Evaluator, callee: Callee, arguments: list[Node]) -> Iterator[Node]:
    """The arguments that may be functions, by their keywords."""
    for each in arguments:
        name = field(each, "name") if each.type == "keyword_argument" else None
        value = None if name is None else field(each, "value")
        if name is None or value is None or value.type in _CONSTANTS:
            continue
        word = program.syntax.name(name)
        if word == "key" if callee.builtin else word not in _DATA:
            yield value


def _does_no_harm(trace: Trace, call: Node, function: Node, reach: Reach, frame: Frame) -> bool:
    """Follow what a function makes of an element; False when it may do anything with it."""
    program, function = frame.program, plain(function)
    if function.type == "none":
        return True
    is_each = callee_of(program, call).builtin == "map"
    found = None if says(program, CODE) else definition_of(program, function)
    if found is not None:
        inner = entered(frame, found[0], call, found[1])
        if inner is None:
            return False
        for parameter in parts(field(found[1], "parameters")):
            _parameter(trace, parameter, reach, replace(inner, is_each=is_each))
        return True
    kind = _kind_of(program, function, is_alone=len(parts(field(call, "arguments"))) == 2 or not is_each)
    result = None if kind is None else given_of(kind, reach)
    if result is not None and is_each:
        trace.follow(call, result.held, frame)
    return kind is not None


def _kind_of(program: Evaluator, function: Node, *, is_alone: bool) -> str | None:
    """What the table says of a function that is not called there; None when it is not in it.

    Unless the function gets its argument alone it must keep nothing of any of them.
    """
    if function.type == "call":
        maker = field(function, "function")
        name = "" if maker is None else full_name(program, maker)
        is_getter = name in _GETTERS and not is_replaced(program, name)
        return "element" if is_getter and len(parts(field(function, "arguments"))) == 1 else None
    name, row = _row_of(program, function)
    if row is None or (name in MEETING and says(program, MEETING[name])):
        return None
    return row[0] if is_alone or row[0] == "reads" else None


def _row_of(program: Evaluator, function: Node) -> tuple[str, tuple[str, str] | None]:
    if function.type == "identifier" and program.is_builtin(function):
        name = program.syntax.name(function)
        return name, None if name in APPLYING else BUILTINS.get(name)
    name = full_name(program, function)
    if name in FUNCTIONS:
        return name, None if is_replaced(program, name) else FUNCTIONS[name]
    owner = field(function, "object") if function.type == "attribute" else None
    if owner is None:
        return name, None
    method = program.syntax.name(function.children[-1])
    is_method = builtin_method(program, Callee(function, owner=plain(owner), method=method))
    return method, METHODS.get(method) if is_method else None


def _parameter(trace: Trace, parameter: Node, reach: Reach, frame: Frame) -> None:
    target = target_of(parameter)
    if target is None:
        return
    if target.type != "identifier":
        trace.name(target.named_children[0], reach.held, frame)
    else:
        trace.name(target, reach, frame)
