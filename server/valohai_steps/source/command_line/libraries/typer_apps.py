"""typer: commands whose arguments are the parameters of functions (typer's documentation)."""

from types import MappingProxyType

from msgspec import field
from msgspec.structs import replace

from valohai_steps.model.command_line import ArgumentFact, Conversion, Flag
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.interpreter.library import (
    Call,
    Library,
    enum_value,
    is_external,
    value_of,
)
from valohai_steps.source.command_line.libraries.click.click_commands import command_name
from valohai_steps.source.command_line.memory.frames import Command, Commands, Frame, Function, Parse, Parser
from valohai_steps.source.command_line.memory.instances import Argv
from valohai_steps.source.command_line.memory.objects import (
    Argument,
    Arguments,
    Made,
    Object,
    object_of,
    plain,
)
from valohai_steps.source.command_line.signatures.annotations import Annotation, annotation_of
from valohai_steps.source.command_line.signatures.help_text import description
from valohai_steps.source.command_line.signatures.parameters import FunctionParameter, parameters_of
from valohai_steps.source.evaluation.result import Evaluated

_MADE = frozenset({"typer.Option", "typer.Argument", "typer.params.Option", "typer.params.Argument"})


class TyperApp(Object, eq=False):
    """`typer.Typer()`: commands, apps inside it, and options of its own."""

    given: Arguments
    commands: list[tuple[str, Span, "Parser | TyperApp"]] = field(default_factory=list)
    callback: Parser | None = None


class AppDecorator(Object, eq=False):
    """`@app.command("name")` or `@app.callback()`."""

    app: TyperApp
    name: str | None
    is_callback: bool


def _run(call: Call) -> Evaluated | None:
    """`typer.run(main)`."""
    function = object_of(call.given.get("function", 0))
    if isinstance(function, Function):
        parser = _parser(call.frame, function)
        call.reading.parses.append(Parse(parser, call.span, call.frame.script, leftovers=False))
    return call.nothing()


def _app(call: Call) -> Evaluated | None:
    return call.result(TyperApp(call.given))


def method(call: Call) -> Evaluated | None:
    """An app that is called, or a method of one."""
    app = call.receiver
    if not isinstance(app, TyperApp):
        return call.nothing()
    if call.name == "__call__":
        words = call.given.get("args", 0)
        held = object_of(words)
        if words is None or (isinstance(held, Argv) and held.start == 1):
            parser = _whole(app)
            call.reading.parses.append(Parse(parser, call.span, call.frame.script, leftovers=False))
        return call.nothing()
    if call.name in ("command", "callback"):
        name = plain(call.given.get("name", 0), str) if call.name == "command" else None
        stated = name if isinstance(name, str) else None
        return call.result(AppDecorator(app, stated, call.name == "callback"))
    if call.name == "add_typer":
        inner = object_of(call.given.get("typer_instance", 0))
        name = plain(call.given.get("name"), str)
        if isinstance(inner, TyperApp):
            word = name if isinstance(name, str) else plain(inner.given.get("name", 0), str)
            app.commands.append((word if isinstance(word, str) else "", call.span, inner))
    return call.nothing()


def decorate(frame: Frame, defined: Object, found: Evaluated) -> Object | None:
    """`@app.command()` over a function: the function stays what it is."""
    held = object_of(found)
    if not isinstance(held, AppDecorator) or not isinstance(defined, Function):
        return None
    parser = _parser(frame, defined)
    if held.is_callback:
        held.app.callback = parser
    else:
        name = held.name or command_name(defined)
        held.app.commands.append((name, frame.span(defined.node), parser))
    return defined


def _whole(app: TyperApp, around: tuple[TyperApp, ...] = ()) -> Parser:
    """What an app takes: with one command and no callback, that of the command; `around`: those it is in."""
    if len(app.commands) == 1 and app.callback is None and not around:
        only = app.commands[0][2]
        if isinstance(only, Parser):
            return only
    parser = app.callback or Parser(library="typer", abbreviations=False)
    without = plain(app.given.get("invoke_without_command"), bool, False)
    parser.commands = Commands(parser, required=not without)
    for name, span, inner in app.commands:
        made = _inner(inner, (*around, app))
        parser.open = parser.open or not name  # its name is not known, or its commands are this app's own
        parser.commands.commands.append(Command((name,), span, made))
    return parser


def _inner(inner: Parser | TyperApp, around: tuple[TyperApp, ...]) -> Parser:
    if isinstance(inner, Parser):
        return inner
    return Parser(open=True) if any(each is inner for each in around) else _whole(inner, around)


def _parser(frame: Frame, function: Function) -> Parser:
    parser = Parser(library="typer", abbreviations=False)
    for parameter in parameters_of(function):
        said = annotation_of(function.frame, parameter.annotation)
        fact = _argument(function, parameter, said)
        if fact is not None:
            parser.arguments.append(Argument(fact))
            held, _ = _stated(parameter, said)
            names = () if held is None else held.arguments.positional
            parser.open = parser.open or any(_flag(each.value) is None for each in names)
    frame.reading.parsers.append(parser)
    return parser


def _argument(function: Function, parameter: FunctionParameter, said: Annotation) -> ArgumentFact | None:
    source = function.frame.source
    if parameter.annotation is not None and source(parameter.annotation).endswith("Context"):
        return None
    held, default = _stated(parameter, said)
    given = held.arguments if held is not None else Arguments()
    node = held.node if held is not None and held.node is not None else function.node
    call = Call(function.frame, node, "typer", given)
    positional = (held is not None and held.name.endswith("Argument")) or (held is None and default is None)
    value = value_of(call, enum_value(default))
    text = plain(given.get("help"), str)
    words = said.words or ("*" if said.many and positional else None)
    fact = ArgumentFact(
        name=parameter.name,
        dest=parameter.name,
        name_span=parameter.span,
        span=parameter.whole,
        conversion=_bounded(said, given),
        default=value,
        nargs=words or ("?" if positional and default is not None else None),
        choices=said.choices,
        any_case=given.get("case_sensitive") is not None
        and plain(given.get("case_sensitive"), bool) is not True,
        required=default is None,
        action="append" if said.many and not positional else "store",
        description=description(text.replace("%", "%%"), {}) if isinstance(text, str) else None,
        hidden=bool(plain(given.get("hidden"), bool, False)),
        path=function.frame.script.path,
    )
    return fact if positional else _option(fact, said, given, parameter)


def _stated(parameter: FunctionParameter, said: Annotation) -> tuple[Made | None, Evaluated | None]:
    """`typer.Option(...)` of a parameter, in its default or annotation, and the default (None: required)."""
    held = object_of(parameter.default)
    default = parameter.default
    if isinstance(held, Made) and held.name in _MADE:
        first = held.arguments.get("default", 0)
        rest = Arguments(held.arguments.positional[1:], held.arguments.named, held.arguments.unknowns)
        return Made(held.name, rest, held.node), None if _is_ellipsis(first) else first
    for extra in said.extras:
        inner = object_of(extra)
        if isinstance(inner, Made) and inner.name in _MADE:
            factory = inner.arguments.get("default_factory")
            return inner, default if default is not None else factory
    return None, default


def _is_ellipsis(found: Evaluated | None) -> bool:
    return found is None or is_external(found, "builtins.Ellipsis") or plain(found, type(...), 0) is ...


def _bounded(said: Annotation, given: Arguments) -> Conversion:
    low, high = plain(given.get("min"), (int, float)), plain(given.get("max"), (int, float))
    clamps = given.get("clamp")  # what lies outside is taken, as the nearest bound
    if (low is None and high is None) or (clamps is not None and plain(clamps, bool) is not False):
        return said.conversion
    return replace(said.conversion, minimum=low, maximum=high)


def _option(
    fact: ArgumentFact, said: Annotation, given: Arguments, parameter: FunctionParameter
) -> ArgumentFact:
    """With its flags: those that are stated, else the parameter's name."""
    stated = _stated_flags(given)
    counts = plain(given.get("count"), bool, False)
    flags = stated or [(f"--{parameter.name.replace('_', '-')}", parameter.span)]
    on: list[Flag] = []
    off: list[str] = []
    for text, span in flags:
        first, _, second = text.partition("/")
        on += [Flag(first.strip(), span)] if first.strip() else []
        off += [second.strip()] if second.strip() else []
    named = next((flag for flag in on if flag.text.startswith("--")), on[0])
    if said.is_bool and not stated:
        off = [f"--no-{named.text[2:]}"]
    action = fact.action
    if counts:
        action = "count"
    elif said.is_bool:
        action = "both" if off else "store_true"
    return replace(
        fact,
        name=named.text.lstrip("-"),
        name_span=named.span,
        flags=tuple(on),
        off_flags=tuple(off),
        action=action,
    )


def _stated_flags(given: Arguments) -> list[tuple[str, Span]]:
    found: list[tuple[str, Span]] = []
    for each in given.positional:
        text = _flag(each.value)
        if text is not None:
            found.append((text, each.span))
    return found


def _flag(value: Evaluated) -> str | None:
    """The flags that a text names; None for one that is not known, or begins with another sign."""
    text = plain(value, str)
    return text if isinstance(text, str) and text.startswith("-") else None


TYPER = Library(
    calls=MappingProxyType({"typer.run": _run, "typer.Typer": _app}),
    methods=MappingProxyType({TyperApp: method}),
    words=lambda _text: frozenset(),
    decorate=decorate,
)
