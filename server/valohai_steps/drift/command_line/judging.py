"""VH131 to VH136: the words that a step passes, judged by what its script takes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from valohai_steps.config.reader import YamlStep
from valohai_steps.drift.command_line.arriving import changed_values
from valohai_steps.drift.command_line.differences import (
    About,
    Difference,
    ScriptRead,
    Side,
    once,
)
from valohai_steps.drift.command_line.matching.meanings import Meanings
from valohai_steps.drift.command_line.matching.outcome import Taking
from valohai_steps.drift.command_line.matching.taking import take
from valohai_steps.drift.command_line.passing import (
    PassedLine,
    PassedWord,
    ShellScripts,
    default_flags,
    passed_lines,
)
from valohai_steps.drift.command_line.refusals import about_unknown, missing, not_taken, value_not_taken
from valohai_steps.drift.command_line.samples import needed_values, passed_again, values_to_try
from valohai_steps.drift.command_line.unpassed import unpassed
from valohai_steps.model.command_line import ParserFact
from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import PythonValue
from valohai_steps.model.text import Span

_PLACEHOLDER = pattern(r"{[^{}\s]+}")


def differences(
    text: str, step: YamlStep, scripts: Sequence[ScriptRead | None], shell: ShellScripts | None = None
) -> tuple[Difference, ...]:
    """What is wrong between a step and its scripts.

    `scripts` has one for each run, None where it is not read; `text` is that of valohai.yaml. `shell` gives
    the text of a shell script, as for `passed_lines`.
    """
    needed = needed_values(step)
    lines = passed_lines(step, shell=shell)
    found: list[Difference] = []
    forgotten = _forgotten(text, step, scripts, lines)
    for number, (line, script) in enumerate(zip(lines, scripts, strict=True)):
        if script is None or script.fact.parser is None or script.fact.stale:
            continue
        if forgotten is not None and forgotten.script is script:
            found.append(forgotten)
            continue
        again = partial(passed_again, step, shell, (number, line))
        filled = again(needed)
        if filled is None:
            continue
        side = Side(text, step, script, filled)
        taking = _taking(script.fact.parser, side)
        found += _refused(side, taking, set(needed))
        found += changed_values(side, taking)
        found += unpassed(side, taking)
        found += _of_default_flags(side, again({**needed, **default_flags(step)}))
        found += _of_values(side, again, needed)
    return tuple(once(found))


def _taking(parser: ParserFact, side: Side) -> Taking:
    words = side.line.words
    shell = frozenset(place for place, word in enumerate(words) if not word.known)
    return take(parser, side.fact.library, [word.text for word in words], shell)


def _of_values(
    side: Side,
    again: Callable[[Mapping[str, PythonValue]], PassedLine | None],
    needed: Mapping[str, PythonValue],
) -> Iterator[Difference]:
    """What is wrong with values that a parameter may be given: a flag on and off, each choice, a sample."""
    parser = side.fact.parser
    for item in side.step.parameters if parser is not None else ():
        for value, is_sample in values_to_try(item):
            line = again({**needed, item.name: value})
            words = () if line is None else line.words
            mine = {place for place, word in enumerate(words) if item in word.parameters}
            if not mine or line is None or parser is None:
                continue
            tried = replace(side, line=line)
            taking = _taking(parser, tried)
            taking.refusals = [each for each in taking.refusals if each.word in mine]
            yield from _refused(tried, taking, {item.name} if is_sample else set(), value)
            if not is_sample:
                yield from changed_values(tried, taking, item)


def _of_default_flags(side: Side, line: PassedLine | None) -> Iterator[Difference]:
    """What an exclusive group refuses of the flags that are on by default, with the other defaults."""
    if line is None or side.fact.parser is None:
        return
    tried = replace(side, line=line)
    taking = _taking(side.fact.parser, tried)
    taking.refusals = [each for each in taking.refusals if each.kind == "exclusive"]
    yield from _refused(tried, taking, set())


def _refused(
    side: Side, taking: Taking, samples: set[str], value: PythonValue = None
) -> Iterator[Difference]:
    """The differences that refusals are."""
    parser = side.fact.parser
    is_open = parser is None or parser.open
    echoes = _behind_commands(parser, taking)
    meanings = Meanings(taking.parser)
    whole = meanings if parser is None else Meanings(parser)
    for refusal in taking.refusals:
        if refusal.kind == "flag" and refusal.text.partition("=")[0] in echoes:
            continue
        word = None if refusal.word is None else side.line.words[refusal.word]
        if word is not None and _PLACEHOLDER.fullmatch(word.text):
            continue  # a placeholder that stands for nothing: a rule of valohai.yaml says so
        if refusal.word is None:
            yield from missing(side, refusal, is_open=is_open)
        elif word is not None and refusal.kind in ("flag", "extra", "ambiguous", "exclusive", "command"):
            if side.fact.leftovers and refusal.kind in ("flag", "extra"):
                yield from _ignored(side, whole, word)
            elif not is_open:
                yield not_taken(side, meanings, refusal, word)
        elif word is not None and not (refusal.kind == "value" and _is_sample(word, samples)):
            yield value_not_taken(side, refusal, word, value)


def _behind_commands(parser: ParserFact | None, taking: Taking) -> set[str]:
    """The flags of sub-commands where none of them is named: that is the mistake, and the only one."""
    without = any(each.kind == "group" and each.argument is None for each in taking.refusals)
    if parser is None or not without:
        return set()
    inner = (argument for command in parser.commands for argument in command.parser.everything)
    return {flag.text for argument in inner for flag in argument.flags}


def _is_sample(word: PassedWord, samples: set[str]) -> bool:
    return any(item.name in samples for item in word.parameters)


def _ignored(side: Side, meanings: Meanings, word: PassedWord) -> Iterator[Difference]:
    """VH135."""
    item = word.parameters[0] if len(word.parameters) == 1 else None
    read = side.script.everything or (item is not None and item.name in side.script.named)
    if side.fact.leftovers_used or read or (side.fact.parser is not None and side.fact.parser.open):
        return
    flag = word.text.partition("=")[0]
    near = meanings.meant(flag)
    message = (
        f"{side.script.name} leaves {flag} to parse_known_args(), and nothing reads it; remove or rename it"
    )
    yield side.difference("VH135", message, side.place_of(word), about_unknown(item, near))


def _forgotten(
    text: str, step: YamlStep, scripts: Sequence[ScriptRead | None], lines: Sequence[PassedLine]
) -> Difference | None:
    """VH134: the parameters of a step reach its one script in no way."""
    command = step.get("command")
    source = "" if command is None else str(command.value)
    if not step.parameters or len(scripts) != 1 or _PLACEHOLDER.search(source.replace("{source-path}", "")):
        return None
    script = scripts[0]
    if script is None or script.fact.parser is None or script.named or script.everything or script.fact.stale:
        return None
    if not any(argument.action != "help" for argument in script.fact.parser.everything):
        return None
    side = Side(text, step, script, lines[0])
    run = lines[0].run
    place = side.command_place(Span(run.first, run.last))
    message = (
        f"step {step.name!r} has parameters, and its command passes none of them to {script.name}; "
        "add {parameters}"
    )
    return side.difference("VH134", message, place, About())
