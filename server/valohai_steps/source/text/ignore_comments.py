"""`# valohai: ignore[VH103]`: findings that a comment on their line switches off."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from valohai_steps.model.finding import Finding
from valohai_steps.model.text import Span
from valohai_steps.source.text.ignore_lists import IGNORE, ignores, list_findings
from valohai_steps.source.text.tokenizer.tokens import Tokenizer

Language = Literal["python", "yaml"]

_LARGEST = 5_000_000  # larger texts are not read at all
# In YAML a quote counts where a value begins, and `#` behind a blank.
_YAML = re.compile(
    r"""(?:(?<=[\s\[{,:-])|^)(?:"(?:[^"\\]|\\.)*(?:"|\Z)|'(?:[^']|'')*(?:'|\Z))
    |(?:(?<=\s)|^)(?P<comment>\#[^\r\n]*)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


def not_ignored(
    text: str,
    findings: Iterable[Finding],
    language: Language = "python",
    place: Callable[[Span], Span | None] = lambda span: span,
) -> Iterator[Finding]:
    """The findings that no comment switches off; without codes in brackets a comment switches all off.

    The comment stands on the first or the last line of what the finding marks. `place` gives the span of
    the text for that of a finding, None when it has none there.
    """
    comments: tuple[Span, ...] | None = None
    for finding in findings:
        span = place(finding.span)
        places = [] if span is None else list(_places(text, span, finding.code))
        if places and comments is None:
            comments = tuple(_comments(text, language))
        if not any(comment.contains(place) for place in places for comment in comments or ()):
            yield finding


def comment_findings(text: str, language: Language = "python") -> Iterator[Finding]:
    """What is wrong with the ignore comments of a Python source or a valohai.yaml (VH401)."""
    if len(text) <= _LARGEST and IGNORE.search(text) is not None:
        for comment in _comments(text, language):
            yield from list_findings(text, comment)


def _places(text: str, span: Span, code: str) -> Iterator[int]:
    """Where something that looks like a comment names the finding, on its first or last line."""
    for line in _lines(text, span):
        for comment in ignores(text, line):
            if comment.codes is None or code in comment.codes:
                yield comment.span.start


def _lines(text: str, span: Span) -> Iterator[Span]:
    for offset in {span.start, span.end}:
        end = text.find("\n", offset)
        yield Span(text.rfind("\n", 0, offset) + 1, end if end >= 0 else len(text))


def _comments(text: str, language: Language) -> Iterator[Span]:
    if language == "python":
        yield from (Span(each.start, each.end) for each in Tokenizer(text).comments())
        return
    for found in _YAML.finditer(text):
        if found["comment"] is not None:
            yield Span(*found.span("comment"))
