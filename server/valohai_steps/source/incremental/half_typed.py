"""Half-typed code: facts change or vanish only on proof.

tree-sitter's recovery can bend a broken call into a wrong one, and it joins `x = np.` with the next line
without reporting an error. So a call counts as it stands only when its own text and its statement parse with
`ast`; until then, and while a broken text around it swallows it, it keeps what was last known of it.
"""

from collections.abc import Iterator, Sequence

from valohai_steps.model.text import Span, TextEdit
from valohai_steps.source.call_facts import broken_call, is_whole, whole_call
from valohai_steps.source.calls.prepare_calls import Call, find_calls
from valohai_steps.source.calls.replacement import replacements
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.incremental.kept_calls import KeptCall, kept, meaning
from valohai_steps.source.tree.binding import statement_of
from valohai_steps.source.tree.parse_check import is_proven
from valohai_steps.source.tree.syntax import Node, Syntax

_SIMPLE = ("expression_statement", "assignment", "augmented_assignment", "return_statement")


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
        if is_whole(syntax, call):
            whole.append((call, old))
        else:
            known.append(old.stale if old is not None else kept(broken_call(syntax, call)))
    swallowed = [old.stale for old in unmatched if _is_swallowed(syntax, old)]
    for call, old in whole:
        # Where a text swallows calls, what was text may look like a call: an open quote turns both round.
        if old is not None or not swallowed:
            known.append(_read(evaluation, call, old, broken=broken))
    return tuple(each.settled for each in sorted((*known, *swallowed), key=lambda each: each.call_span))


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
    is_replaced = any(replacements(evaluation, call.callee))  # which a file that is imported decides as well
    if old is not None and is_same and not is_replaced:
        return old
    now = whole_call(evaluation, call)
    # What is said of a call by another name than `valohai.prepare` depends on its import.
    named = evaluation.journey.names != names or is_replaced
    is_plain = not named and now.source.startswith("valohai.prepare(")
    if old is None or not broken or old.source != now.source:
        return kept(now, is_plain=is_plain)
    # The text is broken elsewhere: what its names stand for cannot be proven, so nothing changes on it.
    same = meaning((old.step, old.problems)) == meaning((now.step, now.problems))
    return kept(now, is_plain=is_plain) if same else old.stale


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
