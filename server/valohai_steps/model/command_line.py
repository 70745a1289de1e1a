"""What a script takes from its command line, as facts with the places where they stand."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Literal, TypeAlias

from msgspec import Struct

from valohai_steps.model.step import Unknown, Value
from valohai_steps.model.text import Span

# How an argument takes its words; "custom" is an action of the script's own, "help" also "version".
Action: TypeAlias = Literal[
    "store",
    "store_const",
    "store_true",
    "store_false",
    "append",
    "append_const",
    "extend",
    "count",
    "both",
    "help",
    "custom",
]
# What a word is turned into: "truth" takes words for true and false, "own" is not known, "bool" is Python's.
Kind: TypeAlias = Literal["text", "int", "float", "bool", "truth", "literal", "split", "own"]
Library: TypeAlias = Literal["argparse", "click", "typer", "absl", "fire", "hf", "tyro", "simple_parsing"]


class Conversion(Struct, frozen=True):
    """What a word becomes. `stated` is False when the script says nothing, and the library decides.

    For "split", `element` is what each part becomes and `separator` what parts them (None: blanks). For
    "truth", `true` and `false` are words that mean them. `minimum` and `maximum` are bounds that the library
    holds. `words` are the only ones that are taken, where that is known. `span` is the expression that says
    so.
    """

    kind: Kind = "text"
    stated: bool = False
    element: Kind = "text"
    separator: str | None = ","
    true: str = "true"
    false: str = "false"
    minimum: float | None = None
    maximum: float | None = None
    words: tuple[str, ...] | None = None
    span: Span | None = None


class Flag(Struct, frozen=True):
    """A flag or, of a positional, its name. `span` is the literal, or the expression that makes it."""

    text: str
    span: Span


class ArgumentFact(Struct, frozen=True):
    """One argument that a parser takes.

    `flags` are empty for a positional. `off_flags` are those that mean false. `name` is what a parameter is
    called, `name_span` the literal of that flag; `span` the whole declaration. `default` is None when the
    script states none. `nargs` is as argparse has it. `choices` are None when there are none or they are not
    known; `any_case`: their case does not count. `group` is the number of the exclusive group, if it is in
    one. `path` is the file in which it is declared, None for the script itself.
    """

    name: str
    dest: str
    name_span: Span
    span: Span
    flags: tuple[Flag, ...] = ()
    off_flags: tuple[str, ...] = ()
    action: Action = "store"
    conversion: Conversion = Conversion()
    default: Value | None = None
    const: Value | None = None
    nargs: int | str | None = None
    choices: tuple[object, ...] | None = None
    choices_span: Span | None = None
    any_case: bool = False
    required: bool = False
    description: str | None = None
    hidden: bool = False
    conditional: bool = False
    group: int | None = None
    path: PurePath | None = None

    @property
    def is_positional(self) -> bool:
        """Whether it is taken by its place and not by a flag."""
        return not self.flags

    @property
    def is_switch(self) -> bool:
        """Whether its flag takes no value."""
        return self.action in ("store_const", "store_true", "store_false", "append_const", "count", "both")


class CommandFact(Struct, frozen=True):
    """A sub-command: the words that choose it, and what it takes."""

    names: tuple[str, ...]
    span: Span
    parser: "ParserFact"


class ParserFact(Struct, frozen=True):
    """What one parser takes. `commands_at` is how many positionals stand before the sub-command's word.

    `open`: it takes more than could be read. `groups` tells of each exclusive group whether one of it is
    required.
    """

    arguments: tuple[ArgumentFact, ...] = ()
    commands: tuple[CommandFact, ...] = ()
    commands_required: bool = False
    commands_at: int = 0
    groups: tuple[bool, ...] = ()
    prefixes: str = "-"
    abbreviations: bool = True
    helps: bool = True
    files: str = ""  # the letters that make a word name a file of words
    open: bool = False

    @property
    def everything(self) -> Iterator[ArgumentFact]:
        """The arguments of this parser and of all its sub-commands."""
        yield from self.arguments
        for command in self.commands:
            yield from command.parser.everything


class CommandLineFact(Struct, frozen=True):
    """How a script reads its command line. `parser` is None when only the library is known.

    `span` is the call that reads the words (`parser.parse_args()`), `path` its file (None: the script).
    `leftovers`: words that nothing takes are not refused; `leftovers_used`: the script looks at them itself.
    `unknowns` are what only running would tell.
    """

    library: str
    span: Span
    parser: ParserFact | None = None
    path: PurePath | None = None
    leftovers: bool = False
    leftovers_used: bool = False
    unknowns: tuple[Unknown, ...] = ()
    stale: bool = False
