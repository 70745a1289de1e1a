"""VH131 to VH136: the words that a step passes, judged by what its script takes."""

from collections.abc import Iterator, Sequence
from functools import partial

from msgspec import Struct, field
from msgspec.structs import replace

from valohai_steps.config.reader import YamlItem, YamlStep
from valohai_steps.config.tree.scalar_places import PlacesInside
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
from valohai_steps.drift.command_line.passing.parameter_words import default_flags
from valohai_steps.drift.command_line.passing.passed_lines import (
    PassedLine,
    PassedWord,
    ShellScripts,
    passed_lines,
    placeholders,
)
from valohai_steps.drift.command_line.refusals import (
    about_unknown,
    flag_twice,
    missing,
    not_taken,
    value_not_taken,
)
from valohai_steps.drift.command_line.samples import needed_values, passed_again, values_to_try
from valohai_steps.drift.command_line.unpassed import unpassed
from valohai_steps.model.command_line import ParserFact
from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import PythonValue
from valohai_steps.model.text import Span

_PLACEHOLDER = pattern(r"{[^{}\s]+}")


class _Judged(Struct):
    """One run at work: its number, what is `found` of it, and what the flags of its whole parser mean."""

    number: int
    side: Side
    whole: Meanings
    found: list[Difference] = field(default_factory=list)

    def passing(self, lines: Sequence[PassedLine | None]) -> Side | None:
        """The same run with what it gets otherwise; None where something else is run then."""
        line = lines[self.number]
        return None if line is None else replace(self.side, line=line)


def differences(
    text: str, step: YamlStep, scripts: Sequence[ScriptRead | None], shell: ShellScripts | None = None
) -> tuple[Difference, ...]:
    """What is wrong between a step and its scripts.

    `scripts` has one for each run, None where it is not read; `text` is that of valohai.yaml. `shell` gives
    the text of a shell script, as for `passed_lines`.
    """
    lines, places = passed_lines(step, shell=shell), PlacesInside(text)
    forgotten = _forgotten(places, step, scripts, lines)
    if forgotten is not None:
        return (forgotten,)
    again = partial(passed_again, step, shell, lines)
    needed, flags, passed = needed_values(step), default_flags(step), placeholders(step)
    runs = list(_runs(places, step, scripts, again(needed)))
    for each in runs:
        taking = _taking(each.whole.parser, each.side)
        each.found += _refused(each.side, each.whole, taking, set(needed))
        each.found += changed_values(each.side, taking)
        each.found += unpassed(each.side, taking, passed)
    if flags and runs:
        _judge_default_flags(runs, again({**needed, **flags}))
    for item in step.parameters if runs else ():
        for value, is_sample in values_to_try(item):
            _judge_value(runs, again({**needed, item.name: value}), item, value, is_sample=is_sample)
    return tuple(once([found for each in runs for found in each.found]))


def _runs(
    places: PlacesInside,
    step: YamlStep,
    scripts: Sequence[ScriptRead | None],
    lines: Sequence[PassedLine | None],
) -> Iterator[_Judged]:
    """The runs of which something can be said: `lines` are what they get with all values that are needed."""
    for number, (line, script) in enumerate(zip(lines, scripts, strict=True)):
        parser = None if script is None or script.fact.stale else script.fact.parser
        if line is not None and script is not None and parser is not None:
            yield _Judged(number, Side(places, step, script, line), Meanings(parser))


def _taking(parser: ParserFact, side: Side) -> Taking:
    words = side.line.words
    shell = frozenset(place for place, word in enumerate(words) if not word.known)
    return take(parser, side.fact.library, [word.text for word in words], shell)


def _judge_value(
    runs: Sequence[_Judged],
    lines: Sequence[PassedLine | None],
    item: YamlItem,
    value: PythonValue,
    *,
    is_sample: bool,
) -> None:
    """Find what is wrong with a value that a parameter may be given: of a flag, a choice, or a sample."""
    for each in runs:
        side = each.passing(lines)
        words = () if side is None else side.line.words
        mine = {place for place, word in enumerate(words) if item in word.parameters}
        if side is None or not mine:
            continue
        taking = _taking(each.whole.parser, side)
        taking.refusals = [refusal for refusal in taking.refusals if refusal.word in mine]
        each.found += _refused(side, each.whole, taking, {item.name} if is_sample else set(), value)
        if not is_sample:
            each.found += changed_values(side, taking, item)


def _judge_default_flags(runs: Sequence[_Judged], lines: Sequence[PassedLine | None]) -> None:
    """Find what an exclusive group refuses of the flags that are on by default, with the other defaults."""
    for each in runs:
        side = each.passing(lines)
        if side is not None:
            taking = _taking(each.whole.parser, side)
            taking.refusals = [refusal for refusal in taking.refusals if refusal.kind == "exclusive"]
            each.found += _refused(side, each.whole, taking, set())


def _refused(
    side: Side, whole: Meanings, taking: Taking, samples: set[str], value: PythonValue = None
) -> Iterator[Difference]:
    """The differences that refusals are."""
    is_open = whole.parser.open
    echoes = _behind_commands(whole.parser, taking)
    meanings = whole if taking.parser is whole.parser else Meanings(taking.parser)
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
        elif (twice := flag_twice(side, refusal)) is not None:
            yield twice
        elif word is not None and not (refusal.kind == "value" and _is_sample(word, samples)):
            yield value_not_taken(side, refusal, word, value)


def _behind_commands(parser: ParserFact, taking: Taking) -> set[str]:
    """The flags of sub-commands where none of them is named: that is the mistake, and the only one."""
    without = any(each.kind == "group" and each.argument is None for each in taking.refusals)
    if not without:
        return set()
    inner = (argument for command in parser.commands for argument in command.parser.everything)
    return {flag.text for argument in inner for flag in argument.flags}


def _is_sample(word: PassedWord, samples: set[str]) -> bool:
    return any(item.name in samples for item in word.parameters)


def _ignored(side: Side, meanings: Meanings, word: PassedWord) -> Iterator[Difference]:
    """VH135."""
    item = word.parameters[0] if len(word.parameters) == 1 else None
    read = side.script.everything or (item is not None and item.name in side.script.named)
    if side.fact.leftovers_used or read or meanings.parser.open:
        return
    flag = word.text.partition("=")[0]
    near = meanings.meant(flag)
    message = (
        f"{side.script.name} leaves {flag} to parse_known_args(), and nothing reads it; remove or rename it"
    )
    yield side.difference("VH135", message, side.place_of(word), about_unknown(item, near))


def _forgotten(
    places: PlacesInside, step: YamlStep, scripts: Sequence[ScriptRead | None], lines: Sequence[PassedLine]
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
    side = Side(places, step, script, lines[0])
    run = lines[0].run
    place = side.command_place(Span(run.first, run.last))
    message = (
        f"step {step.name!r} has parameters, and its command passes none of them to {script.name}; "
        "add {parameters}"
    )
    return side.difference("VH134", message, place, About())
