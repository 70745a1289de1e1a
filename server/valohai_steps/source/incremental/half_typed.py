"""Half-typed code: facts change or vanish only on proof (DESIGN section 2).

tree-sitter's recovery can bend a broken call into a wrong one, and it joins `x = np.` with the next line
without reporting an error. So a call counts as it stands only when its own text and its statement parse with
`ast`; until then, and while a broken text around it swallows it, it keeps what was last known of it.
"""

import re
from collections.abc import Iterator, Sequence

from valohai_steps.model.finding import Finding
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.source.calls.call_reading import fact_of, read_call
from valohai_steps.source.calls.prepare_calls import Call, find_calls, is_replaced
from valohai_steps.source.checks.table import judge
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.incremental.kept_calls import KeptCall, meaning
from valohai_steps.source.tree.binding import statement_of
from valohai_steps.source.tree.parse_check import CONFLICT, is_proven, mended, stands_in_conflict
from valohai_steps.source.tree.syntax import Node, Syntax

_SIMPLE = ("expression_statement", "assignment", "augmented_assignment", "return_statement")
_MENTION = re.compile(r"\bprepare[ \t]*\(")


def known_calls(
    evaluation: Evaluation, before: Sequence[KeptCall], edits: Sequence[TextEdit] = ()
) -> tuple[KeptCall, ...]:
    """What is known of every call now; `before` is what was known, moved to where it stands now.

    `edits` are what led here, every span counted in the text before.
    """
    syntax = evaluation.syntax
    broken = syntax.is_broken or not all(is_proven(syntax, node) for node in _edited(syntax, edits))
    unmatched = list(before)
    whole: list[tuple[Call, KeptCall | None]] = []
    known: list[KeptCall] = []
    for call in find_calls(evaluation.scopes):
        old = _take(unmatched, syntax.span(call.node))
        if is_proven(syntax, call.node) and not stands_in_conflict(syntax, call.node):
            whole.append((call, old))
        else:
            known.append(old.stale if old is not None else _broken(syntax, call))
    swallowed = [old.stale for old in unmatched if _is_swallowed(syntax, old)]
    for call, old in whole:
        # Where a text swallows calls, what was text may look like a call: an open quote turns both round.
        if old is not None or not swallowed:
            known.append(_read(evaluation, call, old, broken=broken))
    return tuple(each.settled for each in sorted((*known, *swallowed), key=lambda each: each.call_span))


def unreadable(syntax: Syntax, known: Sequence[KeptCall]) -> Iterator[Finding]:
    """The one finding of a broken text in which a call is mentioned, and none is found."""
    if known or not _MENTION.search(syntax.text) or not syntax.is_broken:
        return
    message = (
        "from here on this file is not complete Python, so no prepare() call can be read; close its brackets "
        "and quotes, and mind the commas"
    )
    yield Finding("VH101", _place(syntax, next(iter(mended(syntax.root)), syntax.root)), message)


def _take(unmatched: list[KeptCall], span: Span) -> KeptCall | None:
    """The call that stood here before, taken off the list."""
    for exact in (True, False):
        for old in unmatched:
            overlaps = old.call_span.start < span.end and span.start < old.call_span.end
            if old.call_span.start == span.start if exact else overlaps:
                unmatched.remove(old)
                return old
    return None


def _edited(syntax: Syntax, edits: Sequence[TextEdit]) -> Iterator[Node]:
    """The simple statements at the ends of the edits: `x = np.`, which the tree joins with the next line."""
    moved = 0
    for edit in sorted(edits):
        end = edit.span.start + moved + len(edit.text)
        moved += len(edit.text) - (edit.span.end - edit.span.start)
        statement = statement_of(syntax.node_at(max(end - 1, 0), end))
        if statement.type in _SIMPLE:
            yield statement


def _read(evaluation: Evaluation, call: Call, old: KeptCall | None, *, broken: bool) -> KeptCall:
    syntax, names = evaluation.syntax, evaluation.journey.names
    is_same = old is not None and old.is_plain and old.source == syntax.source(call.node)
    if old is not None and is_same and not is_replaced(evaluation.scopes):
        return old
    reading = read_call(evaluation, call)
    problems, complete = judge(reading, evaluation)
    span = syntax.span(call.node)
    source = syntax.source(call.node)
    # What is said of a call by another name than `valohai.prepare` depends on its import.
    named = evaluation.journey.names != names or is_replaced(evaluation.scopes)
    is_plain = not named and source.startswith("valohai.prepare(")
    now = KeptCall(span, source, fact_of(reading, complete=complete), problems, is_plain)
    if old is None or not broken or old.source != now.source:
        return now
    # The text is broken elsewhere: what its names stand for cannot be proven, so nothing changes on it.
    same = meaning((old.step, old.problems)) == meaning((now.step, now.problems))
    return now if same else old.stale


def _is_swallowed(syntax: Syntax, old: KeptCall) -> bool:
    """Whether a call that is not there any more may still be, so that it keeps its facts."""
    span = old.call_span
    if span.start >= span.end or span.end > len(syntax.text):
        return False  # deleted, whole
    node = syntax.node_at(span.start, min(span.start + 1, span.end))
    if not syntax.is_broken:
        return not _is_whole(syntax, node)
    callee = old.source.partition("(")[0]
    if syntax.text.startswith(callee, span.start):
        return node.type != "comment"
    return not _is_whole(syntax, node)


def _is_whole(syntax: Syntax, node: Node) -> bool:
    return statement_of(node).type in ("comment", "module") or is_proven(syntax, node)


def _broken(syntax: Syntax, call: Call) -> KeptCall:
    """A call that never was whole: one finding at the break, no facts."""
    span = syntax.span(call.node)
    if stands_in_conflict(syntax, call.node):
        marker = next(m for m in reversed(list(CONFLICT.finditer(syntax.text))) if m.start() < span.start)
        message = "this prepare() call is inside an unresolved merge conflict; choose one of the two versions"
        place = Span(marker.start(), marker.end())
    else:
        message = "this prepare() call is not complete Python; close its brackets and quotes, mind the commas"
        breaks = (*mended(call.node), *mended(statement_of(call.node)), call.callee)
        place = _place(syntax, breaks[0])
    return KeptCall(span, syntax.source(call.node), None, (Finding("VH101", place, message),))


def _place(syntax: Syntax, node: Node) -> Span:
    """The span of a break, at least one character and at most one line of it."""
    span = syntax.span(node)
    if span.start == span.end:
        return Span(max(span.start - 1, 0), span.end)
    line_end = syntax.text.find("\n", span.start)
    end = span.end if line_end < 0 else min(span.end, line_end)
    return Span(span.start, max(end, span.start + 1))
