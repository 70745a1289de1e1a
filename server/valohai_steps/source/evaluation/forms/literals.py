"""Literals: numbers and strings by their source text, f-strings over known values."""

from valohai_steps.model.step import Cause, PythonValue, Static, Unknown
from valohai_steps.source.evaluation.evaluator import Evaluator, known, not_static, unknown
from valohai_steps.source.evaluation.literal_values import read_literal
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.syntax import Node, field

_MOST_BITS = 4096


def literal(evaluator: Evaluator, node: Node) -> Evaluated:
    """The value of a number or a constant."""
    try:
        value = read_literal(evaluator.syntax.source(node))
    except ValueError:
        return unknown(evaluator, node, Cause.NO_LITERAL)
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return unknown(evaluator, node, Cause.LARGE_NUMBER)
    return known(evaluator, node, value)


def string(evaluator: Evaluator, node: Node) -> Evaluated:
    """The value of a string: of its parts, when it is concatenated, formatted when it is an f-string."""
    strings = node.named_children if node.type == "concatenated_string" else [node]
    values: list[PythonValue] = []
    is_literal = True
    for each in strings:
        if each.type == "comment":
            continue
        found = _one_string(evaluator, each)
        if isinstance(found.value, Unknown):
            return Evaluated(found.value)
        is_literal = is_literal and found.value.literal
        values.append(found.value.value)
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) == len(values):
        return known(evaluator, node, "".join(texts), literal=is_literal)
    data = [value for value in values if isinstance(value, bytes)]
    if len(data) == len(values):
        return known(evaluator, node, b"".join(data))
    return unknown(evaluator, node, Cause.STRINGS_AND_BYTES)


def _one_string(evaluator: Evaluator, node: Node) -> Evaluated:
    opening = evaluator.syntax.source(node.children[0]) if node.children else ""
    prefix = opening.rstrip("'\"").lower()
    if "t" in prefix:
        return unknown(evaluator, node, Cause.TEMPLATE_STRING)
    try:
        if "f" not in prefix:
            return known(evaluator, node, read_literal(evaluator.syntax.source(node)))
        return _formatted(evaluator, node, opening)
    except ValueError:
        return unknown(evaluator, node, Cause.NOT_FORMATTED)


def _formatted(evaluator: Evaluator, node: Node, opening: str) -> Evaluated:
    """An f-string. Raises ValueError when a value is formatted in a way that is not done here."""
    interpolations = [child for child in node.children if child.type == "interpolation"]
    pieces: list[str] = []
    place = node.children[0].end_byte
    for part in interpolations:
        pieces.append(_text_between(evaluator, opening, place, part.start_byte))
        filled = _filled(evaluator, part)
        if isinstance(filled, Evaluated):
            return filled
        pieces.append(filled)
        place = part.end_byte
    pieces.append(_text_between(evaluator, opening, place, node.children[-1].start_byte))
    return known(evaluator, node, "".join(pieces), literal=not interpolations)


def _text_between(evaluator: Evaluator, opening: str, start: int, end: int) -> str:
    """The literal text of an f-string between two places."""
    syntax = evaluator.syntax
    source = syntax.text[syntax.to_offset(start) : syntax.to_offset(end)]
    quote = opening.lstrip("fFrR")
    raw = "r" if "r" in opening[: len(opening) - len(quote)].lower() else ""
    text = source.replace("{{", "{").replace("}}", "}")
    if text.endswith("\\") and not text.endswith("\\\\"):
        raise ValueError("a lone backslash in front of a brace")
    value = read_literal(f"{raw}{quote}{text}{quote}") if text else ""
    if not isinstance(value, str):
        raise ValueError("not a text")  # noqa: TRY004  # the contract here is ValueError
    return value


def _filled(evaluator: Evaluator, part: Node) -> str | Evaluated:
    """The text of `{value!r:spec}`. Raises ValueError when it is not done here."""
    expression = field(part, "expression")
    if expression is None:
        return not_static(evaluator, part)
    found = evaluator.found(expression)
    if isinstance(found.value, Unknown):
        return Evaluated(found.value)
    if any(child.type == "=" for child in part.children):
        raise ValueError("a self-documenting field")
    conversion = field(part, "type_conversion")
    spec = next((child for child in part.children if child.type == "format_specifier"), None)
    letter = "" if conversion is None else evaluator.syntax.source(conversion).lstrip("!").strip()
    if letter not in ("", "r", "s", "a"):
        raise ValueError(letter)
    wanted = "" if spec is None else _spec(evaluator, spec)
    return wanted if isinstance(wanted, Evaluated) else _formatted_value(found.value.value, letter, wanted)


def _spec(evaluator: Evaluator, spec: Node) -> str | Evaluated:
    """A format spec; `{width}` in it is filled in."""
    syntax, place = evaluator.syntax, spec.start_byte
    pieces: list[str] = []
    for part in spec.named_children:
        pieces.append(syntax.text[syntax.to_offset(place) : syntax.to_offset(part.start_byte)])
        expression = field(part, "expression")
        found = not_static(evaluator, part) if expression is None else evaluator.found(expression)
        if isinstance(found.value, Unknown):
            return Evaluated(found.value)
        if part.type not in ("format_expression", "interpolation") or part.named_child_count != 1:
            raise ValueError("a nested field with a conversion of its own")
        pieces.append(_formatted_value(found.value.value, "", ""))
        place = part.end_byte
    pieces.append(syntax.text[syntax.to_offset(place) : syntax.to_offset(spec.end_byte)])
    return "".join(pieces).removeprefix(":")


def _formatted_value(value: PythonValue, conversion: str, spec: str) -> str:
    from valohai_steps.source.evaluation.forms.strings import format_value

    return format_value(value, conversion, spec)


def is_text(found: Evaluated) -> bool:
    """Whether a known text was found."""
    return isinstance(found.value, Static) and isinstance(found.value.value, str)
