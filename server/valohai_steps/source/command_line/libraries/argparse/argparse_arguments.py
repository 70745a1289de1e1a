"""`add_argument(...)`: what it declares, as argparse takes it (Python Library Reference, "argparse")."""

from collections.abc import Mapping
from types import MappingProxyType

from valohai_steps.model.command_line import Action, ArgumentFact, Flag
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.interpreter.library import (
    Call,
    flags_given,
)
from valohai_steps.source.command_line.libraries.argparse.argument_values import nargs_of, with_values
from valohai_steps.source.command_line.memory.frames import Parser
from valohai_steps.source.command_line.memory.objects import External, object_of, plain

_ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "store": "store",
        "store_const": "store_const",
        "store_true": "store_true",
        "store_false": "store_false",
        "append": "append",
        "append_const": "append_const",
        "extend": "extend",
        "count": "count",
        "help": "help",
        "version": "help",
    }
)


def declared(call: Call, parser: Parser, group: int | None = None) -> ArgumentFact | None:
    """The argument that a call declares; None when a flag of it is not known: then the parser is open."""
    flags = _flags(call)
    given = call.given
    if flags is None or not (flags or given.get("dest")):
        parser.open = True
        return None
    for why in given.unknowns:
        call.reading.unknowns[why] = None
    optional = [flag for flag in flags if flag.text[:1] in tuple(parser.prefixes)]
    name, dest, span = _names(call, parser, flags, optional)
    action = _action(call)
    fact = ArgumentFact(
        name=name,
        dest=dest,
        name_span=span,
        span=call.span,
        flags=tuple(optional),
        off_flags=_off_flags(optional) if action == "both" else (),
        action=action,
        nargs=nargs_of(call),
        required=bool(plain(given.get("required"), bool, False)),
        conditional=call.reading.conditional > 0,
        group=group,
        path=call.frame.script.path,
    )
    return with_values(call, parser, fact)


def _names(call: Call, parser: Parser, flags: list[Flag], optional: list[Flag]) -> tuple[str, str, Span]:
    """The name that an argument goes by, its name in the namespace, and the place of the first."""
    stated = plain(call.given.get("dest"), str)
    if optional:
        named = _name_flag(parser, optional)
        name = named.text.lstrip(parser.prefixes)
        return name, stated if isinstance(stated, str) else name.replace("-", "_"), named.span
    if flags:
        return flags[0].text, flags[0].text, flags[0].span
    return str(stated), str(stated), call.span


def _flags(call: Call) -> list[Flag] | None:
    """The flags of a call, or the name of a positional; None when one of them is not known."""
    flags = flags_given(call)
    if flags == [] and call.given.unknowns:
        call.reading.unknowns[call.given.unknowns[0]] = None
        return None
    return flags


def _name_flag(parser: Parser, flags: list[Flag]) -> Flag:
    """The flag that gives the argument its name: the first long one, else the first."""
    for flag in flags:
        if len(flag.text) > 2 and flag.text[1] in parser.prefixes:
            return flag
    return flags[0]


def _off_flags(flags: list[Flag]) -> tuple[str, ...]:
    return tuple(f"--no-{flag.text[2:]}" for flag in flags if flag.text.startswith("--"))


def _action(call: Call) -> Action:
    found = call.given.get("action")
    if found is None:
        return "store"
    text = plain(found, str)
    if isinstance(text, str):
        return _ACTIONS.get(text, "custom")
    held = object_of(found)
    if isinstance(held, External) and held.name.endswith("BooleanOptionalAction"):
        return "both"
    if held is None:
        call.note(found)
    return "custom"
