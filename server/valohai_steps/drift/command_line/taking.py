"""Which argument takes which word, as argparse matches them (Lib/argparse.py, `_parse_known_args`).

click, typer, absl, fire and the dataclass libraries differ in little: no abbreviations, and what is told
here.
"""

from collections.abc import Sequence

from msgspec import Struct, field

from valohai_steps.drift.command_line.conversion import NotTaken, converted, is_default
from valohai_steps.drift.command_line.option_words import Grammar, Option, flags_of, option_of, word_count
from valohai_steps.drift.command_line.outcome import Refusal, RefusalKind, Taken, Taking
from valohai_steps.model.command_line import ArgumentFact, CommandFact, ParserFact
from valohai_steps.model.step import PythonValue


class _Given(Struct, frozen=True):
    """The words for one parser; `offset` is the index of the first, `shell` those that the shell fills in."""

    library: str
    words: Sequence[str]
    shell: frozenset[int]
    offset: int = 0


class _State(Struct):
    """One parser at work on its words."""

    parser: ParserFact
    given: "_Given"
    result: Taking
    grammar: Grammar
    options: dict[int, Option] = field(default_factory=dict)
    pattern: str = ""
    positionals: list[ArgumentFact | None] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    seen_other: list[int] = field(default_factory=list)


def take(
    parser: ParserFact, library: str, words: Sequence[str], shell: frozenset[int] = frozenset()
) -> Taking:
    """Match words; `shell` are the indices of those that the shell fills in."""
    result = Taking(parser)
    _parse(parser, _Given(library, words, shell), result)
    return result


def _parse(parser: ParserFact, given: _Given, result: Taking) -> None:
    state = _State(parser, given, result, Grammar(parser, given.library, flags_of(parser)))
    result.parser = parser
    _classify(state)
    state.positionals = [each for each in parser.arguments if each.is_positional and each.action != "help"]
    if parser.commands:
        state.positionals.insert(min(parser.commands_at, len(state.positionals)), None)
    place, last = 0, max(state.options, default=-1)
    while place <= last:
        following = min(index for index in state.options if index >= place)
        if place != following:
            end = _take_positionals(state, place)
            if end > place:
                place = end
                continue
        if place not in state.options:
            _refuse_extras(state, place, following)
            place = following
        place = _take_option(state, place)
    place = _take_positionals(state, place)
    _refuse_extras(state, place, len(given.words))
    _require(state)


def _classify(state: _State) -> None:
    """Tell options from arguments: the pattern that the matching goes by."""
    letters: list[str] = []
    for place, word in enumerate(state.given.words):
        if "-" in letters:
            letters.append("A")
            continue
        if word == "--":
            letters.append("-")
            continue
        option, ambiguous = option_of(state.grammar, word)
        if ambiguous:
            state.result.refusals.append(Refusal("ambiguous", state.given.offset + place, text=word))
        if option is not None:
            state.options[place] = option
        letters.append("A" if option is None else "O")
    state.pattern = "".join(letters)


def _take_option(state: _State, place: int) -> int:
    """Take the option at `place` with its values; the index behind them."""
    option = state.options[place]
    if option.argument is None:
        state.result.refusals.append(Refusal("flag", state.given.offset + place, text=option.flag))
        return place + 1
    argument, flag = option.argument, option.flag
    if option.explicit is not None:
        found = _take_attached(state, place, option, argument)
        if found is None:
            return place + 1
        argument, flag = found
    least, most = word_count(argument, state.given.library, flag)
    free = 0
    while free < most and state.pattern[place + 1 + free : place + 2 + free] == "A":
        free += 1
    if argument.nargs == "..." and argument.flags:
        free = len(state.given.words) - place - 1
    if state.given.library in ("absl", "fire") and argument.nargs == "?":
        free = 0
    if free < least:
        _refuse(state, "no-value", place, argument, "")
        return place + 1 + free
    places = tuple(range(place + 1, place + 1 + free))
    _record(state, argument, (place, *places), tuple(state.given.words[each] for each in places), flag)
    return place + 1 + free


def _take_attached(
    state: _State, place: int, option: Option, argument: ArgumentFact
) -> tuple[ArgumentFact, str] | None:
    """What is attached to an option: its value, or, as in `-vvo`, more short options.

    The last of these and its flag, which takes the words that follow; None when nothing is left to take.
    """
    flag, explicit = option.flag, option.explicit
    while explicit is not None:
        least, most = word_count(argument, state.given.library, flag)
        if most == 0 and flag[1:2] not in tuple(state.parser.prefixes) and explicit:
            _record(state, argument, (place,), (), flag)
            flag = flag[0] + explicit[0]
            following = state.grammar.flags.get(flag)
            if following is None:
                _refuse(state, "switch-value", place, argument, explicit)
                return None
            argument, explicit = following, explicit[1:] or None
        elif most >= 1 and least <= 1:
            _record(state, argument, (place,), (explicit,), flag)
            return None
        else:
            kind: RefusalKind = "switch-value" if most == 0 else "no-value"
            _refuse(state, kind, place, argument, explicit)
            return None
    return argument, flag


def _take_positionals(state: _State, place: int) -> int:
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
            _record(state, argument, places, tuple(state.given.words[each] for each in places), "")
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


def _take_command(state: _State, place: int) -> None:
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
    given = _Given(state.given.library, rest, state.given.shell, state.given.offset + place + 1)
    _parse(chosen.parser, given, state.result)


def _record(
    state: _State, argument: ArgumentFact, places: tuple[int, ...], values: tuple[str, ...], flag: str
) -> None:
    """Note that an argument is taken, with what its values become."""
    words = tuple(state.given.offset + place for place in places)
    known = not any(word in state.given.shell for word in words)
    off = flag in argument.off_flags
    state.seen.append(id(argument))
    state.result.taken.append(Taken(argument, words, values, off, known))
    results = [_value(state, argument, value, words[-1]) for value in values] if known else []
    single = results[0] if len(results) == 1 and argument.nargs in (None, "?") else results
    constant = {"store_true": True, "store_false": False, "both": not off}.get(argument.action, single)
    if not is_default(argument, constant):
        _clash(state, argument, words)


def _value(state: _State, argument: ArgumentFact, value: str, word: int) -> PythonValue:
    """What a value becomes; the refusal is noted."""
    try:
        return converted(argument, value, state.given.library)
    except NotTaken as refused:
        state.result.refusals.append(Refusal("value", word, argument, refused.why))
        return value


def _clash(state: _State, argument: ArgumentFact, words: tuple[int, ...]) -> None:
    if argument.group is None:
        return
    others = [
        each
        for each in state.parser.arguments
        if each.group == argument.group and id(each) in state.seen_other
    ]
    if any(each is not argument for each in others):
        state.result.refusals.append(Refusal("exclusive", words[0], argument))
    state.seen_other.append(id(argument))


def _refuse(state: _State, kind: RefusalKind, place: int, argument: ArgumentFact, text: str) -> None:
    state.seen.append(id(argument))
    state.result.refusals.append(Refusal(kind, state.given.offset + place, argument, text))


def _refuse_extras(state: _State, start: int, end: int) -> None:
    for place in range(start, end):
        before = state.options.get(place - 1)
        if before is not None and before.argument is None and "=" not in before.flag:
            continue  # it was meant for the flag in front, of which something is said
        if state.given.offset + place in state.given.shell:
            state.result.uncertain = True
        elif state.pattern[place] != "-" and state.given.library != "fire":
            state.result.refusals.append(
                Refusal("extra", state.given.offset + place, text=state.given.words[place])
            )


def _require(state: _State, *, without_command: bool = False) -> None:
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
