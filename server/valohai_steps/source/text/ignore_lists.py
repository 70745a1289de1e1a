"""The lists of rules in ignore comments: what they name, and what is wrong with them (VH401)."""

import re
from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.model.finding import Finding, Fix
from valohai_steps.model.patterns import pattern
from valohai_steps.model.rules import RULES
from valohai_steps.model.text import Span, TextEdit, line_end, line_start, next_line

# Without a list in brackets a comment ignores everything on its line.
IGNORE = pattern(r"#[ \t]*valohai:[ \t]*ignore\b(?P<list>\[(?P<codes>[^\[\]\n]*)(?P<end>\])?)?")
_NO_LIST = pattern(r"[ \t:=(]*(?P<code>VH\d+)\b\)?", re.IGNORECASE)
_CODE = pattern(r"(?:VH?[-_ ]?)?0*(?P<number>[1-9]\d\d)", re.IGNORECASE)
_CODES_FIRST = pattern(r"[ \t]*(?:VH\d+[ \t,]*)+", re.IGNORECASE)
_BY_NAME = {rule.name: rule.code for rule in RULES.values()}


class IgnoreComment(Struct, frozen=True):
    """One comment. `codes` are the rules that it ignores; None: all of them."""

    span: Span
    codes: tuple[str, ...] | None


def ignores(text: str, within: Span) -> Iterator[IgnoreComment]:
    """What looks like an ignore comment in a part of a text. A list without an end ignores nothing."""
    for match in IGNORE.finditer(text, within.start, within.end):
        codes: tuple[str, ...] | None = None
        if match["list"] is not None:
            codes = tuple(each.strip() for each in match["codes"].split(",")) if match["end"] else ()
        yield IgnoreComment(Span(*match.span()), codes)


def list_findings(text: str, comment: Span) -> Iterator[Finding]:
    """What is wrong with the lists of one comment, in order of place."""
    for match in IGNORE.finditer(text, comment.start, comment.end):
        whole = _removal(text, comment, Span(*match.span()))
        if match["list"] is None:
            yield from _without_brackets(text, match, comment)
        elif not match["end"]:
            yield _endless(match, whole)
        elif not match["codes"].strip(" \t,"):
            message = "this list of rules is empty, and ignores nothing; name a rule, or remove the comment"
            yield Finding("VH401", Span(*match.span("list")), message, fixes=(whole,))
        else:
            yield from _unknown(match, whole)


def _without_brackets(text: str, match: re.Match[str], comment: Span) -> Iterator[Finding]:
    behind = _NO_LIST.match(text, match.end(), comment.end)
    if behind is not None:
        code, place = behind["code"].upper(), Span(*behind.span())
        fix = Fix(f"Change to ignore[{code}]", (TextEdit(place, f"[{code}]"),), preferred=code in RULES)
        message = f"this ignores every finding of the line, not {code} alone; write ignore[{code}]"
        yield Finding("VH401", Span(*behind.span("code")), message, fixes=(fix,))


def _endless(match: re.Match[str], whole: Fix) -> Finding:
    codes = _CODES_FIRST.match(match["codes"])
    end = match.start("codes") + (len(codes[0].rstrip(" \t,")) if codes is not None else 0)
    add = () if codes is None else (Fix("Add ]", (TextEdit(Span(end, end), "]"),), preferred=True),)
    message = "this list of rules has no end, and ignores nothing; add ]"
    return Finding("VH401", Span(*match.span("list")), message, fixes=(*add, whole))


def _unknown(match: re.Match[str], whole: Fix) -> Iterator[Finding]:
    """The items of a list that are no rules."""
    items = list(_items(match["codes"], match.start("codes")))
    for number, (item, place) in enumerate(items):
        if not item or item in RULES:
            continue
        meant = _meant(item)
        message = f"{item} is not a rule, and ignores nothing; {_advice(item, meant)}"
        change = Fix(f"Change to {meant}", (TextEdit(place, meant),), preferred=True)
        yield Finding(
            "VH401", place, message, fixes=(*((change,) if meant else ()), _without(items, number, whole))
        )


def _items(codes: str, start: int) -> Iterator[tuple[str, Span]]:
    for part in codes.split(","):
        item = part.strip()
        begin = start + len(part) - len(part.lstrip())
        yield item, Span(begin, begin + len(item))
        start += len(part) + 1


def _meant(item: str) -> str:
    """The rules that are clearly meant by an item, as they are written; empty when that is not clear."""
    whole = _rule(item)
    if whole:
        return whole
    words = [_rule(word) for word in item.split()]
    return ", ".join(words) if len(words) > 1 and all(words) else ""


def _rule(word: str) -> str:
    """The rule of `vh202`, `VH-202`, `202` or `out-of-date`, or the only one that is one character away."""
    code = _CODE.fullmatch(word)
    found = f"VH{code['number']}" if code is not None else _BY_NAME.get(word.lower(), "")
    if found in RULES:
        return found
    near = [rule for rule in RULES if _is_one_apart(word.upper(), rule)]
    return near[0] if len(near) == 1 else ""


def _is_one_apart(word: str, code: str) -> bool:
    """Whether one character more, less, or another one makes the code of the word."""
    same = next((n for n, pair in enumerate(zip(word, code, strict=False)) if pair[0] != pair[1]), len(code))
    return any(word[same + more :] == code[same + less :] for more, less in ((1, 1), (1, 0), (0, 1)))


def _advice(item: str, meant: str) -> str:
    if not meant:
        return "remove it, or name one of docs/rules.md"
    return f"write {meant}, with a comma between rules" if len(item.split()) > 1 else f"change it to {meant}"


def _without(items: list[tuple[str, Span]], number: int, whole: Fix) -> Fix:
    """The list without one of its items; the comment goes with the last one."""
    item, place = items[number]
    if sum(bool(each) for each, _ in items) == 1:
        return whole
    span = Span(place.start, items[number + 1][1].start) if number + 1 < len(items) else place
    if number and number + 1 == len(items):
        span = Span(items[number - 1][1].end, place.end)
    return Fix(f"Remove {item}", (TextEdit(span, ""),))


def _removal(text: str, comment: Span, match: Span) -> Fix:
    """The comment, with the blanks before it, and with its line when nothing else is on it."""
    start, end = match.start, match.end
    if not text[end : comment.end].strip():
        end = comment.end
        while start > 0 and text[start - 1] in " \t":
            start -= 1
        if start == line_start(text, start) and end == line_end(text, end):
            end = next_line(text, end)
    return Fix("Remove the comment", (TextEdit(Span(start, end), ""),))
