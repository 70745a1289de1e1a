"""The words that libraries for command lines are used by, and those that stand in pieces of text."""

import re
from collections.abc import Iterable

from valohai_steps.model.patterns import pattern

# Words of the libraries that only what has to do with a command line mentions.
_FLAG = "DEFINE_"  # of absl: every function that declares one begins so
MARKS = frozenset(
    {
        _FLAG,
        "ArgumentParser",
        "HfArgumentParser",
        "SimpleArgumentParser",
        "add_argument",
        "add_argument_group",
        "add_arguments",
        "add_mutually_exclusive_group",
        "add_parser",
        "add_subparsers",
        "parse_args",
        "parse_args_into_dataclasses",
        "parse_known_args",
        "parse_intermixed_args",
        "set_defaults",
        "mark_flag_as_required",
        "mark_flags_as_required",
        "parse_into_dataclasses",
        "simple_parsing",
    }
)
_WORD = pattern(r"[^\W\d]\w*")
_MENTION = pattern(
    r"ArgumentParser|add_argument|parse_args|parse_known_args|add_parser|\bDEFINE_\w|simple_parsing"
    r"|parse_intermixed|\b(?:import|from)[ \t]+(?:click|typer|tyro|fire)\b"
)
_EVERYDAY = pattern(
    r"^[ \t]*(?:import[ \t]+((?:click|typer|tyro|fire)\b(?:[ \t]+as[ \t]+\w+)?)"
    r"|from[ \t]+(?:click|typer|tyro|fire)\b[^\n]*import[ \t(]*([^\n]*))",
    re.MULTILINE,
)


def mentions_parser(text: str) -> bool:
    """Whether a text mentions anything that a library for command lines is used by."""
    return _MENTION.search(text) is not None


class Words:
    """The names that stand in pieces of text, and `_FLAG` where one begins so.

    Those of a piece that the reading `before` met are known.
    """

    def __init__(self, before: "Words | None" = None) -> None:
        self._before = {} if before is None else before.found
        self.found: dict[str, frozenset[str]] = {}
        self.pieces_read = 0

    def of(self, source: str) -> frozenset[str]:
        """The names in one piece."""
        found = self.found.get(source)
        if found is None:
            found = self._before.get(source)
            if found is None:
                self.pieces_read += 1
                words = _WORD.findall(source)
                found = frozenset((*words, _FLAG) if _FLAG in source and _has_flag(words) else words)
            self.found[source] = found
        return found


def _has_flag(words: Iterable[str]) -> bool:
    return any(word.startswith(_FLAG) for word in words)


def is_marked(words: frozenset[str]) -> bool:
    """Whether one of the words is a library's."""
    return not MARKS.isdisjoint(words)


def imported_words(text: str) -> frozenset[str]:
    """The names of the libraries that a text imports and that are words of everyday: they count only then."""
    return frozenset(
        word for match in _EVERYDAY.finditer(text) for word in _WORD.findall(match[1] or match[2])
    )
