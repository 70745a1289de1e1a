"""Calls, by what is called: functions of the workspace, methods, Python's own functions, valohai-papi."""

from msgspec import Struct

from valohai_steps.model.step import Cause, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.pipelines.expressions.effects import HARMLESS, called_name
from valohai_steps.source.pipelines.expressions.loops.binding import bind
from valohai_steps.source.pipelines.library import containers, papi, plain_functions
from valohai_steps.source.pipelines.memory.frames import Frame
from valohai_steps.source.pipelines.memory.functions import Function
from valohai_steps.source.pipelines.memory.objects import (
    Bound,
    External,
    Given,
    Hidden,
    NodeObject,
    PaperValue,
    Partial,
    PipelineObject,
    Raises,
    Socket,
    hidden,
)
from valohai_steps.source.pipelines.running.statements import run_block
from valohai_steps.source.tree.nodes import descendants, parameter_name
from valohai_steps.source.tree.syntax import Node, field, parts

_OWN_BODIES = ("function_definition", "lambda", "class_definition")
_ENDS = frozenset({"builtins.exit", "builtins.quit", "sys.exit", "os._exit", "os.abort"})


def call(frame: Frame, node: Node, callee: PaperValue, given: Given) -> PaperValue:
    """What the call at `node` gives, or an Unknown. Raises Refused and Raises."""
    match callee:
        case External() if callee.name in papi.PIPELINES:
            return papi.make_pipeline(frame, node, given)
        case External():
            if callee.name in _ENDS:
                frame.refuse(node)
            found = plain_functions.call(frame, node, callee.name, given)
            return unknown_call(frame, node, callee, given) if found is NotImplemented else found
        case Function():
            return call_function(frame, node, callee, given)
        case Partial():
            positional = (*((each, frame.span(node)) for each in callee.positional), *given.positional)
            named = {name: (each, frame.span(node)) for name, each in callee.named.items()}
            frame.step(node)
            frame.reading.depth += 1
            try:
                return call(frame, node, callee.function, Given(positional, {**named, **given.named}))
            finally:
                frame.reading.depth -= 1
        case Bound(receiver=PipelineObject() | NodeObject() | Socket()):
            frame.reading.operations += 1
            return papi.method(frame, node, callee, given)
        case Bound():
            found = containers.method(frame, node, callee, given)
            return unknown_call(frame, node, callee, given) if found is NotImplemented else found
        case _:
            return unknown_call(frame, node, callee, given)


def unknown_call(frame: Frame, node: Node, callee: PaperValue, given: Given) -> PaperValue:
    """A call of something that is not read. Raises Refused when it may change what is followed here."""
    if isinstance(callee, Hidden):
        frame.known(callee)
    is_mutated = any(frame.is_mutable(node, each) for each in given.values)
    looks = called_name(frame, node) in HARMLESS
    if is_mutated and not (looks and (isinstance(callee, (External, Unknown)) or is_text(callee))):
        frame.refuse(node)
    if isinstance(callee, Bound) and frame.is_mutable(node, callee.receiver):
        frame.refuse(node)
    if is_mutated and called_name(frame, node) in ("type", "vars"):
        return hidden(frame.unknown(node))
    if isinstance(callee, Unknown):
        return callee
    blamed = next((each for each in given.values if isinstance(each, Unknown)), None)
    return blamed if blamed is not None and isinstance(callee, Bound) else frame.unknown(node)


def is_text(callee: PaperValue) -> bool:
    """Whether a callee is a method of a string."""
    return isinstance(callee, Bound) and isinstance(callee.receiver, str)


def call_function(frame: Frame, node: Node, function: Function, given: Given) -> PaperValue:
    """Run a function of the workspace. Raises Refused for one that would run only later."""
    body = field(function.node, "body")
    why = Cause.NOT_RUN if body is None else _why_not_run(function)
    if body is None or why is not None:
        frame.refuse(node, why or Cause.NOT_RUN)
    reading, inside, span = frame.reading, function.frame.script, frame.span(node)
    inner = Frame(inside, reading, function.node, function.frame)
    inner.outside = None if inside.path is None else span
    reading.depth += 2
    try:
        bind_parameters(inner, function, given, span)
        return _returned(inner, function, body)
    finally:
        reading.depth -= 2


def _returned(inner: Frame, function: Function, body: Node) -> PaperValue:
    if function.node.type == "lambda":
        return inner.value(body)
    return run_block(inner, parts(body)).value


def _why_not_run(function: Function) -> Cause | None:
    """Why calling a function does not run it here: generators and coroutines only start later."""
    node = function.node
    if node.children[0].type == "async":
        return Cause.RUNS_LATER

    def inside(part: Node) -> list[Node]:
        return part.named_children if part.id == node.id or part.type not in _OWN_BODIES else []

    kinds = {part.type for part in descendants(node, inside)}
    if kinds & {"yield", "await"}:
        return Cause.RUNS_LATER
    return Cause.NOT_RUN if kinds & {"global_statement", "nonlocal_statement"} else None


class _Left(Struct, eq=False):
    """The arguments that no parameter has got yet; `span` is the call."""

    positional: list[tuple[PaperValue, Span]]
    named: dict[str, tuple[PaperValue, Span]]
    span: Span


def bind_parameters(inner: Frame, function: Function, given: Given, span: Span) -> None:
    """Give each parameter its argument or its default. Raises Raises as Python would for the rest."""
    left = _Left(list(given.positional), dict(given.named), span)
    rest: list[tuple[PaperValue, Span]] = []
    for parameter in parts(field(function.node, "parameters")):
        kind = parameter.named_children[0].type if parameter.type == "typed_parameter" else parameter.type
        name = parameter_name(parameter)
        if kind in ("keyword_separator", "list_splat_pattern"):
            rest, left.positional = left.positional, []
            if name is not None and kind == "list_splat_pattern":
                inner.names[inner.source(name)] = tuple(each for each, _ in rest)
                rest = []
        elif kind == "dictionary_splat_pattern" and name is not None:
            inner.names[inner.source(name)] = {key: each for key, (each, _) in left.named.items()}
            left.named = {}
        elif kind != "positional_separator":
            _bind_one(inner, function, parameter, left)
    if left.positional or left.named or rest:
        raise Raises(span, "the function takes fewer arguments than it gets here; remove some")


def _bind_one(inner: Frame, function: Function, parameter: Node, left: _Left) -> None:
    name = parameter_name(parameter)
    if name is None:
        inner.refuse(parameter)
    word, default = inner.source(name), field(parameter, "value")
    if left.positional:
        if word in left.named:
            raise Raises(left.span, f"the function gets {word} twice; remove one")
        bind(inner, name, left.positional.pop(0)[0])
    elif word in left.named:
        bind(inner, name, left.named.pop(word)[0])
    elif default is not None:
        bind(inner, name, function.defaults[default.id])
    else:
        raise Raises(left.span, f"the function needs {word}, which it does not get here; pass it")
