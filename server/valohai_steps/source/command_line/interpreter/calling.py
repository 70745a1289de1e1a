"""Calls of functions, methods and classes of the workspace: parameters bound, the body run."""

from pathlib import PurePath

from valohai_steps.model.step import Cause, Static, Unknown
from valohai_steps.source.command_line.expressions.classes import (
    ancestry,
    class_attribute,
    decorators,
    is_static,
)
from valohai_steps.source.command_line.interpreter.endings import overrides_ending
from valohai_steps.source.command_line.interpreter.statements import run_block
from valohai_steps.source.command_line.memory.frames import ClassObject, Frame, Function, Parser
from valohai_steps.source.command_line.memory.instances import Instance, Method, parser_of
from valohai_steps.source.command_line.memory.objects import (
    Arguments,
    External,
    Given,
    holds_object,
    made,
    object_of,
)
from valohai_steps.source.command_line.memory.words import is_marked
from valohai_steps.source.evaluation.result import Evaluated, EvaluatedEntry, brought, dict_found
from valohai_steps.source.tree.nodes import parameter_name
from valohai_steps.source.tree.syntax import Node, field, parts

MAIN = PurePath()  # the script itself, where a value is told to come from it


def call_function(
    frame: Frame, node: Node, function: Function, given: Arguments, receiver: object = None
) -> Evaluated | None:
    """Run a function of the workspace, if it has to do with a command line; None when it has not."""
    effort = frame.reading.effort
    if not _is_followed(function, given, receiver):
        return None
    if not effort.may_call:
        effort.exceeded = True
        return None
    effort.calls += 1
    effort.depth += 1
    inner = Frame(function.frame.script, function.node, function.frame, receiver=receiver)
    inner.owner = function.owner or function.frame.owner
    given = _carried(frame, function, given)
    if function.node.type == "lambda":
        bind_parameters(inner, function, given, None)
        body = field(function.node, "body")
        found = None if body is None else inner.found(body)
    else:
        bind_parameters(inner, function, given, receiver)
        conditional = frame.reading.conditional
        done = run_block(inner, parts(field(function.node, "body")))
        frame.reading.conditional = conditional
        found = done.value or made(None, frame.span(node))
    effort.depth -= 1
    return found


def make_instance(frame: Frame, node: Node, cls: ClassObject, given: Arguments) -> Evaluated | None:
    """An object of a class of the workspace; a parser when the class is one."""
    kinds = [each.name for each in ancestry(cls) if isinstance(each, External)]
    instance: Parser | Instance
    machine = frame.script.machine
    if any(kind.endswith("ArgumentParser") or kind == "tap.Tap" for kind in kinds):
        instance = Parser(cls=cls)
        frame.reading.parsers.append(instance)
        instance.open = any(kind.endswith("Tap") for kind in kinds) or overrides_ending(cls)
    else:
        instance = Instance(cls)
    found = made(instance, frame.span(node))
    init = class_attribute(cls, "__init__")
    function = object_of(init)
    if isinstance(function, Function):
        call_function(frame, node, function, given, instance)
    elif isinstance(instance, Parser):
        machine.call(frame, node, made(Method(instance, "__init__"), found.value.span), given)
    return found


def _is_followed(function: Function, given: Arguments, receiver: object) -> bool:
    if any(parser_of(object_of(each.value)) is not None or _holds_parser(each) for each in given.everything):
        return True
    script = function.frame.script
    if receiver is not None and parser_of(receiver) is not None:
        return True
    owner = function.owner
    if owner is not None:
        named = field(owner.node, "name")
        if named is not None and script.syntax.source(named) in script.words:
            return True
    words = script.machine.reading.words.of(script.syntax.source(function.node))
    if is_marked(words) or not words.isdisjoint(script.words):
        return True
    frame = function.frame
    while frame.outer is not None:  # a function in a function: names of parsers around it
        known = [frame.names[word] for word in words if word in frame.names]
        if any(parser_of(object_of(each)) is not None or _holds_objects(each) for each in known):
            return True
        frame = frame.outer
    return any(word in frame.names and parser_of(object_of(frame.names[word])) is not None for word in words)


def _holds_parser(given: Given) -> bool:
    held = object_of(given.value)
    if isinstance(held, (Instance, Method)):
        return True
    return _holds_objects(given.value)


def _holds_objects(found: Evaluated) -> bool:
    """Whether it is a list of what declares something, such as options of click."""
    value = found.value
    return isinstance(value, Static) and isinstance(value.value, (list, tuple)) and holds_object(value.value)


def _carried(frame: Frame, function: Function, given: Arguments) -> Arguments:
    """The arguments as they look in the file of the function: their places are in the caller's."""
    if function.frame.script is frame.script:
        return given
    path = frame.script.path or MAIN
    use = function.frame.span(function.node)

    def carried(each: Given) -> Given:
        held = object_of(each.value) is not None
        return Given(each.value if held else brought(each.value, use, path), use)

    return Arguments(
        [carried(each) for each in given.positional],
        {name: carried(each) for name, each in given.named.items()},
        list(given.unknowns),
    )


def bind_parameters(inner: Frame, function: Function, given: Arguments, receiver: object) -> None:
    """Give each parameter its argument, its default, or nothing that is known."""
    syntax = inner.script.syntax
    left = Arguments(list(given.positional), dict(given.named), given.unknowns)
    if receiver is not None and not is_static(function):
        span = syntax.span(function.node)
        held = receiver
        if any("classmethod" in each for each in decorators(function.node, function.frame)):
            held = receiver if isinstance(receiver, ClassObject) else function.owner or receiver
        left.positional.insert(0, Given(made(held, span), span))
    only_named = False
    for parameter in parts(field(function.node, "parameters")):
        kind = parameter.named_children[0].type if parameter.type == "typed_parameter" else parameter.type
        if kind in ("list_splat_pattern", "keyword_separator"):
            if kind == "list_splat_pattern":
                values = [] if only_named else [each.value for each in left.positional]
                _bind_rest(inner, parameter, values, given)
            left.positional.clear()
            only_named = True
        elif kind == "dictionary_splat_pattern":
            _bind_named_rest(inner, parameter, left)
        else:
            _bind_one(inner, function, parameter, left)


def _bind_one(inner: Frame, function: Function, parameter: Node, left: Arguments) -> None:
    node = parameter_name(parameter)
    if node is None:
        return
    name = inner.source(node)
    if left.positional:
        inner.names[name] = left.positional.pop(0).value
    elif name in left.named:
        inner.names[name] = left.named.pop(name).value
    elif left.unknowns:
        inner.names[name] = Evaluated(left.unknowns[0])
    elif (default := field(parameter, "value")) is not None:
        inner.names[name] = function.frame.found(default)
    else:
        span = inner.span(node)
        inner.names[name] = Evaluated(Unknown(span, Cause.NOT_RUN, name))


def _bind_rest(inner: Frame, parameter: Node, values: list[Evaluated], given: Arguments) -> None:
    node = parameter_name(parameter)
    if node is None:
        return
    name, span = inner.source(node), inner.span(node)
    if given.unknowns and not given.named:
        inner.names[name] = Evaluated(given.unknowns[0])
        return
    # The elements keep their places, and those that are not known their reasons.
    inner.names[name] = made(tuple(values), span)


def _bind_named_rest(inner: Frame, parameter: Node, left: Arguments) -> None:
    node = parameter_name(parameter)
    if node is None:
        return
    name, span = inner.source(node), inner.span(node)
    entries = [
        EvaluatedEntry(Static(key, each.span), each.value, each.span) for key, each in left.named.items()
    ]
    inner.names[name] = dict_found(entries, left.unknowns, span, None)
    left.named.clear()
