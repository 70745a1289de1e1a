"""Calls that are not closed yet, for completion and hover: what stands between their brackets so far.

The tree mends an open call in surprising ways, so its arguments are taken from the text itself.
"""

import re
from itertools import pairwise

from valohai_steps.model.text import Span
from valohai_steps.source.calls.prepare_calls import (
    Argument,
    Call,
    PrepareCall,
    callees,
    described,
    find_calls,
)
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node, Syntax

# A whole string (an open one ends with its line), a comment, a bracket, a comma, a line end.
_TOKEN = re.compile(
    r"""'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?"""
    r"|\#[^\n]*|[][(){},\n]",
    re.DOTALL,
)
_LONGEST_CALL = 20_000
_KEYWORD = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)\s*")
_OPENING = re.compile(r"[ \t]*\(")


def written_calls(scopes: Scopes) -> tuple[PrepareCall, ...]:
    """Every `prepare()` call as it stands in the text, whole or half-typed, in order of place."""
    syntax = scopes.syntax
    found = {call.callee.id: call for call in find_calls(scopes)}
    calls: list[PrepareCall] = []
    for callee in callees(scopes):
        call = found.get(callee.id)
        if call is not None and not call.node.has_error:
            calls.append(described(syntax, call))
        elif (half := _half_typed(syntax, callee, call)) is not None:
            calls.append(half)
    return tuple(calls)


def _half_typed(syntax: Syntax, callee: Node, call: Call | None) -> PrepareCall | None:
    span = syntax.span(callee)
    opening = _OPENING.match(syntax.text, span.end)
    if opening is None:
        return None if call is None else described(syntax, call)
    commas, end = _commas(syntax.text, span.start, opening.end())
    closed = syntax.text[end : end + 1] == ")"
    bounds = [opening.end() - 1, *commas, end]
    arguments = (
        argument
        for start, stop in pairwise(bounds)
        if (argument := _argument(syntax.text, start + 1, stop)) is not None
    )
    return PrepareCall(Span(span.start, end + closed), span, tuple(arguments))


def _commas(text: str, call: int, start: int) -> tuple[list[int], int]:
    """The commas between the arguments, and where the call ends or is given up.

    A line that is indented no deeper than the call's own begins something else, unless it closes a bracket.
    """
    indent = _indent(text, text.rfind("\n", 0, call) + 1)
    commas: list[int] = []
    depth = 1
    for token in _TOKEN.finditer(text, start, start + _LONGEST_CALL):
        match token[0]:
            case "(" | "[" | "{":
                depth += 1
            case ")" | "]" | "}":
                depth -= 1
                if depth == 0:
                    return commas, token.start()
            case ",":
                commas += [token.start()] if depth == 1 else []
            case "\n":
                following = text[token.end() :][:200].lstrip(" \t")
                outside = _indent(text, token.end()) <= indent and following[:1] not in "\r\n)]}#"
                if outside and following:
                    return commas, token.start()
    return commas, min(len(text), start + _LONGEST_CALL)


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
