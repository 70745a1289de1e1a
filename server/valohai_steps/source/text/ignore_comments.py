"""`# valohai: ignore[VH103]`: findings that a comment on their line switches off."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator

from valohai_steps.model.finding import Finding
from valohai_steps.model.text import Span, line_end, line_start
from valohai_steps.source.text.ignore_lists import IGNORE, ignores, list_findings
from valohai_steps.source.text.tokenizer.tokens import Tokenizer

_LARGEST = 5_000_000  # larger texts are not read at all


def python_comments(text: str) -> Iterator[Span]:
    """The comments of a Python source, in order."""
    return (Span(each.start, each.end) for each in Tokenizer(text).comments())


def not_ignored(
    text: str,
    findings: Iterable[Finding],
    comments: Callable[[str], Iterable[Span]] = python_comments,
    place: Callable[[Span], Span | None] = lambda span: span,
) -> Iterator[Finding]:
    """The findings that no comment switches off; without codes in brackets a comment switches all off.

    The comment stands on the first or the last line of what the finding marks. `comments` gives all comments
    of the text, and is asked only where one is in question. `place` gives the span of the text for that of a
    finding, None when it has none there.
    """
    known: tuple[Span, ...] | None = None
    for finding in findings:
        span = place(finding.span)
        places = [] if span is None else list(_places(text, span, finding.code))
        if places and known is None:
            known = tuple(comments(text))
        if known is None or not any(_is_inside(known, place) for place in places):
            yield finding


def comment_findings(
    text: str, comments: Callable[[str], Iterable[Span]] = python_comments
) -> Iterator[Finding]:
    """What is wrong with the ignore comments of a Python source or a valohai.yaml (VH401)."""
    if len(text) <= _LARGEST and IGNORE.search(text) is not None:
        for comment in comments(text):
            yield from list_findings(text, comment)


def _is_inside(comments: tuple[Span, ...], place: int) -> bool:
    """Whether one of the comments, which are in order, holds a place."""
    at = bisect_right(comments, place, key=lambda comment: comment.start)
    return at > 0 and comments[at - 1].contains(place)


def _places(text: str, span: Span, code: str) -> Iterator[int]:
    """Where something that looks like a comment names the finding, on its first or last line."""
    for line in _lines(text, span):
        for comment in ignores(text, line):
            if comment.codes is None or code in comment.codes:
                yield comment.span.start


def _lines(text: str, span: Span) -> Iterator[Span]:
    for offset in {span.start, span.end}:
        yield Span(line_start(text, offset), line_end(text, offset))
