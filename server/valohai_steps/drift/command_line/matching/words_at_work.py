"""One parser at work on its words: which are options, and what each of them takes."""

from collections.abc import Sequence

from msgspec import Struct, field

from valohai_steps.drift.command_line.matching.conversion import NotTaken, converted, is_default
from valohai_steps.drift.command_line.matching.option_words import Grammar, Option, option_of, word_count
from valohai_steps.drift.command_line.matching.outcome import Refusal, RefusalKind, Taken, Taking
from valohai_steps.model.command_line import ArgumentFact, ParserFact
from valohai_steps.model.step import PythonValue

# What gives an option the words behind it, whatever they are; and what hands on the words that nothing takes.
_TAKE_ANY = ("click", "typer", "absl")
_LEAVE_WORDS = ("absl", "fire")
# What converts an option once all words are taken: of a repeated one the last value alone.
_CONVERT_LAST = ("click", "typer")


class Given(Struct, frozen=True):
    """The words for one parser; `offset` is the index of the first, `shell` those that the shell fills in."""

    library: str
    words: Sequence[str]
    shell: frozenset[int]
    offset: int = 0


class State(Struct):
    """One parser at work on its words."""

    parser: ParserFact
    given: "Given"
    result: Taking
    grammar: Grammar
    options: dict[int, Option] = field(default_factory=dict)
    pattern: str = ""
    positionals: list[ArgumentFact | None] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    seen_other: list[int] = field(default_factory=list)


def classify(state: State, start: int = 0) -> None:
    """Tell options from arguments, from `start` on: the pattern that the matching goes by."""
    letters: list[str] = []
    ended = False
    for place, word in enumerate(state.given.words[start:], start):
        if ended or word == "--":
            letters.append("A" if ended else "-")
            ended = True
            continue
        option, ambiguous = option_of(state.grammar, word)
        if ambiguous:
            state.result.refusals.append(Refusal("ambiguous", state.given.offset + place, text=word))
        if option is not None:
            state.options[place] = option
        letters.append("A" if option is None else "O")
    state.pattern = state.pattern[:start] + "".join(letters)


def take_option(state: State, place: int) -> int:
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
    if state.given.library in _TAKE_ANY and least == most:  # also what begins like an option
        free = min(most, len(state.given.words) - place - 1)
        if "-" in state.pattern[place + 1 : place + 1 + free]:  # this `--` is a value, and ends no options
            classify(state, place + 1 + free)
    if argument.nargs == "..." and argument.flags:
        free = len(state.given.words) - place - 1
    if state.given.library in ("absl", "fire") and argument.nargs == "?":
        free = 0
    if free < least:
        _refuse(state, "no-value", place, argument, "")
        return place + 1 + free
    places = tuple(range(place + 1, place + 1 + free))
    record(state, argument, (place, *places), tuple(state.given.words[each] for each in places), flag)
    return place + 1 + free


def _take_attached(
    state: State, place: int, option: Option, argument: ArgumentFact
) -> tuple[ArgumentFact, str] | None:
    """What is attached to an option: its value, or, as in `-vvo`, more short options.

    The last of these and its flag, which takes the words that follow; None when nothing is left to take.
    """
    flag, explicit = option.flag, option.explicit
    while explicit is not None:
        least, most = word_count(argument, state.given.library, flag)
        if most == 0 and flag[1:2] not in tuple(state.parser.prefixes) and explicit:
            record(state, argument, (place,), (), flag)
            flag = flag[0] + explicit[0]
            following = state.grammar.flags.get(flag)
            if following is None:
                _refuse(state, "switch-value", place, argument, explicit)
                return None
            argument, explicit = following, explicit[1:] or None
        elif most >= 1 and least <= 1:
            record(state, argument, (place,), (explicit,), flag)
            return None
        else:
            kind: RefusalKind = "switch-value" if most == 0 else "no-value"
            _refuse(state, kind, place, argument, explicit)
            return None
    return argument, flag


def record(
    state: State, argument: ArgumentFact, places: tuple[int, ...], values: tuple[str, ...], flag: str
) -> None:
    """Note that an argument is taken, with what its values become."""
    words = tuple(state.given.offset + place for place in places)
    known = not any(word in state.given.shell for word in words)
    if state.given.library in _CONVERT_LAST and argument.action == "store":
        _forget_values(state, argument)
    off = flag in argument.off_flags
    state.seen.append(id(argument))
    state.result.taken.append(Taken(argument, words, values, off, known))
    results = [_value(state, argument, value, words[-1]) for value in values] if known else []
    single = results[0] if len(results) == 1 and argument.nargs in (None, "?") else results
    # Of a switch argparse compares the list of its words, which is no default.
    if argument.is_switch or not is_default(argument, single):
        _clash(state, argument, words)


def _forget_values(state: State, argument: ArgumentFact) -> None:
    """What was said of values that another use of the argument replaces."""
    refusals = state.result.refusals
    refusals[:] = [each for each in refusals if each.kind != "value" or each.argument is not argument]


def _value(state: State, argument: ArgumentFact, value: str, word: int) -> PythonValue:
    """What a value becomes; the refusal is noted."""
    try:
        return converted(argument, value, state.given.library)
    except NotTaken as refused:
        state.result.refusals.append(Refusal("value", word, argument, refused.why))
        return value


def _clash(state: State, argument: ArgumentFact, words: tuple[int, ...]) -> None:
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


def _refuse(state: State, kind: RefusalKind, place: int, argument: ArgumentFact, text: str) -> None:
    state.seen.append(id(argument))
    state.result.refusals.append(Refusal(kind, state.given.offset + place, argument, text))


def refuse_extras(state: State, start: int, end: int) -> None:
    """Refuse words that no positional takes, and no flag in front that is refused itself."""
    for place in range(start, end):
        before = state.options.get(place - 1)
        if before is not None and before.argument is None and "=" not in before.flag:
            continue  # it was meant for the flag in front, of which something is said
        if state.given.offset + place in state.given.shell:
            state.result.uncertain = True
        elif state.pattern[place] != "-" and state.given.library not in _LEAVE_WORDS:
            state.result.refusals.append(
                Refusal("extra", state.given.offset + place, text=state.given.words[place])
            )
