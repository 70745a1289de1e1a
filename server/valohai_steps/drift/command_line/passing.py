"""The words that Valohai passes to a script, each with its place in valohai.yaml.

The command is built as Valohai builds it (valohai-yaml, `commands.py` and `Parameter.format_cli`): parameters
that have a value, split at blanks, quoted for the shell. A contract test holds this to the vendor's builder.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from shlex import quote
from typing import TypeAlias

from msgspec import Struct, field

from valohai_steps.config.reader import YamlItem, YamlStep
from valohai_steps.drift.commands.folders import command_lines
from valohai_steps.drift.commands.runs import Run, runs, shell_script_runs
from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import PythonValue
from valohai_steps.model.text import Span

# `{(.+?)}` of the vendor; without the second brace it is none, and nothing behind it on the line is one.
_PLACEHOLDER = pattern(r"{(.[^}\n]*)(}?)")
_ONE_COMMAND = pattern(r"[^'\"\\`$;&|<>()#\n]*")
_FIELD = pattern(r"{{|}}|{(name|value|v)}|[{}]")
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
    built = [_built(line, step, values or {}) for line in _lines(step)]
    found = []
    for run in _with_shell(list(runs([text for text, _ in built])), shell):
        pieces = built[run.line][1]
        found.append(
            PassedLine(
                run, tuple(_passed(word.text, word.known, word.start, word.end, pieces) for word in run.words)
            )
        )
    return tuple(found)


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
    return [_built(line, step, values or {})[0].strip() for line in _lines(step)]


def passes(step: YamlStep, name: str) -> bool:
    """Whether the command has a placeholder for a parameter of this name: its own, or one for all."""
    return not placeholders(step).isdisjoint(_passing(name))


def placeholders(step: YamlStep) -> frozenset[str]:
    """What stands in braces in the command."""
    found = (match for line in _lines(step) for match in _PLACEHOLDER.finditer(line) if match[2])
    return frozenset(match[1] for match in found)


def has_strange_placeholder(step: YamlStep) -> bool:
    """Whether something in braces is no parameter of the step: misspelt, or meant for the shell."""
    own = (each for item in step.parameters for each in _passing(item.name))
    return not placeholders(step).issubset(("source-path", *EVERYTHING, *own))


def _passing(name: str) -> tuple[str, ...]:
    return (*EVERYTHING, f"parameter:{name}", f"parameter-value:{name}")


def default_flags(step: YamlStep) -> dict[str, PythonValue]:
    """The flags that have a default, with it: who starts an execution passes them (`vh execution run`).

    Valohai's builder alone leaves them out, so that only the clash of an exclusive group counts on them.
    """
    found: dict[str, PythonValue] = {}
    for item in step.parameters:
        value = _stated(item, "default")
        if parameter_type_of(item) == "flag" and value is not None:
            found[item.name] = value
    return found


def _lines(step: YamlStep) -> list[str]:
    command = step.get("command")
    return [] if command is None else command_lines(command.value)


def parameter_type_of(item: YamlItem) -> str:
    """The type that valohai.yaml states; string without one."""
    entry = item.get("type")
    return entry.value if entry is not None and isinstance(entry.value, str) else "string"


class _Line(Struct):
    """A line while it is built."""

    text: str = ""
    pieces: list[Piece] = field(default_factory=list)

    def append(self, more: str, source: Span, parameter: YamlItem | None = None) -> None:
        """Add a piece; nothing for an empty one."""
        if more:
            end = len(self.text) + len(more)
            self.pieces.append(Piece(len(self.text), end, source, parameter))
            self.text += more


def _built(line: str, step: YamlStep, values: Mapping[str, PythonValue]) -> tuple[str, list[Piece]]:
    """A line with its placeholders filled in, and where each part of it comes from."""
    built, end = _Line(), 0
    for match in _PLACEHOLDER.finditer(line):
        if not match[2]:
            continue
        built.append(line[end : match.start()], Span(end, match.start()))
        if not _is_filled(built, match, step, values):
            built.append(match[0], Span(*match.span()))
        end = match.end()
    built.append(line[end:], Span(end, len(line)))
    return built.text, built.pieces


def _is_filled(built: _Line, match: re.Match[str], step: YamlStep, values: Mapping[str, PythonValue]) -> bool:
    """Add what a placeholder stands for; False when it stands for nothing, and stays."""
    meant, place = match[1], Span(*match.span())
    source = step.get("source-path")
    if meant == "source-path" and source is not None:
        built.append(quote(str(source.value)), place)
        return True
    kind, colon, name = meant.partition(":")
    parameters = {item.name: item for item in step.parameters}
    if meant in EVERYTHING or (kind == "parameter" and colon and name in parameters):
        first = True
        for item in parameters.values() if meant in EVERYTHING else (parameters[name],):
            for word in words_of(item, value_of(item, values)) or ():
                built.append("" if first else " ", place)
                built.append(quote(word), place, item)
                first = False
        return True
    value = value_of(parameters[name], values) if kind == "parameter-value" and name in parameters else None
    if value is None:
        return False
    built.append(quote(str(value)), place, parameters[name])
    return True


def _passed(text: str, known: bool, start: int, end: int, pieces: Sequence[Piece]) -> PassedWord:
    inside = [piece for piece in pieces if piece.start < end and piece.end > start]
    parameters = tuple(piece.parameter for piece in inside if piece.parameter is not None)
    if not inside:  # a shell script's own word
        return PassedWord(text, known, Span(start, end))
    first, last = inside[0], inside[-1]
    begin = first.source.start if first.parameter else first.source.start + max(start - first.start, 0)
    stop = last.source.end if last.parameter else last.source.start + min(end, last.end) - last.start
    return PassedWord(text, known, Span(begin, stop), parameters, whole=len(inside) == len(parameters) == 1)


def value_of(item: YamlItem, values: Mapping[str, PythonValue]) -> PythonValue:
    """The value a parameter has; a flag's default counts for nothing, as with Valohai's builder."""
    if item.name in values:
        return values[item.name]
    entry = item.get("default")
    value = None if entry is None else entry.value
    if parameter_type_of(item) == "flag":
        return None
    if multiple_of(item) is None or isinstance(value, list):
        return value
    return [] if value is None else [value]


def multiple_of(item: YamlItem) -> str | None:
    """How several values are passed: "repeat" or "separate"."""
    entry = item.get("multiple")
    mode = str(entry.value).lower() if entry is not None and entry.value else "none"
    return mode if mode in ("repeat", "separate") else None


def words_of(item: YamlItem, value: PythonValue) -> list[str] | None:
    """The words for one parameter; None when nothing is passed (`Parameter.format_cli`)."""
    template = None if value is None else _template(item, value)
    if template is None:
        return None
    bits, multiple = template.split(), multiple_of(item)
    listed = value if isinstance(value, list) else [value]
    if multiple == "repeat":
        return [_formatted(bit, item.name, each) for each in listed for bit in bits]
    if multiple == "separate":
        separator = str(_stated(item, "multiple-separator") or ",")
        return (
            [_formatted(bit, item.name, separator.join(map(str, listed))) for bit in bits] if listed else None
        )
    return None if isinstance(value, list) else [_formatted(bit, item.name, value) for bit in bits]


def _template(item: YamlItem, value: PythonValue) -> str | None:
    stated = _stated(item, "pass-as")
    if parameter_type_of(item) == "flag":
        on, off = _stated(item, "pass-true-as"), _stated(item, "pass-false-as")
        if on or off:
            found = on if value else off
            return str(found) if found else None
        return str(stated or "--{name}") if value else None
    return str(stated or "--{name}={value}")


def _stated(item: YamlItem, key: str) -> PythonValue:
    entry = item.get(key)
    return None if entry is None else entry.value


def _formatted(bit: str, name: str, value: PythonValue) -> str:
    """`{name}`, `{value}` and `{v}` filled in; anything else in braces stays, where the vendor would fail."""
    filled = {"name": name, "value": str(value), "v": str(value), None: None}

    def fill(match: re.Match[str]) -> str:
        if match[0] in ("{{", "}}"):
            return match[0][0]
        return filled[match[1]] or "" if match[1] else match[0]

    return _FIELD.sub(fill, bit)
