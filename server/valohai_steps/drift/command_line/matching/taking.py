"""Which argument takes which word, as argparse matches them (Lib/argparse.py, `_parse_known_args`).

click, typer, absl, fire and the dataclass libraries differ in little: no abbreviations, and what is told
here.
"""

from collections.abc import Sequence

from valohai_steps.drift.command_line.matching.option_words import Grammar, flags_of, word_count
from valohai_steps.drift.command_line.matching.outcome import Refusal, Taking
from valohai_steps.drift.command_line.matching.words_at_work import (
    Given,
    State,
    classify,
    record,
    refuse_extras,
    take_option,
)
from valohai_steps.model.command_line import ArgumentFact, CommandFact, ParserFact

_INTERSPERSED = ("click", "typer")


def take(
    parser: ParserFact, library: str, words: Sequence[str], shell: frozenset[int] = frozenset()
) -> Taking:
    """Match words; `shell` are the indices of those that the shell fills in."""
    result = Taking(parser)
    _parse(parser, Given(library, words, shell), result)
    return result


def _parse(parser: ParserFact, given: Given, result: Taking) -> None:
    state = State(parser, given, result, Grammar(parser, given.library, flags_of(parser)))
    result.parser = parser
    classify(state)
    state.positionals = [each for each in parser.arguments if each.is_positional and each.action != "help"]
    if parser.commands:
        state.positionals.insert(min(parser.commands_at, len(state.positionals)), None)
    if given.library in _INTERSPERSED and not parser.commands:
        _take_interspersed(state)
    else:
        _take_in_order(state)
    _require(state)


def _take_interspersed(state: State) -> None:
    """As click does: the options first, and all that is left over to the positionals, in order."""
    place, rest, words = 0, list[int](), state.given.words
    while place < len(words):
        if place in state.options:
            place = take_option(state, place)
        else:
            rest += [place] if state.pattern[place] != "-" else []
            place += 1
    positionals = [each for each in state.positionals if each is not None]
    fixed = [
        each.nargs if isinstance(each.nargs, int) else int(each.nargs not in ("*", "+"))
        for each in positionals
    ]
    state.positionals, used = [], 0
    for number, argument in enumerate(positionals):
        amount = fixed[number] or max(0, len(rest) - used - sum(fixed[number:]))
        places = tuple(rest[used : used + amount])
        if places and len(places) == amount:
            record(state, argument, places, tuple(words[each] for each in places), "")
        else:
            state.positionals.append(argument)
        used += len(places)
    for each in rest[used:]:
        refuse_extras(state, each, each + 1)


def _take_in_order(state: State) -> None:
    """As argparse does: positionals take what stands in front of each option, as much as they can."""
    place = 0
    # The pattern may change: there may be more options behind a value `--`.
    while (following := state.pattern.find("O", place)) >= 0:
        if place != following:
            end = _take_positionals(state, place)
            if end > place:
                place = end
                continue
        if place not in state.options:
            refuse_extras(state, place, following)
            place = following
        place = take_option(state, place)
    place = _take_positionals(state, place)
    refuse_extras(state, place, len(state.given.words))


def _take_positionals(state: State, place: int) -> int:
    """Give as many positionals as can be given their words; the index behind them."""
    free = 0
    while state.pattern[place + free : place + free + 1] in ("A", "-") and place + free < len(state.pattern):
        free += 1
    available = [each for each in range(place, place + free) if state.pattern[each] == "A"]
    skipped = free - len(available)
    counts = [(1, 1) if each is None else word_count(each, state.given.library) for each in state.positionals]
    given = _served(counts, len(available))
    used, everything = 0, 0
    for number, argument in enumerate(state.positionals[:given]):
        if argument is None:
            _take_command(state, available[used])
            del state.positionals[: number + 1]
            return len(state.given.words)
        needed = sum(least for least, _ in counts[number + 1 : given])
        amount = min(counts[number][1], len(available) - used - needed)
        places = tuple(available[used : used + amount])
        if argument.nargs == "..." and free and not needed:
            start = available[used] if used < len(available) else place + free
            places = tuple(range(start, len(state.given.words)))
            amount = everything = len(places)
        if places or argument.nargs not in ("?", "*", "..."):
            record(state, argument, places, tuple(state.given.words[each] for each in places), "")
        else:
            state.seen.append(id(argument))
        used += amount
    del state.positionals[:given]
    if everything:
        return len(state.given.words)
    taken_all = used >= len(available)
    return place + used + (skipped if taken_all and (given or not available) else 0)


def _served(counts: Sequence[tuple[int, int]], words: int) -> int:
    """How many positionals, from the first on, get as many words as they need at least."""
    given = len(counts)
    while given and sum(least for least, _ in counts[:given]) > words:
        given -= 1
    return given


def _take_command(state: State, place: int) -> None:
    """The word that chooses a sub-command, which takes all that follows."""
    word = state.given.words[place]
    chosen: CommandFact | None = next(
        (command for command in state.parser.commands if word in command.names), None
    )
    if chosen is None:
        if state.given.offset + place in state.given.shell:
            state.result.uncertain = True
        else:
            state.result.refusals.append(Refusal("command", state.given.offset + place, text=word))
        return
    rest = state.given.words[place + 1 :]
    _require(state, without_command=True)
    state.positionals = []
    state.seen += [id(each) for each in state.parser.arguments]
    given = Given(state.given.library, rest, state.given.shell, state.given.offset + place + 1)
    _parse(chosen.parser, given, state.result)


def _require(state: State, *, without_command: bool = False) -> None:
    """What is required and was not taken."""
    if state.result.uncertain or any(each.kind == "command" for each in state.result.refusals):
        return
    waiting = {id(each) for each in state.positionals if each is not None}
    for argument in state.parser.arguments:
        if id(argument) in state.seen:
            continue
        required = argument.required if argument.flags else id(argument) in waiting and _needs(argument)
        if required and not (without_command and not argument.flags):
            state.result.refusals.append(Refusal("missing", None, argument))
    if None in state.positionals and state.parser.commands_required and not without_command:
        names = ", ".join(command.names[0] for command in state.parser.commands)
        state.result.refusals.append(Refusal("group", None, None, names))
    for number, required in enumerate(state.parser.groups):
        members = [each for each in state.parser.arguments if each.group == number]
        if required and members and not any(id(each) in state.seen for each in members):
            text = ", ".join(each.flags[0].text if each.flags else each.name for each in members)
            state.result.refusals.append(Refusal("group", None, members[0], text))


def _needs(argument: ArgumentFact) -> bool:
    return word_count(argument, "argparse")[0] > 0
