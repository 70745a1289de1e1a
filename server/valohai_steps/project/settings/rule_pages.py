"""The page of the rules, docs/rules.md: it ships inside the package, so that it is there offline."""

import re
from functools import cache
from pathlib import Path

from valohai_steps.model.rules import RULES
from valohai_steps.project.settings.settings import nearest

_PACKAGE = Path(__file__).parents[2]
# Codes are alike: only one that differs from the word in one place is meant.
_ONE_LETTER = 0.75


@cache
def _page() -> Path:
    """In an installed package the page lies beside the code, in a checkout in docs/."""
    inside = _PACKAGE / "rules.md"
    return inside if inside.exists() else _PACKAGE.parents[1] / "docs" / "rules.md"


@cache
def _sections() -> dict[str, tuple[int, str]]:
    """Line (from 1) and text of each rule's section."""
    text = _page().read_text("utf-8")
    starts = [(match[1], match.start()) for match in re.finditer(r"^## (VH\d+)\b.*$", text, re.MULTILINE)]
    ends = [*(start for _, start in starts), len(text)][1:]
    return {
        code: (text.count("\n", 0, start) + 1, text[start:end].strip())
        for (code, start), end in zip(starts, ends, strict=True)
    }


def rule_page(code: str) -> str | None:
    """The section on a rule, in Markdown."""
    section = _sections().get(code)
    return None if section is None else section[1]


@cache
def rule_url(code: str) -> str | None:
    """Where an editor opens the section: a file URI with the line, which VS Code understands."""
    section = _sections().get(code)
    return None if section is None else f"{_page().as_uri()}#L{section[0]}"


def code_of(word: str) -> str | None:
    """The code that a person means by a code or a name, in any case; None when there is no such rule."""
    by_name = {rule.name: rule.code for rule in RULES.values()}
    code = by_name.get(word.lower(), word.upper())
    return code if code in RULES else None


def unknown_rule(word: str, otherwise: str) -> str:
    """What is said of a word that is no rule: the nearest one, or what to do `otherwise`."""
    names = tuple(rule.name for rule in RULES.values())
    near = nearest(word.upper(), tuple(RULES), _ONE_LETTER) or nearest(word.lower(), names)
    hint = near or f"; {otherwise}"
    return f"no rule {word!r}{hint}"
