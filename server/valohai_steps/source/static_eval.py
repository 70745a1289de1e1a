"""Static evaluation: the value of an expression without running it, or the smallest part to blame."""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from valohai_steps.model.finding import Related
from valohai_steps.model.step import PythonValue, Static, Unknown, Value
from valohai_steps.model.text import Span
from valohai_steps.source.scope import Binding, Kind, bindings_of, changes_of
from valohai_steps.source.syntax import Node, Syntax

# Deeper nesting, longer texts and larger numbers than these are no defaults of a step.
_DEEPEST = 100
_LONGEST_TEXT = 100_000
_LARGEST_NUMBER = 10**100

_OPERATORS: Mapping[str, Callable[[object, object], PythonValue]] = MappingProxyType(
    {
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "/": operator.truediv,
        "//": operator.floordiv,
        "%": operator.mod,
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a dict: `span` runs from the key to the end of the value."""

    key: Value
    value: Value
    node: Node
    span: Span


@dataclass(frozen=True, slots=True)
class Display:
    """A dict as it is written. `span` is the display itself, None when entries come from several."""

    entries: tuple[Entry, ...]
    span: Span | None


class Evaluation:
    """Evaluates the expressions of one text."""

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax

    def value(self, node: Node, depth: int = 0) -> Value:
        """The value of an expression. Never raises."""
        if depth > _DEEPEST:
            return self._unknown(node, "this is nested too deeply to be read")
        match node.type:
            case "parenthesized_expression":
                inner = [child for child in node.named_children if child.type != "comment"]
                return self.value(inner[0], depth + 1) if len(inner) == 1 else self._not_static(node)
            case "string" | "concatenated_string" | "integer" | "float" | "true" | "false" | "none":
                return self._literal(node)
            case "unary_operator":
                return self._unary(node, depth)
            case "list" | "tuple" | "set":
                return self._container(node, depth)
            case "dictionary":
                return self._dict_value(node, depth)
            case "identifier":
                return self._name(node, depth)
            case "binary_operator":
                return self._binary(node, depth)
            case "call" if self._is_dict_call(node):
                return self._dict_value(node, depth)
            case _:
                return self._not_static(node)

    def display(self, node: Node, depth: int = 0) -> Display | Unknown:
        """A dict expression entry by entry; Unknown when it is none, with the place to blame."""
        if depth > _DEEPEST:
            return self._unknown(node, "this is nested too deeply to be read")
        if node.type == "parenthesized_expression" and node.named_children:
            return self.display(node.named_children[0], depth + 1)
        if node.type == "dictionary" or self._is_dict_call(node):
            return self._entries(node, depth)
        if node.type == "identifier":
            found = self._bound_value(node)
            return found if isinstance(found, Unknown) else self.display(found, depth + 1)
        return self._not_static(node)

    def _entries(self, node: Node, depth: int) -> Display | Unknown:
        entries: list[Entry] = []
        holder = node.child_by_field_name("arguments") if node.type == "call" else node
        for child in holder.named_children if holder is not None else ():
            match child.type:
                case "comment":
                    continue
                case "pair" | "keyword_argument":
                    entries.append(self._entry(child, depth))
                case "dictionary_splat":
                    spread = self.display(child.named_children[0], depth + 1)
                    if isinstance(spread, Unknown):
                        return spread
                    entries += spread.entries
                case _:
                    return self._not_static(child)
        return Display(tuple(entries), self._syntax.span(node))

    def _entry(self, pair: Node, depth: int) -> Entry:
        keyword = pair.type == "keyword_argument"
        key = pair.child_by_field_name("name" if keyword else "key")
        value = pair.child_by_field_name("value")
        if key is None or value is None:
            blamed = self._not_static(pair)
            return Entry(blamed, blamed, pair, self._syntax.span(pair))
        name: Value = (
            Static(self._syntax.source(key), self._syntax.span(key))
            if keyword
            else self.value(key, depth + 1)
        )
        return Entry(name, self.value(value, depth + 1), value, self._syntax.span(pair))

    def _dict_value(self, node: Node, depth: int) -> Value:
        display = self._entries(node, depth)
        if isinstance(display, Unknown):
            return display
        result: dict[PythonValue, PythonValue] = {}
        for entry in display.entries:
            for part in (entry.key, entry.value):
                if isinstance(part, Unknown):
                    return part
            if isinstance(entry.key, Static) and isinstance(entry.value, Static):
                try:
                    result[entry.key.value] = entry.value.value
                except TypeError:  # unhashable, which Python would refuse as well
                    return self._unknown(node, "a key of this dict cannot be a key")
        return Static(result, self._syntax.span(node))

    def _literal(self, node: Node) -> Value:
        source = self._syntax.source(node)
        if node.type.endswith("string"):
            if any(_interpolations(node)):
                return self._format(node)
            source = _without_f(source)
        try:
            return Static(ast.literal_eval(source), self._syntax.span(node))
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return self._unknown(node, "this literal cannot be read")

    def _format(self, node: Node) -> Value:
        """An f-string: the values of its parts, when they are plain and known."""
        for part in _interpolations(node):
            expression = part.child_by_field_name("expression")
            found = self._not_static(part) if expression is None else self.value(expression)
            if isinstance(found, Unknown):
                return found
        pieces: list[str] = []
        for string in [node] if node.type == "string" else node.named_children:
            piece = self._format_one(string)
            if piece is None:
                return self._unknown(
                    node, "this f-string formats a value in a way that only running it would tell"
                )
            pieces.append(piece)
        return Static("".join(pieces), self._syntax.span(node), literal=False)

    def _format_one(self, string: Node) -> str | None:
        pieces: list[str] = []
        prefix = self._syntax.source(string.children[0])
        plain = prefix.replace("f", "").replace("F", "")
        for child in string.children[1:-1]:
            if child.type == "interpolation":
                expression = child.child_by_field_name("expression")
                value = self.value(expression) if expression is not None else None
                simple = len(child.children) == 3 and isinstance(value, Static)
                if (
                    not simple
                    or not isinstance(value, Static)
                    or not isinstance(value.value, (str, int, float))
                ):
                    return None
                pieces.append(str(value.value))
            else:
                quote = prefix.lstrip("rRbBuUfF")
                text = self._syntax.source(child).replace("{{", "{").replace("}}", "}")
                try:
                    pieces.append(str(ast.literal_eval(f"{plain}{text}{quote}")))
                except (ValueError, SyntaxError):
                    return None
        return "".join(pieces)

    def _unary(self, node: Node, depth: int) -> Value:
        argument = node.child_by_field_name("argument")
        sign = node.child_by_field_name("operator")
        value = self._not_static(node) if argument is None else self.value(argument, depth + 1)
        if isinstance(value, Unknown):
            return value
        if sign is None or not _is_number(value.value) or self._syntax.source(sign) not in "+-":
            return self._not_static(node)
        number = -value.value if self._syntax.source(sign) == "-" else value.value  # type: ignore[operator]  # a number
        return Static(number, self._syntax.span(node), literal=value.literal)

    def _binary(self, node: Node, depth: int) -> Value:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        sign = node.child_by_field_name("operator")
        if left is None or right is None or sign is None:
            return self._not_static(node)
        one, other = self.value(left, depth + 1), self.value(right, depth + 1)
        if isinstance(one, Unknown):
            return one
        if isinstance(other, Unknown):
            return other
        result = _combine(one.value, self._syntax.source(sign), other.value)
        if result is None:
            return self._unknown(
                node, "this calculation is too large, or not one that is done without running it"
            )
        return Static(result, self._syntax.span(node), literal=False)

    def _container(self, node: Node, depth: int) -> Value:
        values: list[PythonValue] = []
        for child in node.named_children:
            if child.type == "comment":
                continue
            value = self.value(child, depth + 1)
            if isinstance(value, Unknown):
                return value
            values.append(value.value)
        make: Callable[[list[PythonValue]], PythonValue] = {"list": list, "tuple": tuple, "set": set}[
            node.type
        ]
        try:
            return Static(make(values), self._syntax.span(node))
        except TypeError:
            return self._unknown(node, "an element of this set cannot be one")

    def _name(self, node: Node, depth: int) -> Value:
        found = self._bound_value(node)
        return found if isinstance(found, Unknown) else self.value(found, depth + 1)

    def _bound_value(self, node: Node) -> Node | Unknown:
        """The expression that a name stands for, when exactly one plain assignment gives it."""
        name = self._syntax.source(node)
        bindings = bindings_of(self._syntax, name, node)
        if not bindings:
            return self._unknown(node, f"{name} is not defined in this file")
        binding = bindings[0]
        problem = _problem_of(name, bindings, node)
        if problem is None and binding.value is not None:
            change = next(changes_of(self._syntax, name, binding), None)
            if change is None:
                return binding.value
            related = Related(self._syntax.span(change), f"{name} is changed here")
            return Unknown(self._syntax.span(node), f"{name} is changed after its definition", (related,))
        places = tuple(Related(self._syntax.span(b.node), f"{name} is bound here") for b in bindings)
        return Unknown(self._syntax.span(node), problem or f"{name} has no value here", places)

    def _is_dict_call(self, node: Node) -> bool:
        if node.type != "call":
            return False
        function = node.child_by_field_name("function")
        return (
            function is not None
            and function.type == "identifier"
            and self._syntax.source(function) == "dict"
            and not bindings_of(self._syntax, "dict", function)
        )

    def _not_static(self, node: Node) -> Unknown:
        source = " ".join(self._syntax.source(node).split())
        short = source if len(source) <= 40 else f"{source[:39]}…"
        return self._unknown(node, f"only running the file would tell the value of {short}")

    def _unknown(self, node: Node, reason: str) -> Unknown:
        return Unknown(self._syntax.span(node), reason)


def _problem_of(name: str, bindings: list[Binding], use: Node) -> str | None:
    if any(binding.kind is Kind.IMPORTED for binding in bindings):
        return f"{name} is imported, and only running the file would tell its value"
    if len(bindings) > 1:
        return f"{name} is assigned more than once"
    (binding,) = bindings
    if binding.kind is not Kind.ASSIGNED:
        return f"{name} is not a plain assignment, so only running the file would tell its value"
    if binding.conditional:
        return f"{name} is assigned only under a condition"
    same_scope = binding.scope.start_byte <= use.start_byte < binding.scope.end_byte
    if same_scope and binding.node.start_byte >= use.start_byte and _runs_in(binding, use):
        return f"{name} is assigned only after this line"
    return None


def _runs_in(binding: Binding, use: Node) -> bool:
    """Whether the use runs as part of the same body, so that order counts; a function runs later."""
    parent = use.parent
    while parent is not None and parent.id != binding.scope.id:
        if parent.type in ("function_definition", "lambda"):
            return False
        parent = parent.parent
    return True


def _interpolations(node: Node) -> list[Node]:
    strings = [node] if node.type == "string" else [c for c in node.named_children if c.type == "string"]
    return [part for string in strings for part in string.children if part.type == "interpolation"]


def _without_f(source: str) -> str:
    """`f"plain"` is `"plain"` to literal_eval, once its doubled braces are single."""
    prefix = source[: len(source) - len(source.lstrip("rRbBuUfF"))]
    if "f" not in prefix.lower():
        return source
    plain = prefix.replace("f", "").replace("F", "") + source[len(prefix) :]
    return plain.replace("{{", "{").replace("}}", "}")


def _is_number(value: PythonValue) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _combine(one: PythonValue, sign: str, other: PythonValue) -> PythonValue:
    """The result of an operator over known values; None when it is none of ours or too large."""
    if isinstance(one, str) and isinstance(other, str):
        return one + other if sign == "+" and len(one) + len(other) <= _LONGEST_TEXT else None
    if not (_is_number(one) and _is_number(other)):
        return None
    if sign == "**":
        return _power(one, other)  # type: ignore[arg-type]  # numbers
    if sign not in _OPERATORS:
        return None
    try:
        result = _OPERATORS[sign](one, other)
    except (ZeroDivisionError, OverflowError):
        return None
    too_large = isinstance(result, int) and abs(result) > _LARGEST_NUMBER
    return None if too_large else result


def _power(base: float, exponent: float) -> PythonValue:
    if (
        isinstance(base, int)
        and isinstance(exponent, int)
        and abs(exponent) * max(base.bit_length(), 1) > 400
    ):
        return None
    try:
        result = base**exponent
    except (ZeroDivisionError, OverflowError):
        return None
    return result if isinstance(result, (int, float)) else None
