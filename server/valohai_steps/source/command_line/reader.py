"""`read_command_line`: a script's text in, what it takes from its command line out. Never raises."""

from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from valohai_steps.model.command_line import CommandFact, CommandLineFact, ParserFact
from valohai_steps.model.text import replacement
from valohai_steps.source.command_line.detected import detected_library
from valohai_steps.source.command_line.half_typed import is_half_typed
from valohai_steps.source.command_line.interpreter.interpreter import Interpreter
from valohai_steps.source.command_line.interpreter.library import RELIED_ON, is_relied_on
from valohai_steps.source.command_line.libraries.absl_flags import ABSL
from valohai_steps.source.command_line.libraries.argparse.argparse_parsers import ARGPARSE
from valohai_steps.source.command_line.libraries.click.click_commands import CLICK
from valohai_steps.source.command_line.libraries.dataclass_parsers import DATACLASSES
from valohai_steps.source.command_line.libraries.fire_components import FIRE
from valohai_steps.source.command_line.libraries.standard import STANDARD
from valohai_steps.source.command_line.libraries.typer_apps import TYPER
from valohai_steps.source.command_line.memory.effort import MOST_COMMANDS, Effort
from valohai_steps.source.command_line.memory.frames import Parse, Parser, Reading, Script
from valohai_steps.source.command_line.memory.words import Words
from valohai_steps.source.evaluation.imports import Imports
from valohai_steps.source.evaluation.outlines.dependencies import Dependency
from valohai_steps.source.evaluation.outlines.outlines import replaced_names
from valohai_steps.source.tree.syntax import ExcessiveText, Syntax, with_line_feeds

_LARGEST = 2_000_000
LIBRARIES = (ARGPARSE, CLICK, TYPER, ABSL, FIRE, DATACLASSES, STANDARD)


class KeptReading(Struct, frozen=True, eq=False):
    """What the next reading of a text that is typed starts from: its tree, and the words of its pieces."""

    syntax: Syntax
    words: Words


class CommandLine(Struct, frozen=True, eq=False):
    """What a script takes from its command line.

    `fact` is None when it reads none. `imported` are the files that this depends on, `effort` what it cost.
    `kept` is for the next reading.
    """

    text: str
    fact: CommandLineFact | None
    imported: tuple[Dependency, ...] = ()
    effort: Effort = field(default_factory=Effort)
    kept: KeptReading | None = None


def read_command_line(
    text: str,
    imports: Imports | None = None,
    before: CommandLineFact | None = None,
    kept: KeptReading | None = None,
) -> CommandLine:
    """Read what a script takes. While a statement of it is half-typed, `before` counts, stale.

    `kept` makes it cheaper and changes nothing: what the text shares with the one before is not parsed again.
    """
    if len(text) > _LARGEST:
        return CommandLine(text, None)
    interpreter = Interpreter(LIBRARIES, Reading(words=Words(None if kept is None else kept.words)))
    try:
        script = interpreter.run(_syntax(text, kept), imports)
        fact = _fact(interpreter, script) or detected_library(text)
        if is_half_typed(script):
            fact = before if before is not None else fact
            fact = None if fact is None else replace(fact, stale=True)
        after = KeptReading(script.syntax, interpreter.reading.words)
    except (ExcessiveText, RecursionError):  # the latter for values alone: a list within a list, by a loop
        fact = after = None
    reading = interpreter.reading
    imported = {**reading.path.dependencies, **reading.dependencies}
    return CommandLine(text, fact, tuple(imported.values()), reading.effort, after)


def _syntax(text: str, kept: KeptReading | None) -> Syntax:
    """The tree of a text; of a broken one a fresh one, because how it is mended depends on the way there.

    Raises ExcessiveText.
    """
    if kept is None:
        return Syntax(text)
    found = Syntax(text, kept.syntax, (replacement(kept.syntax.text, with_line_feeds(text)),))
    return Syntax(text) if found.is_broken else found


def _fact(interpreter: Interpreter, script: Script) -> CommandLineFact | None:
    reading = interpreter.reading
    parses = _deciding(reading.parses)
    if not parses:
        return None
    last = parses[-1]
    parsers = list(dict.fromkeys(id(parse.parser) for parse in parses))
    leftovers = last.leftovers and last.rest is None
    several = len(parsers) > 1 and not any(parse.rest is not None for parse in parses)
    fact = _frozen(last.parser, reading.effort)
    for parse in parses[:-1]:
        if parse.parser is not last.parser:
            fact = _united(fact, _frozen(parse.parser, reading.effort))
    is_open = fact.open or several or reading.open or reading.effort.exceeded
    is_open = is_open or any(_is_patched(each) for each in (script, *interpreter.scripts.values()))
    return CommandLineFact(
        library=last.parser.library,
        span=last.span,
        parser=replace(fact, open=is_open),
        path=last.script.path,
        leftovers=leftovers,
        leftovers_used=last.leftovers_used,
        unknowns=tuple(reading.unknowns),
    )


def _is_patched(script: Script) -> bool:
    """Whether a file makes something else of what the reading relies on: `builtins.int = f`."""
    roots = {each.partition(".")[0] for each in RELIED_ON}
    names = (
        each.name
        for root in roots
        if root in script.syntax.text
        for each in replaced_names(script.scopes, root)
    )
    return any(is_relied_on(LIBRARIES, name) for name in names)


def _deciding(parses: Sequence[Parse]) -> list[Parse]:
    """The calls that count: one that leaves words to another that takes all of its arguments does not."""
    found = list(parses)
    for parse in parses:
        mine = {flag.text for argument in parse.parser.arguments for flag in argument.fact.flags}
        others = (each for each in found if each is not parse and each.parser is not parse.parser)
        if parse.leftovers and any(mine <= _flags(each.parser) for each in others):
            found.remove(parse)
    return found


def _flags(parser: Parser) -> set[str]:
    return {flag.text for argument in parser.arguments for flag in argument.fact.flags}


def _frozen(parser: Parser, effort: Effort) -> ParserFact:
    """A parser as it is once all is declared. Raises ExcessiveText, also where a command holds itself."""
    effort.commands += 1
    if effort.commands > MOST_COMMANDS:
        raise ExcessiveText
    effort.go_in()
    arguments = tuple(argument.fact for argument in parser.arguments)
    commands = parser.commands
    inner = tuple(
        CommandFact(each.names, each.span, _frozen(each.parser, effort))
        for each in (commands.commands if commands else ())
    )
    effort.go_out()
    return ParserFact(
        arguments=arguments,
        commands=inner,
        commands_required=commands.required if commands else False,
        commands_at=commands.at if commands else 0,
        groups=tuple(parser.groups),
        prefixes=parser.prefixes,
        abbreviations=parser.abbreviations,
        helps=parser.helps,
        files=parser.files,
        open=parser.open or any(each.parser.open for each in inner),
    )


def _united(one: ParserFact, other: ParserFact) -> ParserFact:
    known = {(argument.flags, argument.name) for argument in one.arguments}
    more = tuple(each for each in other.arguments if (each.flags, each.name) not in known)
    return replace(one, arguments=(*more, *one.arguments), open=one.open or other.open)
