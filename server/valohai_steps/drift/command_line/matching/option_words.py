"""What a word means as an option of a parser (Lib/argparse.py)."""

from bisect import bisect_left
from functools import cached_property
from itertools import islice, takewhile
from operator import itemgetter

from msgspec import Struct

from valohai_steps.model.command_line import ArgumentFact, ParserFact
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span

_NEGATIVE = pattern(r"-(?:\d+|\d*\.\d+)$")
ANY = 10**9


class Grammar(Struct, frozen=True, dict=True):
    """A parser, with every flag of it."""

    parser: ParserFact
    library: str
    flags: dict[str, ArgumentFact]

    def starting(self, start: str) -> list[str]:
        """The flags that begin like that, help among them, as they are declared."""
        place = bisect_left(self._in_order, (start, 0))
        found = takewhile(lambda each: each[0].startswith(start), islice(self._in_order, place, None))
        return [flag for flag, _ in sorted(found, key=itemgetter(1))]

    @cached_property
    def _in_order(self) -> list[tuple[str, int]]:
        flags = [*self.flags, *(["-h", "--help"] if self.parser.helps else [])]
        return sorted((flag, number) for number, flag in enumerate(flags))


class Option(Struct, frozen=True):
    """A word that is an option: its argument (None: no such flag), and what stands behind `=`."""

    argument: ArgumentFact | None
    flag: str
    explicit: str | None


def _help() -> ArgumentFact:
    nowhere = Span(0, 0)
    return ArgumentFact("help", "help", nowhere, nowhere, action="help", hidden=True)


HELP = _help()


def flags_of(parser: ParserFact) -> dict[str, ArgumentFact]:
    """Every flag of a parser, and the argument it belongs to."""
    found: dict[str, ArgumentFact] = {}
    for argument in parser.arguments:
        found.update(dict.fromkeys((flag.text for flag in argument.flags), argument))
        found.update(dict.fromkeys(argument.off_flags, argument))
    return found


def option_of(grammar: Grammar, word: str) -> tuple[Option | None, bool]:
    """What a word means as an option, None when it is none; True when it may be short for several."""
    if not word or word[0] not in grammar.parser.prefixes:
        return None, False
    if grammar.library == "absl":  # one dash or two
        other = word[1:] if word[:2] == "--" else f"-{word}"
        word = other if other.partition("=")[0] in grammar.flags else word
    if word in grammar.flags:
        return Option(grammar.flags[word], word, None), False
    if grammar.parser.helps and word in ("-h", "--help"):
        return Option(HELP, word, None), False
    if len(word) == 1:
        return None, False
    name, equals, explicit = word.partition("=")
    if equals and name in grammar.flags and not (_is_click(grammar) and not name.startswith("--")):
        return Option(grammar.flags[name], name, explicit), False
    found = _abbreviated(grammar, word)
    if found:
        return found[0], len({id(option.argument) for option in found}) > 1
    if _NEGATIVE.match(word) and not any(_NEGATIVE.match(flag) for flag in grammar.flags):
        return None, False
    return (None if " " in word else Option(None, word, None)), False


def _is_click(grammar: Grammar) -> bool:
    return grammar.library in ("click", "typer")


def _abbreviated(grammar: Grammar, word: str) -> list[Option]:
    """What a word may be short for, or the short option that it begins with."""
    if word[1] in grammar.parser.prefixes:
        name, equals, explicit = word.partition("=")
        starting = grammar.starting(name) if grammar.parser.abbreviations else []
        return [
            Option(grammar.flags.get(flag, HELP), flag, explicit if equals else None) for flag in starting
        ]
    short, found = word[:2], list[Option]()
    if short in grammar.flags or (grammar.parser.helps and short == "-h"):
        found.append(Option(grammar.flags.get(short, HELP), short, word[2:]))
    if grammar.parser.abbreviations:
        starting = [flag for flag in grammar.starting(word) if flag != short]
        found += [Option(grammar.flags.get(flag, HELP), flag, None) for flag in starting]
    return found


def word_count(argument: ArgumentFact, library: str, flag: str = "") -> tuple[int, int]:
    """The least and the most words that an argument takes."""
    if argument.is_switch or argument.action == "help" or flag in argument.off_flags:
        return (0, 1) if argument.action == "help" and library == "absl" else (0, 0)
    if library == "fire" and argument.flags:
        return 0, 1
    match argument.nargs:
        case None:
            return 1, 1
        case "?":
            return 0, 1
        case "*" | "...":
            return 0, ANY
        case "+" | "A...":
            return 1, ANY
        case int(number):
            return number, number
        case _:
            return 0, ANY


def flag_shown(argument: ArgumentFact) -> str:
    """An argument as messages name it: by the flag that it has its name from."""
    if argument.action == "help":
        return "--help"
    named = (flag.text for flag in argument.flags if flag.text.lstrip("-+") == argument.name)
    return next(named, argument.flags[0].text if argument.flags else f"the positional {argument.name}")
