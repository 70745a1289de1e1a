"""A rule switched off in a pyproject.toml: one line more, every other byte as it was."""

import re

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span, TextEdit, apply_edits, newline_of
from valohai_steps.project.settings.settings import read_pyproject

_TABLE = pattern(r"^\[tool\.valohai-steps\][ \t]*(?:#[^\n]*)?(?:\r?\n|\Z)", re.MULTILINE)
_RULES_TABLE = pattern(r"^\[tool\.valohai-steps\.rules\][ \t]*(?:#[^\n]*)?(?:\r?\n|\Z)", re.MULTILINE)
_INLINE = pattern(r"^rules[ \t]*=[ \t]*\{(?P<space>[ \t]*)(?P<first>[^}\s])?", re.MULTILINE)
_NEXT_TABLE = pattern(r"^\[", re.MULTILINE)


def switch_off(text: str, code: str) -> TextEdit | None:
    """The edit that sets a rule to "off"; None where it has a setting already, or it is unclear where.

    Proven: read again, the rule is off and no other setting is another.
    """
    edit = _edit(text, code)
    before, problems = read_pyproject(text)
    after, more = read_pyproject(apply_edits(text, [edit]))
    expected = {**before.rules, code: None}
    same = all(
        getattr(before, name) == getattr(after, name) for name in before.__struct_fields__ if name != "rules"
    )
    return (
        edit if same and problems == more and after.rules == expected and code not in before.rules else None
    )


def _edit(text: str, code: str) -> TextEdit:
    newline = newline_of(text)
    rules = _RULES_TABLE.search(text)
    if rules is not None:
        return _line(text, rules.end(), f'{code} = "off"', newline)
    table = _TABLE.search(text)
    if table is None:
        gap = "" if not text else newline if text.endswith(("\n", "\r")) else newline * 2
        body = f'[tool.valohai-steps]{newline}rules = {{ {code} = "off" }}{newline}'
        return TextEdit(Span(len(text), len(text)), f"{gap}{body}")
    end = _NEXT_TABLE.search(text, table.end())
    inline = _INLINE.search(text, table.end(), end.start() if end else len(text))
    if inline is None:
        return _line(text, table.end(), f'rules = {{ {code} = "off" }}', newline)
    comma = ", " if inline["first"] else " "
    start = inline.end("space")
    lead = "" if inline["space"] else " "
    return TextEdit(Span(start, start), f'{lead}{code} = "off"{comma}')


def _line(text: str, place: int, line: str, newline: str) -> TextEdit:
    lead = "" if text.endswith("\n", 0, place) else newline
    return TextEdit(Span(place, place), f"{lead}{line}{newline}")
