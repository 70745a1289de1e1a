"""The words that Valohai passes to a script, each with its place in valohai.yaml.

The command is built as Valohai builds it (valohai-yaml, `commands.py` and `Parameter.format_cli`): parameters
that have a value, split at blanks, quoted for the shell. A contract test holds this to the vendor's builder.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from shlex import quote
from typing import TypeAlias

from msgspec import Struct, field

from valohai_steps.config.reader import YamlItem, YamlStep
from valohai_steps.drift.command_line.passing.parameter_words import value_of, words_of
from valohai_steps.drift.commands.folders import command_lines
from valohai_steps.drift.commands.runs import Run, runs, shell_script_runs
from valohai_steps.drift.commands.shell_words import Word
from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import PythonValue
from valohai_steps.model.text import Span

# `{(.+?)}` of the vendor; without the second brace it is none, and nothing behind it on the line is one.
_PLACEHOLDER = pattern(r"{(.[^}\n]*)(}?)")
_ONE_COMMAND = pattern(r"[^'\"\\`$;&|<>()#\n]*")
ShellScripts: TypeAlias = Callable[[str], str | None]
EVERYTHING = ("parameters", "params")


class Piece(Struct, frozen=True):
    """A part of a line as the shell gets it: `start` to `end` comes from a parameter, or from the command.

    `source` is the place in the command's own line; of a placeholder the whole of it.
    """

    start: int
    end: int
    source: Span
    parameter: YamlItem | None = None


class PassedWord(Struct, frozen=True):
    """A word that a script gets. `parameters` are those in it; `source` its place in the command's line.

    `whole`: it is all that one parameter passes, and no text of the command is around it.
    """

    text: str
    known: bool
    source: Span
    parameters: tuple[YamlItem, ...] = ()
    whole: bool = False


class PassedLine(Struct, frozen=True):
    """One run of a file by a step, with one set of values."""

    run: Run
    words: tuple[PassedWord, ...]


def passed_lines(
    step: YamlStep, values: Mapping[str, PythonValue] | None = None, shell: ShellScripts | None = None
) -> tuple[PassedLine, ...]:
    """What each run of a step gets: the defaults, with `values` by name instead.

    `shell` gives the text of a shell script that the command runs: one level deep, what it runs is told.
    """
    built = _built(step, values or {})
    return tuple(
        PassedLine(run, tuple(_passed(word, built[run.line].pieces) for word in run.words))
        for run in _with_shell(list(runs([line.text for line in built])), shell)
    )


def settled_files(step: YamlStep) -> list[tuple[str, ...]] | None:
    """What each run of a step starts, where no value can change that; None where the line has to be built.

    Values are quoted: in a line without quotes and operators of the shell they are words of one command.
    """
    lines = _lines(step)
    found = list(runs(lines))
    if any(run.is_shell for run in found):
        return None
    for number, line in enumerate(lines):
        placeholder = _PLACEHOLDER.search(line)
        if placeholder is None:
            continue
        named = next((run.named for run in found if run.line == number), None)
        if named is None or named.end > placeholder.start() or not _ONE_COMMAND.fullmatch(line):
            return None
    return [run.files for run in found]


def _with_shell(found: Sequence[Run], shell: ShellScripts | None) -> Iterator[Run]:
    for run in found:
        text = shell(run.files[0]) if run.is_shell and shell is not None else None
        if text is None:
            yield run
        else:
            yield from shell_script_runs(text, run)


def built_command(step: YamlStep, values: Mapping[str, PythonValue] | None = None) -> list[str]:
    """The command's lines as Valohai runs them."""
    return [line.text.strip() for line in _built(step, values or {})]


def placeholders(step: YamlStep) -> frozenset[str]:
    """What stands in braces in the command."""
    found = (match for line in _lines(step) for match in _PLACEHOLDER.finditer(line) if match[2])
    return frozenset(match[1] for match in found)


def is_passed(name: str, found: frozenset[str]) -> bool:
    """Whether one of the `placeholders` of a command passes a parameter: its own, or one for all."""
    return not found.isdisjoint(_passing(name))


def are_own(found: frozenset[str], step: YamlStep) -> bool:
    """Whether all `placeholders` of a command are Valohai's: none is misspelt, or meant for the shell."""
    own = (each for item in step.parameters for each in _passing(item.name))
    return found.issubset(("source-path", *EVERYTHING, *own))


def _passing(name: str) -> tuple[str, ...]:
    return (*EVERYTHING, f"parameter:{name}", f"parameter-value:{name}")


def _lines(step: YamlStep) -> list[str]:
    command = step.get("command")
    return [] if command is None else command_lines(command.value)


class _Line(Struct):
    """A line while it is built: `parts` are its text, `length` their code points."""

    parts: list[str] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    length: int = 0

    @property
    def text(self) -> str:
        """The line as the shell gets it."""
        return "".join(self.parts)

    def append(self, more: str, source: Span, parameter: YamlItem | None = None) -> None:
        """Add a piece; nothing for an empty one."""
        if more:
            end = self.length + len(more)
            self.pieces.append(Piece(self.length, end, source, parameter))
            self.parts.append(more)
            self.length = end


class _Given(Struct, frozen=True):
    """What a step fills in: parameters by name, `values` in place of their defaults, `{source-path}`."""

    items: Mapping[str, YamlItem]
    values: Mapping[str, PythonValue]
    source: str | None


def _built(step: YamlStep, values: Mapping[str, PythonValue]) -> list[_Line]:
    """Each line with its placeholders filled in, and where each part of it comes from."""
    source = step.get("source-path")
    items = {item.name: item for item in step.parameters}
    given = _Given(items, values, None if source is None else str(source.value))
    return [_built_line(line, given) for line in _lines(step)]


def _built_line(line: str, given: _Given) -> _Line:
    built, end = _Line(), 0
    for match in _PLACEHOLDER.finditer(line):
        if not match[2]:
            continue
        built.append(line[end : match.start()], Span(end, match.start()))
        if not _is_filled(built, match, given):
            built.append(match[0], Span(*match.span()))
        end = match.end()
    built.append(line[end:], Span(end, len(line)))
    return built


def _is_filled(built: _Line, match: re.Match[str], given: _Given) -> bool:
    """Add what a placeholder stands for; False when it stands for nothing, and stays."""
    meant, place = match[1], Span(*match.span())
    if meant == "source-path" and given.source is not None:
        built.append(quote(given.source), place)
        return True
    kind, colon, name = meant.partition(":")
    item = given.items.get(name)
    if meant in EVERYTHING or (kind == "parameter" and colon and item is not None):
        first = True
        for each in given.items.values() if meant in EVERYTHING or item is None else (item,):
            for word in words_of(each, value_of(each, given.values)) or ():
                built.append("" if first else " ", place)
                built.append(quote(word), place, each)
                first = False
        return True
    value = value_of(item, given.values) if kind == "parameter-value" and item is not None else None
    if value is None:
        return False
    built.append(quote(str(value)), place, item)
    return True


def _passed(word: Word, pieces: Sequence[Piece]) -> PassedWord:
    """A word of a line that is built of `pieces`, which follow one another."""
    start, end = word.start, word.end
    place = bisect_right(pieces, start, key=lambda piece: piece.end)
    inside = pieces[place : bisect_left(pieces, end, lo=place, key=lambda piece: piece.start)]
    parameters = tuple(piece.parameter for piece in inside if piece.parameter is not None)
    if not inside:  # a shell script's own word
        return PassedWord(word.text, word.known, Span(start, end))
    first, last = inside[0], inside[-1]
    begin = first.source.start if first.parameter else first.source.start + max(start - first.start, 0)
    stop = last.source.end if last.parameter else last.source.start + min(end, last.end) - last.start
    whole = len(inside) == len(parameters) == 1
    return PassedWord(word.text, word.known, Span(begin, stop), parameters, whole)
