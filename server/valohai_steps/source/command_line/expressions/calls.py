"""Calls: what is called, and the arguments that it gets, in order."""

from valohai_steps.model.step import Cause, Static, Unknown
from valohai_steps.source.command_line.expressions import unrolling
from valohai_steps.source.command_line.memory.frames import Frame
from valohai_steps.source.command_line.memory.instances import parser_of
from valohai_steps.source.command_line.memory.objects import Arguments, Given, made, object_of
from valohai_steps.source.evaluation.evaluator import not_static
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.syntax import Node, field, parts


def call(frame: Frame, node: Node) -> Evaluated | None:
    """What a call gives; None where base evaluation may know more."""
    function = field(node, "function")
    if function is None:
        return None
    callee = frame.found(function)
    if object_of(callee) is None:
        return _call_of_unknown(frame, node, function)
    given = arguments_of(frame, node)
    return frame.script.machine.call(frame, node, callee, given)


def _call_of_unknown(frame: Frame, node: Node, function: Node) -> Evaluated | None:
    """A call of something not known: what is declared on it, or on a parser that it gets, is missed."""
    method = field(function, "attribute") if function.type == "attribute" else None
    if method is not None and frame.source(method) in ("add_argument", "add_parser"):
        frame.reading.open = True
        return not_static(frame.expressions, node)
    for each in arguments_of(frame, node).everything:
        parser = parser_of(object_of(each.value))
        if parser is not None:
            parser.open = True  # it may declare more
    owner = field(function, "object") if method is not None else None
    known = None if owner is None else frame.found(owner)
    if known is not None and isinstance(known.value, Unknown) and known.entries is None:
        return Evaluated(known.value)  # the smallest expression to blame
    return None


def arguments_of(frame: Frame, call: Node) -> Arguments:
    """The arguments of a call, evaluated in order; what is spread is spread."""
    given = Arguments()
    holder = field(call, "arguments")
    if holder is not None and holder.type == "generator_expression":
        given.positional.append(Given(frame.found(holder), frame.span(holder)))
    if holder is None or holder.type != "argument_list":
        return given
    for child in parts(holder):
        span = frame.span(child)
        name, value = field(child, "name"), field(child, "value")
        if child.type == "keyword_argument" and name is not None and value is not None:
            found = frame.found(value)
            given.named[frame.source(name)] = Given(found, frame.span(value))
        elif child.type == "list_splat":
            _spread_list(frame, child, given)
        elif child.type == "dictionary_splat":
            _spread_dict(frame, child, given)
        else:
            given.positional.append(Given(frame.found(child), span))
    return given


def _spread_list(frame: Frame, child: Node, given: Arguments) -> None:
    span = frame.span(child)
    found = frame.found(child.named_children[0])
    elements = unrolling.elements(found)
    if elements is None:
        given.unknowns.append(_blamed(frame, child.named_children[0], found))
        return
    given.positional += [Given(each, span) for each in elements]


def _spread_dict(frame: Frame, child: Node, given: Arguments) -> None:
    span = frame.span(child)
    found = frame.found(child.named_children[0])
    if found.entries is None:
        value = found.value.value if isinstance(found.value, Static) else None
        if not isinstance(value, dict):
            given.unknowns.append(_blamed(frame, child.named_children[0], found))
        else:
            given.named.update({str(key): Given(made(each, span), span) for key, each in value.items()})
        return
    given.unknowns += found.holes
    for entry in found.entries:
        if isinstance(entry.key, Static) and isinstance(entry.key.value, str):
            given.named[entry.key.value] = Given(entry.found, span)


def _blamed(frame: Frame, node: Node, found: Evaluated) -> Unknown:
    value = found.value if isinstance(found.value, Unknown) else not_static(frame.expressions, node).value
    return value if isinstance(value, Unknown) else Unknown(frame.span(node), Cause.NOT_RUN, "this")
