"""Which argument of a script an unknown flag likely means, and what is said of it."""

from msgspec import Struct

from valohai_steps.model.command_line import ArgumentFact, ParserFact
from valohai_steps.source.checks.fixes import nearest

_LISTED = 8
_NEGATION = "no-"


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
        if each.argument.action == "store_true" and _plain(name) == _plain(rest):
            advice = f"{flag_shown(each.argument)} is off when it is left out, so remove this"
            return Meant(each.argument, advice, fits=False)
    return None


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
