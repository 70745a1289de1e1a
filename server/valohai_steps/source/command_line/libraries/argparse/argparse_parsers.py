"""argparse's parsers: how they are made, what their methods do, and which call reads the command line."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from valohai_steps.model.command_line import ArgumentFact, Conversion
from valohai_steps.model.step import Static
from valohai_steps.source.command_line.expressions import unrolling
from valohai_steps.source.command_line.interpreter.library import Call, Handler, Library, unknown_of
from valohai_steps.source.command_line.libraries.argparse.argparse_arguments import declared
from valohai_steps.source.command_line.libraries.argparse.argument_values import changed
from valohai_steps.source.command_line.memory.frames import Command, Commands, Parse, Parser
from valohai_steps.source.command_line.memory.instances import Argv, Group, Instance, Namespace, parser_of
from valohai_steps.source.command_line.memory.objects import Argument, made, object_of, plain
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.syntax import field, parts

_QUIET = frozenset(
    {
        "add_mutually_exclusive_group",
        "convert_arg_line_to_args",
        "error",
        "exit",
        "format_help",
        "format_usage",
        "get_default",
        "print_help",
        "print_usage",
    }
)


def make_parser(call: Call) -> Evaluated:
    """`ArgumentParser(...)`."""
    parser = Parser()
    call.reading.parsers.append(parser)
    set_up(call, parser)
    return call.result(parser)


def set_up(call: Call, parser: Parser) -> None:
    """The arguments of a parser's own `__init__`."""
    given = call.given
    prefixes = plain(given.get("prefix_chars"), str, "-")
    files = plain(given.get("fromfile_prefix_chars"), str, "")
    program = plain(given.get("prog", 0), str, "")
    parser.prefixes, parser.files, parser.program = str(prefixes), str(files), str(program)
    parser.abbreviations = bool(plain(given.get("allow_abbrev"), bool, True))
    parser.helps = bool(plain(given.get("add_help"), bool, True))
    default = given.get("argument_default")
    parser.argument_default = default if plain(default, type(None), 0) is not None else None
    parents = given.get("parents")
    elements = [] if parents is None else unrolling.elements(parents)
    parser.open = parser.open or elements is None or bool(given.unknowns)
    for element in elements or ():
        _take_over(call, parser, element)


def _take_over(call: Call, parser: Parser, parent: Evaluated) -> None:
    """The arguments of a parent."""
    held = object_of(parent)
    if not isinstance(held, Parser):
        call.note(parent)
        parser.open = True
        return
    first = len(parser.groups)
    parser.groups += held.groups
    parser.open = parser.open or held.open
    for argument in held.arguments:
        fact = argument.fact
        number = None if fact.group is None else fact.group + first
        parser.arguments.append(Argument(replace(fact, group=number)))
    parser.defaults = {**held.defaults, **parser.defaults}


def method(call: Call) -> Evaluated | None:
    """A method of a parser or a group."""
    parser = parser_of(call.receiver)
    handler = _METHODS.get(call.name)
    if parser is None or handler is None:
        if parser is not None and call.name not in _QUIET and call.name.startswith("add"):
            parser.open = True  # simple-parsing, jsonargparse and their like
        return call.nothing()
    return handler(call)


def _receiver(call: Call) -> Parser:
    parser = parser_of(call.receiver)
    assert parser is not None  # `method` asked  # noqa: S101
    return parser


def _add_argument(call: Call) -> Evaluated:
    parser = _receiver(call)
    group = call.receiver.number if isinstance(call.receiver, Group) else None
    fact = declared(call, parser, group)
    if fact is None:
        return call.nothing()
    argument = Argument(_either(parser, fact) if fact.conditional else fact)
    _replace_same(parser, fact)
    parser.arguments.append(argument)
    return call.result(argument)


def _either(parser: Parser, fact: ArgumentFact) -> ArgumentFact:
    """An argument that two branches declare, of which one runs: what they differ in is not known."""
    flags = {flag.text for flag in fact.flags}
    others = [each.fact for each in parser.arguments if flags & {flag.text for flag in each.fact.flags}]
    for other in others:
        if (other.action, other.nargs) != (fact.action, fact.nargs):
            fact = replace(fact, action="custom", nargs="*", conversion=Conversion("own"), choices=None)
        elif (other.conversion.kind, other.choices) != (fact.conversion.kind, fact.choices):
            fact = replace(fact, conversion=Conversion("own"), choices=None)
    return fact


def _replace_same(parser: Parser, fact: ArgumentFact) -> None:
    """Where flags clash, the later argument has them: without `conflict_handler` Python refuses it anyway."""
    parser.flags.update(flag.text for each in parser.arguments[parser.indexed :] for flag in each.fact.flags)
    taken = {flag.text for flag in fact.flags}
    parser.indexed = len(parser.arguments)
    if taken.isdisjoint(parser.flags):
        return
    for known in list(parser.arguments):
        left = tuple(flag for flag in known.fact.flags if flag.text not in taken)
        if known.fact.flags and not left:
            parser.arguments.remove(known)
        elif len(left) < len(known.fact.flags):
            known.fact = replace(known.fact, flags=left)
    parser.indexed = len(parser.arguments)


def _add_group(call: Call) -> Evaluated:
    parser = _receiver(call)
    if call.name == "add_mutually_exclusive_group":
        parser.groups.append(bool(plain(call.given.get("required"), bool, False)))
        return call.result(Group(parser, len(parser.groups) - 1))
    number = call.receiver.number if isinstance(call.receiver, Group) else None
    return call.result(Group(parser, number))


def _add_subparsers(call: Call) -> Evaluated:
    parser = _receiver(call)
    required = plain(call.given.get("required"), bool, False)
    at = sum(argument.fact.is_positional for argument in parser.arguments)
    parser.commands = Commands(parser, bool(required), at)
    return call.result(parser.commands)


def commands_method(call: Call) -> Evaluated | None:
    """`add_parser(...)` of what `add_subparsers` gave."""
    commands = call.receiver
    if not isinstance(commands, Commands) or call.name != "add_parser":
        return call.nothing()
    found = call.given.get("name", 0)
    name = plain(found, str)
    if found is None or not isinstance(name, str):
        commands.parser.open = True
        if found is not None:
            call.note(found)
        return call.result(Parser(open=True))
    aliases = call.given.get("aliases")
    others = unrolling.elements(aliases) if aliases is not None else []
    names = (name, *(text for each in others or () if isinstance(text := plain(each, str), str)))
    parser = Parser(library=commands.parser.library, types=dict(commands.parser.types))
    set_up(Call(call.frame, call.node, "add_parser", call.given), parser)
    first = call.given.positional[0].value.value if call.given.positional else None
    span = first.span if isinstance(first, Static) and first.origin is None else call.span
    commands.commands.append(Command(names, span, parser))
    return call.result(parser)


def _set_defaults(call: Call) -> Evaluated:
    parser = _receiver(call)
    for why in call.given.unknowns:
        call.reading.unknowns[why] = None
        for argument in parser.arguments:
            argument.fact = replace(argument.fact, default=why)
    for name, given in call.given.named.items():
        parser.defaults[name] = given.value
        for argument in parser.arguments:
            if argument.fact.dest == name:
                value = given.value.value if not object_of(given.value) else unknown_of(given.value)
                argument.fact = replace(argument.fact, default=value)
    return call.nothing()


def _register(call: Call) -> Evaluated:
    parser = _receiver(call)
    name = plain(call.given.get("value", 1), str)
    held = call.given.get("object", 2)
    if (
        plain(call.given.get("registry_name", 0), str) == "type"
        and isinstance(name, str)
        and held is not None
    ):
        parser.types[name] = held
    return call.nothing()


def _parse(call: Call) -> Evaluated:
    """`parse_args()` and its kin: they read the command line unless they get a list of their own."""
    parser = _receiver(call)
    leftovers = "known" in call.name
    words = call.given.get("args", 0)
    held = object_of(words)
    rest: Parser | None = None
    reads = words is None or plain(words, type(None), 0) is None
    if isinstance(held, Argv):
        rest, reads = held.parser, held.parser is not None or held.start == 1
    if reads:
        used = leftovers and _are_leftovers_used(call)
        call.reading.parses.append(Parse(parser, call.span, call.frame.script, leftovers, rest, used))
    namespace = call.result(Namespace(parser))
    given = object_of(call.given.get("namespace", 1))
    if isinstance(given, Instance):
        namespace = call.result(given)
    if not leftovers:
        return namespace
    remaining = made(Argv(1, parser), call.span) if reads else call.nothing()
    return call.result((namespace, remaining))


def _are_leftovers_used(call: Call) -> bool:
    """Whether something may look at the words that `parse_known_args` leaves."""
    outer = call.node.parent
    if outer is not None and outer.type == "subscript":
        return "0" not in call.frame.source(outer)[-3:]
    left = field(outer, "left") if outer is not None and outer.type == "assignment" else None
    targets = parts(left) if left is not None and left.type in ("pattern_list", "tuple_pattern") else []
    if len(targets) != 2 or targets[1].type != "identifier":
        return True
    return len(call.frame.script.syntax.mentions(call.frame.source(targets[1]))) > 1


def _init(call: Call) -> Evaluated:
    """`super().__init__(...)` in a subclass, or `ArgumentParser.__init__(self, ...)`."""
    set_up(call, _receiver(call))
    return call.result(None)


def _class_init(call: Call) -> Evaluated | None:
    first = object_of(call.given.positional[0].value) if call.given.positional else None
    if not isinstance(first, Parser):
        return call.nothing()
    given = replace(call.given, positional=call.given.positional[1:])
    set_up(replace(call, given=given), first)
    return call.result(None)


_METHODS: Mapping[str, Handler] = MappingProxyType(
    {
        "__init__": _init,
        "add_argument": _add_argument,
        "add_argument_group": _add_group,
        "add_mutually_exclusive_group": _add_group,
        "add_subparsers": _add_subparsers,
        "parse_args": _parse,
        "parse_intermixed_args": _parse,
        "parse_known_args": _parse,
        "parse_known_intermixed_args": _parse,
        "register": _register,
        "set_defaults": _set_defaults,
        "pop": lambda call: call.result(call.receiver),
    }
)
ARGPARSE = Library(
    calls=MappingProxyType(
        {
            "argparse.ArgumentParser": make_parser,
            "argparse.ArgumentParser.__init__": _class_init,
        }
    ),
    methods=MappingProxyType({Parser: method, Group: method, Commands: commands_method}),
    words=lambda _text: frozenset(),
    changed=changed,
)
