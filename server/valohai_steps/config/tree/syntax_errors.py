"""What a YAML parser complains about, in plain sentences, at the place to change."""

from yaml.error import Mark, MarkedYAMLError, YAMLError

from valohai_steps.config.tree.line import DASH_ALONE, starts_line
from valohai_steps.config.tree.line_places import (
    first_word,
    holds_value,
    indent,
    item_column,
    item_indents,
    key_column,
    line_above,
    rest_of_line,
    starts_item,
)
from valohai_steps.model.finding import Finding, Fix
from valohai_steps.model.patterns import pattern
from valohai_steps.model.schema.parameters import INPUT, PARAMETER
from valohai_steps.model.schema.sections import SECTIONS
from valohai_steps.model.text import LineIndex, Span, TextEdit

_TAB_INDENT = pattern(r" *\t[ \t]*")
# `-x`, which is no item of a list; `---` parts documents.
# `key: value`, the value plain: what may follow as a comment is cut off afterwards.
_KEY_AND_VALUE = pattern(r"[ -]*[^\s:#'\"\[{-][^:\n]*:[ \t]+([^\s'\"\[{|>&*!#][^\r\n]*)")
# `key value` or `key:value`, whose `: ` is missing.
_KEY_ALONE = pattern(r"([A-Za-z][\w-]*)(?: +|:)([^\s:#/][^\r\n]*)")
# A plain value within brackets on both sides of its first `?`.
_BEFORE_QUESTION = pattern(r"[^\s,\[\]{}:'\"](?:[^\s,\[\]{}'\"]| (?! ))*\Z")
_BEHIND_QUESTION = pattern(r"[^,\[\]{}\n'\"]+")


def syntax_finding(text: str, error: YAMLError, shift: int = 0) -> Finding:
    """The finding (VH301) for what a parser raised; marks are `shift` code points short."""
    if not isinstance(error, MarkedYAMLError):
        return Finding("VH301", Span(0, 0), f"this is not valid YAML: {error}")
    lines = LineIndex(text)
    problem = _offset(error.problem_mark or error.context_mark, shift, len(text))
    context = None if error.context_mark is None else _offset(error.context_mark, shift, len(text))
    line, _ = lines.position(problem, "utf-32")
    value = _key_without_colon(lines, error, line) or _value_with_colon(lines, error, line)
    if value is not None:
        return value
    found = _tab_behind(lines, problem) or _question_mark(lines, error, problem)
    if found is not None:
        return found
    span, sentence = (
        _tab(lines, line)
        or _unclosed(lines, error, context)
        or _indentation(lines, error, problem, context)
        or _character(lines, error, problem)
        or _block_header(lines, error, problem)
        or (rest_of_line(lines, problem), f"YAML cannot go on here: {error.problem or error.context}")
    )
    return Finding("VH301", span, sentence)


def _offset(mark: Mark | None, shift: int, length: int) -> int:
    return 0 if mark is None else min(mark.index + shift, length)


def _tab(lines: LineIndex, line: int) -> tuple[Span, str] | None:
    # The parser stops at a tab, or at the first line that no longer fits what the tab hid.
    for candidate in (line, line - 1):
        found = _TAB_INDENT.match(lines.text, lines.line_start(candidate)) if candidate >= 0 else None
        if found is not None:
            message = f"line {candidate + 1} is indented with a tab, and YAML takes only spaces; use spaces"
            return Span(*found.span()), message
    return None


def _tab_behind(lines: LineIndex, problem: int) -> Finding | None:
    """Tabs behind a key, a value or a `-`: YAML allows them, the reader that Valohai uses does not."""
    text = lines.text
    if text[problem : problem + 1] != "\t" or starts_line(text, problem):
        return None
    end = problem
    while text[end : end + 1] in ("\t", " "):
        end += 1
    span = Span(problem, end)
    if end == len(text) or text[end] in "\r\n":
        message, title, new = (
            "Valohai cannot read a tab at the end of a line; remove it",
            "Remove the tab",
            "",
        )
    else:
        message, title, new = (
            "Valohai cannot read a tab here; write a space",
            "Change the tab to a space",
            " ",
        )
    return Finding("VH301", span, message, fixes=(Fix(title, (TextEdit(span, new),), preferred=True),))


def _question_mark(lines: LineIndex, error: MarkedYAMLError, problem: int) -> Finding | None:
    """A plain value within brackets with a `?` in it, such as an address."""
    found = _BEFORE_QUESTION.search(
        lines.text, lines.line_start(lines.position(problem, "utf-32")[0]), problem
    )
    if "but got '?'" not in str(error.problem) or found is None:
        return None
    behind = _BEHIND_QUESTION.match(lines.text, problem)
    value = found[0] + (behind[0] if behind is not None else "?").rstrip()
    span = Span(found.start(), found.start() + len(value))
    fix = Fix(f"Put {value} in quotes", (TextEdit(span, f'"{value}"'),), preferred=True)
    message = "Valohai cannot read a `?` in a value within brackets; put the value in quotes"
    return Finding("VH301", span, message, fixes=(fix,))


def _unclosed(lines: LineIndex, error: MarkedYAMLError, context: int | None) -> tuple[Span, str] | None:
    if context is None or error.context is None:
        return None
    number = lines.position(context, "utf-32")[0] + 1
    if "quoted scalar" in error.context:
        reason = str(error.problem)
        if "escape" in reason or "hexadecimal" in reason:
            return None
        inside = "double it inside" if lines.text[context] == "'" else 'write one inside as \\"'
        message = f"the quote that opens on line {number} is never closed; close it, or {inside}"
        return rest_of_line(lines, context), message
    if "flow" in error.context:
        bracket = lines.text[context : context + 1]
        closing = {"[": "]", "{": "}"}.get(bracket)
        if closing is not None:
            message = (
                f"missing `{closing}` for the `{bracket}` on line {number}, or a comma between two values"
            )
            return Span(context, context + 1), message
    return None


def _indentation(
    lines: LineIndex, error: MarkedYAMLError, problem: int, context: int | None
) -> tuple[Span, str] | None:
    reason = str(error.problem)
    line, _ = lines.position(problem, "utf-32")
    span = rest_of_line(lines, problem)
    if "mapping values are not allowed" in reason:
        alone = _dash_alone(lines, (line - 1,)) if line else None
        return alone or (span, _indented_too_far(lines, line) or _looks_like_a_key(line))
    if "sequence entries are not allowed" in reason:
        return span, f"a list cannot start here; put the `-` of line {line + 1} on a line of its own"
    if "could not find expected ':'" in reason:
        start = first_word(lines, lines.position(context, "utf-32")[0] if context is not None else line)
        return rest_of_line(lines, start), (
            f"line {lines.position(start, 'utf-32')[0] + 1}: expected `: ` after the key; "
            "add it, or indent the line if it continues the text above"
        )
    expects_item = "'-' indicator" in reason or "block collection" in str(error.context)
    expects_key = "did not find expected key" in reason or "block mapping" in str(error.context)
    if context is None or not (expects_item or expects_key):
        return None
    opened = lines.position(context, "utf-32")
    return (
        _behind_quote(lines, problem)
        or _dash_alone(lines, (line, opened[0]))
        or (span, _misfit(lines, line, opened, is_list=expects_item))
    )


def _behind_quote(lines: LineIndex, problem: int) -> tuple[Span, str] | None:
    """What follows a value in quotes, which a quote inside has closed."""
    span, quote = rest_of_line(lines, problem), lines.text[:problem].rstrip(" ")[-1:]
    if not quote or quote not in "'\"" or not lines.text[span.start : span.end].strip():
        return None
    inside = "double it" if quote == "'" else 'write it as \\"'
    message = f"the value ends at the quote before this; where that quote is part of the value, {inside}"
    return span, message


def _dash_alone(lines: LineIndex, candidates: tuple[int, ...]) -> tuple[Span, str] | None:
    """`-x: 1` among the items of a list, whose `-` has no space behind it."""
    for line in candidates:
        start, end = lines.line_start(line) + indent(lines, line), lines.line_end(line)
        if DASH_ALONE.match(lines.text, start, end):
            message = f"the `-` on line {line + 1} has no space behind it; write `- ` for an item"
            return Span(start, end), message
    return None


def _indented_too_far(lines: LineIndex, line: int) -> str | None:
    own, above = key_column(lines, line), line_above(lines, line)
    if above is None or own <= key_column(lines, above) or not holds_value(lines, above):
        return None
    return (
        f"line {line + 1} is indented further than line {above + 1}, which already has a value; "
        f"begin it with {key_column(lines, above)} spaces"
    )


def _looks_like_a_key(line: int) -> str:
    return (
        f"the value on line {line + 1} contains `: ` and so looks like another key; put the value in quotes"
    )


def _key_without_colon(lines: LineIndex, error: MarkedYAMLError, line: int) -> Finding | None:
    """`name train` or `name:train` above the key that the parser stops at, with the fix."""
    above = line_above(lines, line) if "mapping values are not allowed" in str(error.problem) else None
    if above is None or key_column(lines, above) != key_column(lines, line):
        return None
    start = lines.line_start(above) + key_column(lines, above)
    found = _KEY_ALONE.match(lines.text, start, lines.line_end(above))
    known = (PARAMETER, INPUT, *SECTIONS.values())  # a line of a longer value begins with another word
    if found is None or not any(found[1] in shape.keys for shape in known):
        return None
    value = found[2].split(" #", 1)[0].rstrip()
    if ": " in value:
        return None
    span, fixed = Span(start, found.start(2) + len(value)), f"{found[1]}: {value}"
    message = f"line {above + 1} has no `: ` between key and value; write {fixed}"
    fix = Fix(f"Change to {fixed}", (TextEdit(Span(found.end(1), found.start(2)), ": "),), preferred=True)
    return Finding("VH301", span, message, fixes=(fix,))


def _value_with_colon(lines: LineIndex, error: MarkedYAMLError, line: int) -> Finding | None:
    """A plain value with `: ` in it, all of it, with the fix that puts it in quotes."""
    if "mapping values are not allowed" not in str(error.problem) or _indented_too_far(lines, line):
        return None
    start, end = lines.line_start(line), lines.line_end(line)
    found = _KEY_AND_VALUE.match(lines.text, start, end)
    if found is None:
        return None
    value = found[1].split(" #", 1)[0].rstrip()
    span = Span(found.start(1), found.start(1) + len(value))
    quote = "'" if '"' in value or "\\" in value else '"'
    written = value.replace("'", "''") if quote == "'" else value
    fix = Fix(f"Put {value} in quotes", (TextEdit(span, f"{quote}{written}{quote}"),), preferred=True)
    return Finding("VH301", span, _looks_like_a_key(line), fixes=(fix,))


def _misfit(lines: LineIndex, line: int, opened: tuple[int, int], *, is_list: bool) -> str:
    own, above = indent(lines, line), line_above(lines, line)
    what = "list" if is_list else "mapping"
    if own == opened[1] and is_list:
        column = item_column(lines, line, own)
        inside = f", or begin it with {column} spaces to go on with the item above" if column else ""
        return f"line {line + 1} is beside the items of a list, but is not one; start it with `- `{inside}"
    if own == opened[1] and starts_item(lines, line):
        column = next((each for each in item_indents(lines, line) if each < own), 0)
        begin = f"with {column} spaces" if column else "in the first column"
        return (
            f"line {line + 1} is an item of a list in the mapping that starts on line {opened[0] + 1}; "
            f"begin it {begin}, as the items it belongs to"
        )
    if own == opened[1]:
        return (
            f"line {line + 1} is in the mapping that starts on line {opened[0] + 1}, but is not a key; "
            "give it a `: `"
        )
    near = "" if above is None else f" (line {above + 1} above it: {indent(lines, above)})"
    return (
        f"line {line + 1} is indented by {own}, which fits no line above: the {what} that starts on line "
        f"{opened[0] + 1} is indented by {opened[1]}{near}; align it with what it belongs to"
    )


def _character(lines: LineIndex, error: MarkedYAMLError, problem: int) -> tuple[Span, str] | None:
    if "cannot start any token" not in str(error.problem):
        return None
    character = lines.text[problem : problem + 1]
    name = {"\t": "a tab", "`": "a backquote"}.get(character, f"`{character}`")
    return Span(problem, problem + 1), f"a value cannot start with {name}; put the value in quotes"


def _block_header(lines: LineIndex, error: MarkedYAMLError, problem: int) -> tuple[Span, str] | None:
    if "chomping or indentation indicators" not in str(error.problem):
        return None
    message = "nothing but a comment can follow `|` or `>` on its line, a space before its `#`; move it"
    return rest_of_line(lines, problem), message
