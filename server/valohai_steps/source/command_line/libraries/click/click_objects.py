"""click's commands, groups, options and arguments as objects: `click.Command("name", params=[...])`."""

from collections.abc import Iterator

from valohai_steps.model.command_line import ArgumentFact
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.expressions import unrolling
from valohai_steps.source.command_line.interpreter.library import Call
from valohai_steps.source.command_line.libraries.click.click_options import argument, option
from valohai_steps.source.command_line.memory.frames import Command, Commands, Function, Parser
from valohai_steps.source.command_line.memory.objects import (
    Argument,
    Arguments,
    Given,
    Made,
    Object,
    object_of,
    plain,
)
from valohai_steps.source.evaluation.result import Evaluated


class ClickCommand(Object, eq=False):
    """A command or group; `name` is the one that it was given itself."""

    parser: Parser
    function: Function | None = None
    name: str | None = None


_OPTIONS = ("click.Option", "click.core.Option")
_ARGUMENTS = ("click.Argument", "click.core.Argument")


def add_command(group: ClickCommand, command: ClickCommand, name: str | None, span: Span) -> None:
    """Make a command one of a group; without a name that is known, the group may have any."""
    if group.parser.commands is None:
        group.parser.commands = Commands(group.parser)
    if name is None:
        group.parser.open = True
    else:
        group.parser.commands.commands.append(Command((name,), span, command.parser))


def make_command(call: Call) -> Evaluated:
    """`click.Command("train", callback=run, params=[click.Option(["--lr"], type=float)])`."""
    return call.result(_command(call, params=3))


def make_group(call: Call) -> Evaluated:
    """`click.Group("tool", commands={"train": train})`, or with a list of commands."""
    command, given = _command(call, params=None), call.given
    without = plain(given.get("invoke_without_command", 2), bool, False)
    command.parser.commands = Commands(command.parser, required=not without)
    if given.get("chain") is not None:
        command.parser.open = True  # one command behind the other
    listed = given.get("commands", 1)
    for name, found in () if listed is None else _commands(call, command, listed):
        inner = object_of(found)
        if isinstance(inner, ClickCommand):
            add_command(command, inner, name or inner.name, found.value.span)
        else:
            command.parser.open = True
    return call.result(command)


def _commands(call: Call, group: ClickCommand, listed: Evaluated) -> Iterator[tuple[str | None, Evaluated]]:
    """The commands of a dict by name, or of a list."""
    elements = None if listed.entries is not None else unrolling.elements(listed)
    if (listed.entries is None and elements is None) or listed.holes:
        group.parser.open = True
        call.note(listed)
    for entry in listed.entries or ():
        yield plain_text(Evaluated(entry.key)), entry.found
    for each in elements or ():
        yield None, each


def plain_text(found: Evaluated | None) -> str | None:
    """A string, if it is known."""
    text = plain(found, str)
    return text if isinstance(text, str) else None


def _command(call: Call, params: int | None) -> ClickCommand:
    given, parser = call.given, Parser(library="click", abbreviations=False)
    parser.open = given.get("context_settings", 1 if params else None) is not None or bool(given.unknowns)
    listed = given.get("params", params)
    elements = [] if listed is None else unrolling.elements(listed)
    if elements is None and listed is not None:
        parser.open = True
        call.note(listed)
    for each in elements or ():
        fact = _parameter(call, object_of(each))
        if fact is None:
            parser.open = True
        else:
            parser.arguments.append(Argument(fact))
    call.reading.parsers.append(parser)
    function = object_of(given.get("callback", 2 if params else None))
    held = function if isinstance(function, Function) else None
    return ClickCommand(parser, held, plain_text(given.get("name", 0)))


def _parameter(call: Call, held: object) -> ArgumentFact | None:
    """`click.Option(["--lr", "-l"], type=float)`, `click.Argument(["data"])`."""
    if not isinstance(held, Made) or held.node is None:
        return None
    flags = held.arguments.get("param_decls", 0)
    listed = None if flags is None else unrolling.elements(flags)
    if listed is None:
        return None
    named = {name: each for name, each in held.arguments.named.items() if name != "param_decls"}
    positional = [Given(each, each.value.span) for each in listed]
    inner = Call(call.frame, held.node, held.name, Arguments(positional, named, held.arguments.unknowns))
    if held.name in _OPTIONS:
        return option(inner)
    return argument(inner) if held.name in _ARGUMENTS else None
