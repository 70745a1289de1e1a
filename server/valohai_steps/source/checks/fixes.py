"""Quick fixes: edits inside the user's Python, each ready to be applied as it is."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from valohai_steps.model.finding import Fix
from valohai_steps.model.step import PythonValue, Static
from valohai_steps.model.text import Span, TextEdit, line_end, line_start, newline_of, next_line
from valohai_steps.source.evaluation.literal_values import is_literal, read_literal
from valohai_steps.source.text.tokenizer.tokens import tokens
from valohai_steps.source.tree.binding import statement_of
from valohai_steps.source.tree.syntax import Node, Syntax, field

_INDENT = "    "


def nearest(name: str, known: Collection[str], former: Mapping[str, str] | None = None) -> str | None:
    """The known name that `name` most likely means."""
    from valohai_steps.model.near_names import close_name  # for a mistake alone

    meant = (former or {}).get(name)
    if meant is not None:
        return meant
    plain = _plain_names(tuple(known))
    close = close_name(spelling(name), plain)
    return None if close is None else plain[close]


def spelling(name: str) -> str:
    """A name without what people vary in it: `_` and `-`, capitals."""
    return name.replace("_", "-").lower()


@lru_cache(maxsize=8)
def _plain_names(known: tuple[str, ...]) -> Mapping[str, str]:
    return MappingProxyType({spelling(each): each for each in known})


def rename(span: Span, name: str, *, quoted: bool = False) -> Fix:
    """Replace a name with the nearest one."""
    text = quoted_text(name) if quoted else name
    return Fix(f"Rename to {name}", (TextEdit(span, text),), preferred=True)


def import_as(span: Span, name: str, kept: str) -> Fix:
    """Import the nearest name under the one that the file goes on to use."""
    return Fix(f"Import {name} as {kept}", (TextEdit(span, f"{name} as {kept}"),), preferred=True)


def add_keywords(places: Sequence[tuple[Span, str]]) -> Fix:
    """Name positional arguments, each at its place."""
    edits = tuple(TextEdit(Span(span.start, span.start), f"{name}=") for span, name in places)
    return Fix(f"Add {' and '.join(f'{name}=' for _, name in places)}", edits, preferred=True)


def inline(span: Span, text: str) -> Fix:
    """Write the value where the expression stands."""
    short = text if len(text) <= 40 else f"{text[:39]}…"
    return Fix(f"Inline the value {short}", (TextEdit(span, text),))


def quote(span: Span, text: str) -> Fix:
    """Make a text of what stands there."""
    return Fix(f"Write {quoted_text(text)}, in quotes", (TextEdit(span, quoted_text(text)),))


def replace_with(span: Span, text: str, title: str) -> Fix:
    """Replace what stands there."""
    return Fix(title, (TextEdit(span, text),))


def remove_entry(syntax: Syntax, span: Span, title: str) -> Fix:
    """Remove an entry with the comma and the blanks that belong to it."""
    text, start, end = syntax.text, span.start, span.end
    after = end + len(text[end:]) - len(text[end:].lstrip(" \t"))
    if text[after : after + 1] == ",":
        end = after + 1
        while text[end : end + 1] in (" ", "\t"):
            end += 1
        if line_end(text, end) == end < len(text) and not text[line_start(text, start) : start].strip():
            start, end = line_start(text, start), next_line(text, end)
    return Fix(title, (TextEdit(Span(start, end), ""),), preferred=True)


def add_entry(
    text: str, display: Span, name: str, value: str = "None", title: str | None = None
) -> Fix | None:
    """Add `"name": value` to a dict display; None when it is no display of braces."""
    if text[display.start : display.start + 1] != "{" or text[display.end - 1 : display.end] != "}":
        return None
    return Fix(title or f"Declare {name}", _appended(text, display, f"{quoted_text(name)}: {value}"))


def add_argument(text: str, arguments: Span, argument: str, title: str) -> Fix:
    """Add a keyword argument to a call, whose `arguments` stand with their brackets."""
    return Fix(title, _appended(text, arguments, argument))


def _appended(text: str, brackets: Span, new: str) -> tuple[TextEdit, ...]:
    """One more element behind the last in brackets, on a line of its own where the last has one."""
    start, end = brackets.start + 1, brackets.end - 1
    comments = [each for each in tokens(text, start, end) if each.kind == "comment"]
    behind = len(text[:end].rstrip())  # of the last element, its comma and its comments
    element = behind
    while comments and comments[-1].end >= element > start:
        element = max(start, len(text[: comments.pop().start].rstrip()))
    inside = text[start:element]
    has_comma = not inside.strip() or inside.endswith(",")
    line = text[line_start(text, element) : element]
    is_one_line = line_end(text, start) >= element
    if element == behind and is_one_line:
        blank = " " if inside.strip() else ""
        return (TextEdit(Span(element, element), f"{'' if has_comma else ','}{blank}{new}"),)
    indent = line[: len(line) - len(line.lstrip())] + (_INDENT if is_one_line else "")
    newline = newline_of(text[start:end])
    added = f"{newline}{indent}{new}"
    if element == behind or has_comma:
        return (TextEdit(Span(behind, behind), f"{'' if has_comma else ','}{added}"),)
    return TextEdit(Span(element, element), ","), TextEdit(Span(behind, behind), added)


def move_above(syntax: Syntax, definition: Node, use: Node) -> Fix | None:
    """Move an assignment of a plain value in front of the statement that uses it."""
    statement, target = statement_of(definition), statement_of(use)
    assignment = definition.parent
    value = None if assignment is None else field(assignment, "right")
    if value is None or statement.parent is None or target.parent is None:
        return None
    if statement.parent.id != target.parent.id or not is_literal(syntax.source(value)):
        return None
    text, span = syntax.text, syntax.span(statement)
    start, end = line_start(text, span.start), next_line(text, span.end)
    if text[start : span.start].strip() or text[span.end : end].strip():
        return None  # it shares its line with something else
    place = line_start(text, syntax.span(target).start)
    moved = text[start:end] if end > line_end(text, span.end) else f"{text[start:end]}{newline_of(text)}"
    edits = (TextEdit(Span(place, place), moved), TextEdit(Span(start, end), ""))
    return Fix(f"Move {syntax.source(definition)} above the call", edits, preferred=True)


def literal_text(syntax: Syntax, value: Static) -> str | None:
    """The value as a literal: as the user wrote it, else as Python writes it; None when there is none."""
    if value.origin is None and value.literal:
        source = syntax.text[value.span.start : value.span.end]
        # A dict that is changed below its display is no longer what stands there.
        if is_literal(source) and _same(read_literal(source), value.value):
            return source
    text = repr(value.value)
    return text if is_literal(text) and _same(read_literal(text), value.value) else None


@lru_cache(maxsize=256)  # several checks ask of one text, at every keystroke
def quoted_text(text: str) -> str:
    """A Python literal of a text, in double quotes where that needs no escapes."""
    plain = '"' not in text and "\\" not in text and text.isprintable()
    return f'"{text}"' if plain else repr(text)


def _same(one: PythonValue, other: PythonValue) -> bool:
    """Equal in type, value and order, all the way down: `True == 1`, but they are two defaults."""
    return repr(one) == repr(other)
