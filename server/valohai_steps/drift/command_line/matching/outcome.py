"""What a parser makes of a command line: which argument takes which word, and what it refuses."""

from typing import Literal, TypeAlias

from msgspec import Struct, field

from valohai_steps.model.command_line import ArgumentFact, ParserFact

# What a refusal is about: no such flag; a word that nothing takes; a flag without its value; a value for a
# switch; a value that cannot become what is wanted; several flags that an abbreviation may mean; two of an
# exclusive group; an argument, a group or a command that is required; a command that there is not.
RefusalKind: TypeAlias = Literal[
    "flag",
    "extra",
    "no-value",
    "switch-value",
    "value",
    "ambiguous",
    "exclusive",
    "missing",
    "group",
    "command",
]


class Refusal(Struct, frozen=True):
    """Why a script does not start. `word` is the index of the word, None when one is missing."""

    kind: RefusalKind
    word: int | None = None
    argument: ArgumentFact | None = None
    text: str = ""


class Taken(Struct, frozen=True):
    """One use of an argument: the words that it takes, by index and as they are after `--flag=`."""

    argument: ArgumentFact
    words: tuple[int, ...]
    values: tuple[str, ...]
    off: bool = False
    known: bool = True


class Taking(Struct):
    """What a parser makes of a command line.

    `parser` is that of the sub-command, the main one without. `uncertain`: a word is filled in by the shell
    and may be any, or several.
    """

    parser: ParserFact
    taken: list[Taken] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    uncertain: bool = False
