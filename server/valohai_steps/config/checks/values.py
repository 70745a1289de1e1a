"""What a default or a choice of a parameter is to Valohai, which casts it to the parameter's type."""

import re

from valohai_steps.config.lint.page import Page, in_quotes, replaced
from valohai_steps.config.tree.line import line_start
from valohai_steps.config.tree.node import Node
from valohai_steps.model.finding import Finding, Fix
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span, TextEdit

_EXPONENT = pattern(r"([-+]?\d+)(\.?)((?:(?<=\.)\d+)?)[eE]([-+]?\d+)")
_PLAIN_NUMBER = pattern(r"[-+]?(?:0|[1-9]\d*)(?:\.\d*[1-9]|\.0)?|[-+]?\.\d*[1-9]")
_WORDS = frozenset({"true", "false", "True", "False", "TRUE", "FALSE"})


def number_of(node: Node, kind: str) -> float | None:
    """The number that a value is for an integer or float parameter; None when it is none.

    As `valohai_yaml.objs.parameter` casts: `int(str(value), 10)`, `float(str(value))`.
    """
    value = node.value
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return int(str(value), 10) if kind == "integer" else float(str(value))
    except ValueError:
        return None


def value_finding(page: Page, node: Node, kind: str, *, stated: bool, choice: bool = False) -> Finding | None:
    """What is wrong with one default or choice for the type `kind`; `stated`: the type is written there."""
    what = "choice" if choice else "default"
    if kind == "flag":
        return None if choice else _flag(page, node)
    if kind == "string":
        return _string(page, node, what, stated=stated)
    changed = _changed(page, node)
    written = page.written(node)
    if number_of(node, kind) is None:
        if changed and isinstance(node.value, (int, float)):
            return _by_yaml(page, node)
        article = "an integer" if kind == "integer" else "a float"
        return Finding("VH305", node.span, f"the {what} {written} is not {article}; change it or the type")
    if isinstance(node.value, (int, float)) and (":" in written or re.match(r"[-+]?0[0-7_]+\Z", written)):
        return _by_yaml(page, node)
    exponent = _EXPONENT.fullmatch(written) if isinstance(node.value, str) and not node.style else None
    if exponent is not None and kind == "float":
        right = _with_point(exponent)
        message = f"YAML reads {written} as a string, because it has no point or sign; write {right}"
        return Finding("VH309", node.span, message, fixes=replaced(f"Write {right}", node.span, right))
    return None


def _with_point(found: re.Match[str]) -> str:
    sign = found[4] if found[4][0] in "+-" else f"+{found[4]}"
    return f"{found[1]}.{found[3] or '0'}e{sign}"


def _flag(page: Page, node: Node) -> Finding | None:
    if isinstance(node.value, bool) or node.value is None:
        return None
    written = page.written(node)
    if isinstance(node.value, str) and node.style and node.value in ("true", "false"):
        message = f"the default of a flag is true or false, and {written} is a string; remove the quotes"
        fixes = replaced(f"Remove the quotes: {node.value}", node.span, node.value)
        return Finding("VH305", node.span, message, fixes=fixes)
    return Finding("VH305", node.span, f"the default of a flag is true or false, not {written}")


def _string(page: Page, node: Node, what: str, *, stated: bool) -> Finding | None:
    if node.value is None or isinstance(node.value, str):
        return None
    if _changed(page, node):
        return _by_yaml(page, node)
    if what == "choice" or node.alias is not None:
        return None
    written, kind = page.written(node), type_of(node)
    if stated:
        message = f"the default {written} is not a string, but the type is string; put it in quotes"
        return Finding("VH309", node.span, message, fixes=in_quotes(page, node))
    message = f"without a type this is a string, and {written} is not one; add type: {kind}"
    return Finding("VH309", node.span, message)


def type_of(node: Node) -> str:
    """The type that a value tells."""
    if isinstance(node.value, bool):
        return "flag"
    return "integer" if isinstance(node.value, int) else "float"


def type_above(page: Page, entry_start: int, kind: str, *, flow: bool) -> tuple[Fix, ...]:
    """`type: ...` in front of the key that starts at an offset."""
    start = line_start(page.text, entry_start)
    text = f"type: {kind}, " if flow else f"type: {kind}{page.newline}{' ' * (entry_start - start)}"
    return (Fix(f"Add type: {kind}", (TextEdit(Span(entry_start, entry_start), text),), preferred=True),)


def _by_yaml(page: Page, node: Node) -> Finding:
    value = node.value
    read = str(value).lower() if isinstance(value, bool) else str(value)
    if not isinstance(value, (bool, int, float)):
        read = "a date"
    message = f"YAML reads {page.written(node)} as {read}; put it in quotes"
    return Finding("VH308", node.span, message, fixes=in_quotes(page, node))


def _changed(page: Page, node: Node) -> bool:
    """Whether YAML 1.1 makes something else of a plain value than what is written."""
    if node.style or node.alias is not None or node.value is None or isinstance(node.value, str):
        return False
    written = page.text[node.start : node.end]
    if isinstance(node.value, bool):
        return written not in _WORDS
    if isinstance(node.value, (int, float)):
        return not _PLAIN_NUMBER.fullmatch(written)
    return True
