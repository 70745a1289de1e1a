"""`# valohai: ignore[VH103]`: findings that a comment on their line switches off."""

import re
from collections.abc import Iterable, Iterator

from valohai_steps.model.finding import Finding
from valohai_steps.model.text import Span

_IGNORE = re.compile(r"#[ \t]*valohai:[ \t]*ignore(?:\[([^\]\n]*)\])?")


def not_ignored(text: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings that no comment switches off; without codes in brackets a comment switches all off.

    The comment stands on the first or the last line of what the finding marks.
    """
    for finding in findings:
        if not any(_covers(line, finding.code) for line in _lines(text, finding.span)):
            yield finding


def _lines(text: str, span: Span) -> Iterator[str]:
    for offset in {span.start, span.end}:
        end = text.find("\n", offset)
        yield text[text.rfind("\n", 0, offset) + 1 : end if end >= 0 else len(text)]


def _covers(line: str, code: str) -> bool:
    for match in _IGNORE.finditer(line):
        codes = match[1]
        if codes is None or code in (each.strip() for each in codes.split(",")):
            return True
    return False
