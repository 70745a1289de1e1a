"""Calls that are not closed yet, for completion and hover: what stands between their brackets so far.

The tree mends an open call in surprising ways, so its arguments are taken from the text itself.
"""

from collections.abc import Iterator
from itertools import pairwise

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span
from valohai_steps.source.calls.prepare_calls import (
    Argument,
    Call,
    PrepareCall,
    callees,
    described,
    find_calls,
)
from valohai_steps.source.text.tokenizer.tokens import Tokenizer
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node, Syntax

_LONGEST_CALL = 20_000
_KEYWORD = pattern(r"\s*([^\W\d]\w*)\s*=(?!=)\s*")
_OPENING = pattern(r"[ \t]*\(")


def written_calls(scopes: Scopes) -> tuple[PrepareCall, ...]:
    """Every `prepare()` call as it stands in the text, whole or half-typed, in order of place."""
    syntax, tokenizer = scopes.syntax, Tokenizer(scopes.syntax.text)
    found = {call.callee.id: call for call in find_calls(scopes)}
    calls: list[PrepareCall] = []
    for callee in callees(scopes):
        call = found.get(callee.id)
        if call is not None and not call.node.has_error:
            calls.append(described(syntax, call))
        elif (half := _half_typed(syntax, tokenizer, callee, call)) is not None:
            calls.append(half)
    return tuple(calls)


def _half_typed(syntax: Syntax, tokenizer: Tokenizer, callee: Node, call: Call | None) -> PrepareCall | None:
    span = syntax.span(callee)
    opening = _OPENING.match(syntax.text, span.end)
    if opening is None:
        return None if call is None else described(syntax, call)
    commas, end = _commas(tokenizer, span.start, opening.end())
    closed = syntax.text[end : end + 1] == ")"
    bounds = [opening.end() - 1, *commas, end]
    arguments = (
        argument
        for start, stop in pairwise(bounds)
        if (argument := _argument(syntax.text, start + 1, stop)) is not None
    )
    return PrepareCall(Span(span.start, end + closed), span, tuple(arguments))


def _commas(tokenizer: Tokenizer, call: int, start: int) -> tuple[list[int], int]:
    """The commas between the arguments, and where the call ends or is given up.

    A line that is indented no deeper than the call's own begins something else, unless it closes a bracket.
    """
    text = tokenizer.text
    indent = _indent(text, text.rfind("\n", 0, call) + 1)
    commas: list[int] = []
    depth, place = 1, start
    for token in tokenizer.tokens(start):
        if token.start > start + _LONGEST_CALL:
            break
        if depth == 1:
            commas += _places(text, ",", place, token.start)
        place = token.end
        match token.kind:
            case "opening":
                depth += 1
            case "closing":
                depth -= 1
                if depth == 0:
                    return commas, token.start
            case "line_end" if _is_outside(text, place, indent):
                return commas, token.start
    end = min(len(text), start + _LONGEST_CALL)
    return ([*commas, *_places(text, ",", place, end)] if depth == 1 else commas), end


def _is_outside(text: str, line: int, indent: int) -> bool:
    """Whether a line begins something else than a call whose line is indented so far."""
    following = text[line : line + 200].lstrip(" \t")
    return bool(following) and _indent(text, line) <= indent and following[0] not in "\r\n)]}#"


def _places(text: str, mark: str, start: int, end: int) -> Iterator[int]:
    """Where a character stands between two offsets."""
    place = text.find(mark, start, end)
    while place >= 0:
        yield place
        place = text.find(mark, place + 1, end)


def _argument(text: str, start: int, end: int) -> Argument | None:
    source = text[start:end]
    keyword = _KEYWORD.match(source)
    value = keyword.end() if keyword is not None else len(source) - len(source.lstrip())
    value_span = Span(start + value, max(start + value, start + len(source.rstrip())))
    if keyword is not None:
        return Argument(keyword[1], Span(start + keyword.start(1), start + keyword.end(1)), value_span)
    return Argument(None, None, value_span) if source.strip() else None


def _indent(text: str, line: int) -> int:
    end = line
    while text[end : end + 1] in (" ", "\t"):
        end += 1
    return end - line
