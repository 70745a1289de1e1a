"""click: commands, groups, options and arguments, as decorators declare them (click's documentation)."""

from types import MappingProxyType

from msgspec import field

from valohai_steps.model.command_line import ArgumentFact
from valohai_steps.source.command_line.interpreter.calling import call_function
from valohai_steps.source.command_line.interpreter.library import Call, Library
from valohai_steps.source.command_line.libraries.click.click_objects import (
    ClickCommand,
    add_command,
    make_command,
    make_group,
    plain_text,
)
from valohai_steps.source.command_line.libraries.click.click_options import (
    READY,
    argument,
    option,
    ready_option,
)
from valohai_steps.source.command_line.memory.frames import Commands, Frame, Function, Parse, Parser
from valohai_steps.source.command_line.memory.instances import Argv, Method
from valohai_steps.source.command_line.memory.objects import (
    Argument,
    Arguments,
    External,
    Given,
    Made,
    Object,
    made,
    object_of,
    plain,
)
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.syntax import field as field_of

_OPTIONS = ("click.option", "click.argument")
_COMMANDS = ("click.command", "click.group")
_SUFFIXES = ("_command", "_cmd", "_group", "_grp")


class Options(Object, eq=False):
    """A function with the options that decorators gave it so far, the lowest first."""

    function: Function
    arguments: tuple[ArgumentFact, ...] = ()


class CommandDecorator(Object, eq=False):
    """`@cli.command("name")`: what it makes is a command of `group`."""

    group: ClickCommand
    given: Arguments
    is_group: bool
    extra: dict[str, object] = field(default_factory=dict)


def decorate(frame: Frame, defined: Object, found: Evaluated) -> Object | None:
    """What a decorator of click makes of a function; None when it is none of click's."""
    held = object_of(found)
    name = held.name if isinstance(held, (External, Made)) else ""
    given = held.arguments if isinstance(held, Made) else Arguments()
    if name in (*_OPTIONS, *READY) and isinstance(defined, (Function, Options, ClickCommand)):
        return _with_option(frame, defined, name, held)
    if name in _COMMANDS:
        return _command(frame, defined, name == "click.group", given)
    if isinstance(held, CommandDecorator):
        command = _command(frame, defined, held.is_group, held.given)
        if command is not None:
            add_command(held.group, command, _name_of(defined, held.given), found.value.span)
        return command
    if name == "functools.wraps" and isinstance(defined, (Function, Options)):
        return _wrapping(defined, object_of(given.get("wrapped", 0)))
    if isinstance(held, Function) and isinstance(defined, (Function, Options)):
        span = found.value.span
        given = Arguments([Given(made(defined, span), span)])
        result = object_of(call_function(frame, held.node, held, given))
        return result if isinstance(result, Options) else None
    return None


def _wrapping(defined: Function | Options, wrapped: Object | None) -> Object | None:
    """`@functools.wraps(function)`: what wraps a function has its options too."""
    if not isinstance(wrapped, Options):
        return None
    if isinstance(defined, Function):
        return Options(defined, wrapped.arguments)
    return Options(defined.function, (*wrapped.arguments, *defined.arguments))


def _with_option(frame: Frame, defined: Object, name: str, held: Object | None) -> Object | None:
    if name in READY:
        fact = ready_option(frame, name, held)
    elif not isinstance(held, Made) or held.node is None:
        return None
    else:
        call = Call(frame, held.node, name, held.arguments)
        fact = option(call) if name == "click.option" else argument(call)
    if fact is None:
        frame.reading.open = True
        return None
    if isinstance(defined, ClickCommand):
        defined.parser.arguments.insert(0, Argument(fact))
        return defined
    if isinstance(defined, Function):
        return Options(defined, (fact,))
    return Options(defined.function, (*defined.arguments, fact)) if isinstance(defined, Options) else None


def _command(frame: Frame, defined: Object, is_group: bool, given: Arguments) -> ClickCommand | None:
    if not isinstance(defined, (Function, Options)):
        return None
    facts = defined.arguments if isinstance(defined, Options) else ()
    parser = Parser(library="click", abbreviations=False)
    parser.arguments = [Argument(fact) for fact in reversed(facts)]
    parser.open = any(given.get(key) is not None for key in ("cls", "context_settings", "params", "chain"))
    if is_group:
        without = plain(given.get("invoke_without_command"), bool, False)
        parser.commands = Commands(parser, required=not without)
    frame.reading.parsers.append(parser)
    function = defined.function if isinstance(defined, Options) else defined
    return ClickCommand(parser, function, plain_text(given.get("name", 0)))


def _name_of(defined: Object, given: Arguments) -> str | None:
    """The word for a command: the one that is stated, or the function's name."""
    stated = given.get("name", 0)
    if stated is not None and object_of(stated) is None:
        text = plain(stated, str)
        return text if isinstance(text, str) else None
    if isinstance(defined, ClickCommand) and defined.name is not None:
        return defined.name
    function = defined.function if isinstance(defined, (Options, ClickCommand)) else defined
    return command_name(function) if isinstance(function, Function) else None


def command_name(function: Function) -> str:
    """The word that click and typer make of a function's name."""
    named = field_of(function.node, "name")
    name = "" if named is None else function.frame.source(named).lower()
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix) or name
    return name.replace("_", "-")


def method(call: Call) -> Evaluated | None:
    """A command that is called, or a method of a group."""
    command = call.receiver
    if not isinstance(command, ClickCommand):
        return call.nothing()
    if call.name in ("__call__", "main"):
        words = call.given.get("args", 0)
        held = object_of(words)
        if (
            words is None
            or plain(words, type(None), 0) is None
            or (isinstance(held, Argv) and held.start == 1)
        ):
            call.reading.parses.append(Parse(command.parser, call.span, call.frame.script, leftovers=False))
        return call.nothing()
    if call.name in ("command", "group"):
        return call.result(CommandDecorator(command, call.given, call.name == "group"))
    if call.name == "add_command":
        added = object_of(call.given.get("cmd", 0))
        if isinstance(added, ClickCommand):
            name = plain_text(call.given.get("name", 1)) or _name_of(added, Arguments())
            add_command(command, added, name, call.span)
        else:
            command.parser.open = True
    return call.nothing()


def _made_method(call: Call) -> Evaluated | None:
    """`click.option(...)(function)`."""
    held, first = call.receiver, call.given.positional[:1]
    defined = object_of(first[0].value) if first else None
    if isinstance(held, Made) and held.name in _OPTIONS and call.name == "__call__" and defined is not None:
        found = decorate(call.frame, defined, call.result(held))
        return call.result(found) if found is not None else None
    return None


def _part_method(call: Call) -> Evaluated | None:
    """`command.params.append(...)`: what is done with the parts of a command is not followed."""
    held = call.receiver.receiver if isinstance(call.receiver, Method) else None
    if isinstance(held, ClickCommand):
        held.parser.open = True
    return None


CLICK = Library(
    calls=MappingProxyType(
        {
            **dict.fromkeys(("click.Command", "click.core.Command"), make_command),
            **dict.fromkeys(("click.Group", "click.core.Group"), make_group),
        }
    ),
    methods=MappingProxyType({ClickCommand: method, Made: _made_method, Method: _part_method}),
    words=lambda _text: frozenset(),
    decorate=decorate,
)
