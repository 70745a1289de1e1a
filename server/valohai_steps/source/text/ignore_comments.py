"""`# valohai: ignore[VH103]`: findings that a comment on their line switches off."""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from valohai_steps.model.finding import Finding
from valohai_steps.model.text import Span

Language = Literal["python", "yaml", "json"]

_IGNORE = re.compile(r"#[ \t]*valohai:[ \t]*ignore(?:\[([^\]\n]*)\])?")
# Strings and comments of Python; a string without an end runs to the end of its line, or of the text.
_PYTHON = re.compile(
    r"""'''(?:[^\\]|\\.)*?(?:'''|\Z)|\"\"\"(?:[^\\]|\\.)*?(?:\"\"\"|\Z)
    |'(?:[^'\\\r\n]|\\.)*'?|"(?:[^"\\\r\n]|\\.)*"?|(?P<comment>\#[^\r\n]*)""",
    re.VERBOSE | re.DOTALL,
)
# In YAML a quote counts where a value begins, and `#` behind a blank.
_YAML = re.compile(
    r"""(?:(?<=[\s\[{,:-])|^)(?:"(?:[^"\\]|\\.)*(?:"|\Z)|'(?:[^']|'')*(?:'|\Z))
    |(?:(?<=\s)|^)(?P<comment>\#[^\r\n]*)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


def not_ignored(text: str, findings: Iterable[Finding], language: Language = "python") -> Iterator[Finding]:
    """The findings that no comment switches off; without codes in brackets a comment switches all off.

    The comment stands on the first or the last line of what the finding marks. In the JSON of a notebook
    every line is a string, and what looks like a comment is taken for one.
    """
    comments: tuple[Span, ...] | None = None
    for finding in findings:
        places = list(_places(text, finding))
        if places and comments is None:
            comments = (Span(0, len(text)),) if language == "json" else tuple(_comments(text, language))
        if not any(comment.contains(place) for place in places for comment in comments or ()):
            yield finding


def _places(text: str, finding: Finding) -> Iterator[int]:
    """Where something that looks like a comment names the finding, on its first or last line."""
    for line in _lines(text, finding.span):
        for match in _IGNORE.finditer(text, line.start, line.end):
            codes = match[1]
            if codes is None or finding.code in (each.strip() for each in codes.split(",")):
                yield match.start()


def _lines(text: str, span: Span) -> Iterator[Span]:
    for offset in {span.start, span.end}:
        end = text.find("\n", offset)
        yield Span(text.rfind("\n", 0, offset) + 1, end if end >= 0 else len(text))


def _comments(text: str, language: Language) -> Iterator[Span]:
    for found in (_YAML if language == "yaml" else _PYTHON).finditer(text):
        if found["comment"] is not None:
            yield Span(*found.span("comment"))
