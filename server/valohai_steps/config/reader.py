"""Reading valohai.yaml: text in; nodes with spans, steps and problems out. Reading never raises."""

import re
from typing import Any

import yaml
from msgspec import Struct, field

from valohai_steps.config.model.steps import YamlItem, YamlStep, duplicates, steps_of
from valohai_steps.config.tree.composer import UnreadableError, compose
from valohai_steps.config.tree.node import Entry, Node, Opaque, Path, YamlValue, same_value
from valohai_steps.model.finding import Finding
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span, newline_of

__all__ = [
    "Entry",
    "Node",
    "Opaque",
    "Path",
    "YamlFile",
    "YamlItem",
    "YamlStep",
    "YamlValue",
    "file_of",
    "read_documents",
    "read_yaml",
    "same_value",
]

_BOM = "\ufeff"
_FOREIGN = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_FOREIGN_ASCII = pattern("[^\t\n\r\x20-\x7e]")

# What reads in under two seconds on a slow machine; a real valohai.yaml of 300 steps has 160,000 characters.
_LIMITS = {True: 2_000_000, False: 400_000}
_MOST_EVENTS = {True: 200_000, False: 40_000}

# What the two loaders of PyYAML read differently: tabs, `?` within brackets, what follows `|` or `>`. Valohai
# takes the slow one, which therefore decides where one of these is, or where the fast one gives up on them.
_DOUBTFUL = pattern(r"\t|[\[{,][^\n'\"?\[{,]*\?|[|>][-+\d]*#")
_FAST_ALONE = ("found a tab character where an indentation space", "found unexpected ':'")

# The slow one takes half a second for that many code points; a longer text is judged item by item anyway.
_MOST_DOUBTFUL = 50_000

C_LOADER: Any = getattr(yaml, "CSafeLoader", None)
PURE_LOADER: Any = yaml.SafeLoader


class YamlFile(Struct, frozen=True, eq=False):
    """A valohai.yaml as read. `documents` and `steps` hold what stands before the first syntax error.

    It is compared by identity, because what follows from it is kept. `named` is the first step of each name.
    `problems` are VH301 (at most one) and VH303. `newline` is the first line end of the text.
    """

    text: str
    documents: tuple[Node, ...] = ()
    steps: tuple[YamlStep, ...] = ()
    problems: tuple[Finding, ...] = ()
    newline: str = "\n"
    named: dict[str, YamlStep] = field(default_factory=dict)

    @property
    def is_readable(self) -> bool:
        """Whether the whole text was understood, so that it may be edited."""
        return all(problem.code != "VH301" for problem in self.problems)

    def step(self, name: str) -> YamlStep | None:
        """The first step of this name."""
        return self.named.get(name)


def is_too_large(text: str) -> bool:
    """Whether a text is more than is read of any: then `read_documents` says so without parsing it."""
    return len(text) > _LIMITS[C_LOADER is not None]


def read_yaml(text: str) -> YamlFile:
    """Read a valohai.yaml; any text will do, what is wrong with it is in `problems`."""
    return file_of(text, *read_documents(text))


def file_of(text: str, documents: tuple[Node, ...], problem: Finding | None = None) -> YamlFile:
    """The same of what `read_documents` gives of a text."""
    steps = tuple(steps_of(documents))
    problems = (*(() if problem is None else (problem,)), *duplicates(documents, steps))
    named = {step.name: step for step in reversed(steps)}
    return YamlFile(text, documents, steps, problems, newline_of(text), named)


def read_documents(text: str, loader: Any = None) -> tuple[tuple[Node, ...], Finding | None]:
    """The documents before the first error, and that error (VH301).

    `loader` is a loader class of PyYAML: the C one unless stated, where there is one, and where it reads what
    Valohai reads, which takes the other (`yaml.safe_load`).
    """
    if loader is None and C_LOADER is not None:
        if not _is_doubtful(text):
            documents, error, problem = _read(text, C_LOADER)
            if not any(sign in str(getattr(error, "problem", "")) for sign in _FAST_ALONE):
                return documents, problem
        if len(text) > _MOST_DOUBTFUL:
            loader = C_LOADER
    documents, _, problem = _read(text, loader or PURE_LOADER)
    return documents, problem


def _is_doubtful(text: str) -> bool:
    return _DOUBTFUL.search(text) is not None


def _read(text: str, loader: Any) -> tuple[tuple[Node, ...], yaml.YAMLError | None, Finding | None]:
    fast = C_LOADER is not None and issubclass(loader, C_LOADER)
    documents: list[Node] = []
    # Marks do not count a byte order mark in the C parser and do in the other: neither is shown one.
    shift = 1 if text.startswith(_BOM) else 0
    try:
        _check_characters(text, shift, _LIMITS[fast])
        body = text[shift:]
        for root in compose(text, _events(body, loader, _MOST_EVENTS[fast]), shift):
            documents.append(root)  # noqa: PERF402 - what was read before an error is kept
    except UnreadableError as error:
        return tuple(documents), None, error.finding
    except yaml.YAMLError as error:
        from valohai_steps.config.tree.syntax_errors import syntax_finding  # for such a file alone

        return tuple(documents), error, syntax_finding(text, error, shift)
    return tuple(documents), None, None


def _check_characters(text: str, shift: int, limit: int) -> None:
    if len(text) > limit:
        raise UnreadableError(
            Span(0, 0), f"the file has {len(text):,} characters, and at most {limit:,} are read; split it"
        )
    found = _FOREIGN_ASCII.search(text) if text.isascii() else re.search(_FOREIGN, text)
    if found is None and text.startswith(_BOM, shift):
        raise UnreadableError(Span(shift, shift + 1), "a second byte order mark (U+FEFF); remove it")
    if found is not None:
        message = f"the character U+{ord(found.group()):04X} is not allowed in YAML; remove it"
        raise UnreadableError(Span(*found.span()), message)


def _events(text: str, loader: Any, limit: int) -> Any:
    for count, event in enumerate(yaml.parse(text, Loader=loader)):
        if count > limit:
            raise UnreadableError(Span(0, 0), f"the file has more than {limit:,} keys and values; split it")
        yield event
