"""Fire: the parameters of a function as flags, each with a value (Python Fire's guide)."""

from types import MappingProxyType

from valohai_steps.model.command_line import ArgumentFact, Conversion, Flag
from valohai_steps.model.step import Static
from valohai_steps.source.command_line.expressions.classes import class_attribute
from valohai_steps.source.command_line.interpreter.library import Call, Library, value_of
from valohai_steps.source.command_line.memory.frames import (
    ClassObject,
    Command,
    Commands,
    Frame,
    Function,
    Parse,
    Parser,
)
from valohai_steps.source.command_line.memory.objects import Argument, Arguments, Object, object_of
from valohai_steps.source.command_line.signatures.parameters import FunctionParameter, parameters_of
from valohai_steps.source.evaluation.result import Evaluated


def _fire(call: Call) -> Evaluated | None:
    """`fire.Fire(train)`, of a class, or of a dict of functions by name; without one, of the module."""
    component = call.given.get("component", 0)
    if call.given.get("command", 1) is not None:
        return call.nothing()
    held = object_of(component)
    parser = Parser(library="fire", abbreviations=False)
    if component is not None and component.entries is not None:
        parser.commands = Commands(parser)
        for entry in component.entries:
            inner = object_of(entry.found)
            if isinstance(entry.key, Static) and isinstance(inner, (Function, ClassObject)):
                word = str(entry.key.value)
                parser.commands.commands.append(Command((word,), entry.span, _parser(call.frame, inner)))
    elif isinstance(held, (Function, ClassObject)):
        parser = _parser(call.frame, held)
    elif component is None:
        parser.commands = Commands(parser)
        for name, found in list(call.frame.script.top.names.items()):
            inner = object_of(found)
            if isinstance(inner, Function):
                parser.commands.commands.append(Command((name,), call.span, _parser(call.frame, inner)))
    else:
        parser.open = True
    call.reading.parses.append(Parse(parser, call.span, call.frame.script, leftovers=False))
    return call.nothing()


def _parser(frame: Frame, component: Object) -> Parser:
    parser = Parser(library="fire", abbreviations=False)
    function = component
    if isinstance(component, ClassObject):
        function = object_of(class_attribute(component, "__init__")) or component
        parser.open = True  # what its methods take follows behind their names
    if not isinstance(function, Function):
        return parser
    for place, parameter in enumerate(parameters_of(function)):
        if parameter.star:
            parser.open = True
        elif place or not isinstance(component, ClassObject):
            parser.arguments.append(Argument(_argument(frame, function, parameter)))
    return parser


def _argument(frame: Frame, function: Function, parameter: FunctionParameter) -> ArgumentFact:
    value = None
    if parameter.default is not None:
        holder = Call(function.frame, function.node, "fire.Fire", Arguments())
        value = value_of(holder, parameter.default)
    return ArgumentFact(
        name=parameter.name,
        dest=parameter.name,
        name_span=parameter.span,
        span=parameter.whole,
        flags=(Flag(f"--{parameter.name}", parameter.span),),
        conversion=Conversion("literal", stated=True, true="True", false="False"),
        default=value,
        required=parameter.default is None,
        conditional=frame.reading.conditional > 0,
        path=function.frame.script.path,
    )


FIRE = Library(
    calls=MappingProxyType({"fire.Fire": _fire, "fire.core.Fire": _fire}),
    methods=MappingProxyType({}),
    words=lambda _text: frozenset(),
)
