"""Proof that a piece of text is complete Python: tree-sitter mends what is not; `ast` does not."""

import ast
import re
import textwrap
import warnings
from functools import lru_cache

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import LineIndex
from valohai_steps.source.tree.binding import statement_of
from valohai_steps.source.tree.nodes import descendants
from valohai_steps.source.tree.syntax import Node, Syntax, ancestors

_COMPOUND = frozenset(
    (
        "if_statement",
        "for_statement",
        "while_statement",
        "with_statement",
        "try_statement",
        "match_statement",
        "function_definition",
        "class_definition",
        "decorated_definition",
    )
)
# What may follow a statement on its line.
_AFTER = pattern(r"[ \t\f]*(?:[;#\r\n]|\\\r?\n|\Z)")
# A line that a version control system puts around two versions of a text.
CONFLICT = pattern(r"^(?:<{7}|={7}|>{7}|\|{7})(?: .*)?\r?$", re.MULTILINE)


def is_proven(syntax: Syntax, node: Node) -> bool:
    """Whether an expression, and the statement it stands in, are complete Python, each cut out of the text.

    Where the host's Python is too old for the syntax of a string (PEP 701, 750), its place is tried.
    """
    if node.has_error:
        return False
    whole = statement_of(node)
    if whole.type == "ERROR" or whole.parent is None or whole.parent.type == "ERROR":
        return False
    start, end = _extent(whole, node)
    if any(part.start_byte < end and part.end_byte > start for part in mended(whole)):
        return False
    if whole.type in _COMPOUND:
        return _parses(syntax, node.start_byte, node.end_byte, "({}\n)", node) and _header_parses(
            syntax, whole, node, start, end
        )
    return _stands_alone(syntax, start, end) and _parses(syntax, start, end, "{}", whole)


def is_whole(syntax: Syntax) -> bool:
    """Whether all of a text is complete Python."""
    root = syntax.root
    return not syntax.is_broken and _parses(syntax, 0, root.end_byte, "{}", root)


def syntax_error(text: str) -> int | None:
    """Where the Python that runs this sees the first error of a text, in code points; None: there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as error:
        start = LineIndex(text).line_start(max((error.lineno or 1) - 1, 0))
        return min(start + max((error.offset or 1) - 1, 0), max(len(text) - 1, 0))
    except (ValueError, MemoryError, RecursionError):  # a null, or what only a machine writes
        return 0
    return None


def _stands_alone(syntax: Syntax, start: int, end: int) -> bool:
    """Whether nothing but another statement, or a comment, shares the lines of a simple statement.

    tree-sitter takes `f(a)b` for two statements.
    """
    offset = syntax.to_offset(start)
    before = syntax.text[syntax.text.rfind("\n", 0, offset) + 1 : offset].strip(" \t\f\r\ufeff")
    if before and not before.endswith((";", ":")):
        return False
    return _AFTER.match(syntax.text, syntax.to_offset(end)) is not None


def stands_in_conflict(syntax: Syntax, node: Node) -> bool:
    """Whether a node is inside an unresolved merge conflict."""
    if "<<<<<<<" not in syntax.text:
        return False
    offset, inside = syntax.to_offset(node.start_byte), False
    for match in CONFLICT.finditer(syntax.text):
        if match.start() > offset:
            break
        inside = not match[0].startswith(">")
    return inside


def _extent(whole: Node, node: Node) -> tuple[int, int]:
    """The bytes of the statement; of a compound one only its header, or the decorator that holds the node."""
    if whole.type not in _COMPOUND:
        return whole.start_byte, whole.end_byte
    for parent in ancestors(node):
        block = next((part for part in parent.children if part.type == "block"), None)
        if parent.type == "decorator":
            return parent.start_byte, parent.end_byte
        if block is not None and parent.start_byte <= node.start_byte < block.start_byte:
            return parent.start_byte, block.start_byte
        if parent.id == whole.id:
            break
    return node.start_byte, node.end_byte


def mended(node: Node) -> list[Node]:
    """The places that tree-sitter mended inside a node, in order."""
    return [each for each in descendants(node, _broken_children) if each.is_error or each.is_missing]


def _broken_children(node: Node) -> list[Node]:
    return node.children if node.has_error and not node.is_error else []


def _header_parses(syntax: Syntax, whole: Node, node: Node, start: int, end: int) -> bool:
    if (start, end) == (node.start_byte, node.end_byte):
        return True
    text = syntax.text[syntax.to_offset(start) : syntax.to_offset(end)].strip()
    if text.startswith("@"):
        form = "{}\ndef f(): pass"
    elif text.startswith("elif"):
        form, start = "{} pass", start + 2
    elif text.startswith(("if", "for", "while", "with", "def", "class", "async")):
        form = "{} pass"
    else:  # `case`, `except`: no statement by themselves; the expression's own proof has to do
        return True
    return _parses(syntax, start, end, form, whole)


def _parses(syntax: Syntax, start: int, end: int, form: str, node: Node) -> bool:
    text = syntax.text[syntax.to_offset(start) : syntax.to_offset(end)]
    if _is_python(form.format(text.strip()) if form == "{} pass" else form.replace("{}", text)):
        return True
    plain = _without_formats(syntax, start, end, node)
    return plain is not None and _is_python(form.replace("{}", plain.strip()))


def _without_formats(syntax: Syntax, start: int, end: int, node: Node) -> str | None:
    """The text with a plain string in the place of every f-string and t-string; None when there is none."""
    pieces: list[str] = []
    place = start
    for string in _formats(node):
        if string.start_byte >= place and string.end_byte <= end:
            pieces += (syntax.text[syntax.to_offset(place) : syntax.to_offset(string.start_byte)], "''")
            place = string.end_byte
    pieces.append(syntax.text[syntax.to_offset(place) : syntax.to_offset(end)])
    return "".join(pieces) if len(pieces) > 1 else None


def _formats(node: Node) -> list[Node]:
    """The outermost f-strings and t-strings in a node, in order."""
    strings = descendants(node, lambda each: () if each.type == "string" else each.named_children)
    return [
        each
        for each in strings
        if each.type == "string" and any(child.type == "interpolation" for child in each.children)
    ]


@lru_cache(maxsize=256)  # between two keystrokes all statements but one are the same
def _is_python(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `"\d"` warns, and is Python all the same
            ast.parse(textwrap.dedent(text) if text[:1].isspace() else text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True
