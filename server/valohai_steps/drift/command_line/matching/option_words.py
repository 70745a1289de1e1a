"""What a word means as an option of a parser (Lib/argparse.py), and what an unknown flag likely means."""

from msgspec import Struct

from valohai_steps.model.command_line import ArgumentFact, ParserFact
from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import Static
from valohai_steps.model.text import Span
from valohai_steps.source.checks.fixes import nearest

_NEGATIVE = pattern(r"-(?:\d+|\d*\.\d+)$")
ANY = 10**9
_LISTED = 8
_NEGATION = "no-"


class Grammar(Struct, frozen=True):
    """A parser, with every flag of it."""

    parser: ParserFact
    library: str
    flags: dict[str, ArgumentFact]


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
    prefixes = grammar.parser.prefixes
    flags = [*grammar.flags, *(["-h", "--help"] if grammar.parser.helps else [])]
    found: list[Option] = []
    if word[1] in prefixes:
        name, equals, explicit = word.partition("=")
        if grammar.parser.abbreviations:
            found = [
                Option(grammar.flags.get(flag, HELP), flag, explicit if equals else None)
                for flag in flags
                if flag.startswith(name)
            ]
        return found
    for flag in flags:
        if flag == word[:2]:
            found.append(Option(grammar.flags.get(flag, HELP), flag, word[2:]))
        elif flag.startswith(word) and grammar.parser.abbreviations:
            found.append(Option(grammar.flags.get(flag, HELP), flag, None))
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


class Meant(Struct, frozen=True):
    """What a flag likely means: `argument`, and what to do. `fits`: a flag of the same sense."""

    argument: ArgumentFact
    advice: str
    fits: bool = True


def meant(parser: ParserFact, flag: str) -> Meant | None:
    """The argument that a flag likely means: the same but for dashes and capitals, or nearly the same.

    A flag that switches something off never means one that switches it on.
    """
    known: dict[str, Meant] = {}
    for argument in parser.arguments:
        if argument.action != "help":
            known[argument.name] = _named(argument, flag_shown(argument))
            known |= {off.lstrip("-+"): _named(argument, off, fits=False) for off in argument.off_flags}
    bare = flag.lstrip("-")
    for name, each in known.items():
        if _plain(name) == _plain(bare):
            return each
    if not _plain(bare).startswith(_NEGATION):
        near = nearest(bare, list(known)) if len(bare) > 1 else None
        return known[near] if near is not None else None
    return _negated(known, bare)


def _negated(known: dict[str, Meant], bare: str) -> Meant | None:
    """What a flag that begins with `no-` means."""
    rest, length = bare[len(_NEGATION) :], len(_NEGATION)
    off = {name[length:]: each for name, each in known.items() if _plain(name).startswith(_NEGATION)}
    near = nearest(rest, list(off)) if rest else None
    if near is not None:
        return off[near]
    for name, each in known.items():
        if _is_off_alone(each.argument) and _plain(name) == _plain(rest):
            advice = f"{flag_shown(each.argument)} is off when it is left out; remove this flag"
            return Meant(each.argument, advice, fits=False)
    return None


def _is_off_alone(argument: ArgumentFact) -> bool:
    """Whether leaving a switch out certainly means false."""
    default = argument.default
    stated = default is None or (isinstance(default, Static) and default.value is False)
    return argument.action == "store_true" and stated


def _named(argument: ArgumentFact, name: str, *, fits: bool = True) -> Meant:
    return Meant(argument, f"did you mean {name}?", fits)


def offer(parser: ParserFact, found: Meant | None) -> str:
    """What to write in place of an unknown flag: the one that is `found`, else what there is."""
    if found is not None:
        return found.advice
    listed = [flag_shown(each) for each in parser.arguments if each.action != "help" and not each.hidden]
    if not listed:
        return "it takes no arguments"
    return f"it takes {', '.join(listed[:_LISTED])}{' and more' if len(listed) > _LISTED else ''}"


def flag_shown(argument: ArgumentFact) -> str:
    """An argument as messages name it: by the flag that it has its name from."""
    if argument.action == "help":
        return "--help"
    named = (flag.text for flag in argument.flags if flag.text.lstrip("-+") == argument.name)
    return next(named, argument.flags[0].text if argument.flags else f"the positional {argument.name}")


def _plain(name: str) -> str:
    return name.replace("_", "-").lower()
