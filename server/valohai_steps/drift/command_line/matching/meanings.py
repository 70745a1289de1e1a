"""What an unknown flag likely means, and what to write in its place."""

from functools import cached_property

from msgspec import Struct

from valohai_steps.drift.command_line.matching.option_words import flag_shown
from valohai_steps.model.command_line import ArgumentFact, ParserFact
from valohai_steps.model.step import Static
from valohai_steps.source.checks.fixes import nearest, spelling

_LISTED = 8
_NEGATION = "no-"


class Meant(Struct, frozen=True):
    """What a flag likely means: `argument`, and what to do. `fits`: a flag of the same sense."""

    argument: ArgumentFact
    advice: str
    fits: bool = True


class Meanings(Struct, frozen=True, dict=True):
    """The flags of a parser by their names, gathered once for all that are not known."""

    parser: ParserFact

    def meant(self, flag: str) -> Meant | None:
        """The argument that a flag likely means: the same but for dashes and capitals, or nearly the same.

        A flag that switches something off never means one that switches it on.
        """
        bare = flag.lstrip("-")
        same = self._spelled.get(spelling(bare))
        if same is not None:
            return same
        if spelling(bare).startswith(_NEGATION):
            return self._negated(bare[len(_NEGATION) :])
        near = nearest(bare, self._known) if len(bare) > 1 else None
        return self._known[near] if near is not None else None

    def offer(self, found: Meant | None) -> str:
        """What to write in place of an unknown flag: the one that is `found`, else what there is."""
        return self._offered if found is None else found.advice

    def _negated(self, rest: str) -> Meant | None:
        """What a flag that begins with `no-` means."""
        near = nearest(rest, self._off) if rest else None
        if near is not None:
            return self._off[near]
        each = self._off_alone.get(spelling(rest))
        if each is None:
            return None
        advice = f"{flag_shown(each)} is off when it is left out; remove this flag"
        return Meant(each, advice, fits=False)

    @cached_property
    def _known(self) -> dict[str, Meant]:
        known: dict[str, Meant] = {}
        for argument in self.parser.arguments:
            if argument.action != "help":
                known[argument.name] = _named(argument, flag_shown(argument))
                known |= {off.lstrip("-+"): _named(argument, off, fits=False) for off in argument.off_flags}
        return known

    @cached_property
    def _spelled(self) -> dict[str, Meant]:
        """The first of each spelling."""
        return {spelling(name): each for name, each in reversed(self._known.items())}

    @cached_property
    def _off(self) -> dict[str, Meant]:
        return {
            name[len(_NEGATION) :]: each
            for name, each in self._known.items()
            if spelling(name).startswith(_NEGATION)
        }

    @cached_property
    def _off_alone(self) -> dict[str, ArgumentFact]:
        """The switches that leaving out certainly makes false."""
        known = reversed(self._known.items())
        return {spelling(name): each.argument for name, each in known if _is_off_alone(each.argument)}

    @cached_property
    def _offered(self) -> str:
        shown = [each for each in self.parser.arguments if each.action != "help" and not each.hidden]
        if not shown:
            return "it takes no arguments"
        listed = ", ".join(map(flag_shown, shown[:_LISTED]))
        return f"it takes {listed}{' and more' if len(shown) > _LISTED else ''}"


def _is_off_alone(argument: ArgumentFact) -> bool:
    default = argument.default
    stated = default is None or (isinstance(default, Static) and default.value is False)
    return argument.action == "store_true" and stated


def _named(argument: ArgumentFact, name: str, *, fits: bool = True) -> Meant:
    return Meant(argument, f"did you mean {name}?", fits)
