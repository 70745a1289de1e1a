"""What one `prepare()` call says, and what is wrong with it: when it is whole, and when it is broken."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from valohai_steps.model.finding import Finding
from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import StepFact
from valohai_steps.model.text import Span, line_end
from valohai_steps.source.calls.call_reading import fact_of, read_call
from valohai_steps.source.calls.prepare_calls import Call, PrepareCall
from valohai_steps.source.checks.table import judge
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.tree.binding import statement_of
from valohai_steps.source.tree.parse_check import (
    CONFLICT,
    is_proven,
    mended,
    stands_in_conflict,
    syntax_error,
)
from valohai_steps.source.tree.syntax import Node, Syntax

_NOT_COMPLETE = "this prepare() call is not complete Python; close its brackets and quotes, mind the commas"
_MENTION = pattern(r"\bprepare[ \t]*\(")


class CallFacts(Struct, frozen=True):
    """What is known of one call: its place, its text, its facts when it has a usable name, its findings."""

    call_span: Span
    source: str
    step: StepFact | None
    problems: tuple[Finding, ...]


def is_whole(syntax: Syntax, call: Call) -> bool:
    """Whether the call counts as it stands: its own text and its statement parse with `ast`."""
    return is_proven(syntax, call.node) and not stands_in_conflict(syntax, call.node)


def whole_call(evaluation: Evaluation, call: Call) -> CallFacts:
    """A call that `is_whole`, read."""
    reading = read_call(evaluation, call)
    problems, complete = judge(reading, evaluation)
    syntax = evaluation.syntax
    fact = fact_of(reading, complete=complete)
    return CallFacts(syntax.span(call.node), syntax.source(call.node), fact, problems)


def broken_call(syntax: Syntax, call: Call) -> CallFacts:
    """A call that is not whole: one finding at the break, no facts."""
    span = syntax.span(call.node)
    if stands_in_conflict(syntax, call.node):
        marker = next(m for m in reversed(list(CONFLICT.finditer(syntax.text))) if m.start() < span.start)
        message = "this prepare() call is inside an unresolved merge conflict; choose one of the two versions"
        place = Span(marker.start(), marker.end())
    else:
        message = _NOT_COMPLETE
        breaks = (*mended(call.node), *mended(statement_of(call.node)), call.callee)
        place = _place(syntax, breaks[0])
    return CallFacts(span, syntax.source(call.node), None, (Finding("VH101", place, message),))


def unread_calls(
    syntax: Syntax, written: Sequence[PrepareCall], calls: Sequence[CallFacts]
) -> Iterator[Finding]:
    """A finding for each call that is `written` and is none of `calls`: an open bracket breaks it up."""
    if not syntax.is_broken:
        return
    for each in written:
        place = each.callee_span
        if not any(known.call_span.start <= place.start < known.call_span.end for known in calls):
            yield Finding("VH101", place, _NOT_COMPLETE)


def first_break(syntax: Syntax) -> Finding | None:
    """VH101 at the first place where a text is not Python of any version; None when there is none."""
    if not syntax.is_broken or (error := syntax_error(syntax.text)) is None:
        return None
    first = next(iter(mended(syntax.root)), syntax.root)
    inside = syntax.span(first).covers(Span(error, error + 1))
    place = Span(error, error + 1) if inside else _place(syntax, first)
    message = (
        "this file is not complete Python, and cannot run; close its brackets and quotes, mind the commas"
    )
    return Finding("VH101", place, message)


def unreadable(syntax: Syntax) -> Iterator[Finding]:
    """The one finding of a broken text in which a call is mentioned, and none is found."""
    if not _MENTION.search(syntax.text) or not syntax.is_broken:
        return
    message = (
        "from here on this file is not complete Python, so no prepare() call can be read; close its brackets "
        "and quotes, and mind the commas"
    )
    yield Finding("VH101", _place(syntax, next(iter(mended(syntax.root)), syntax.root)), message)


def _place(syntax: Syntax, node: Node) -> Span:
    """The span of a break, at least one character and at most one line of it."""
    span = syntax.span(node)
    if span.start == span.end:
        return Span(max(span.start - 1, 0), span.end)
    end = min(span.end, line_end(syntax.text, span.start))
    return Span(span.start, max(end, span.start + 1))
