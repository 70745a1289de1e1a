"""The fields of a dataclass, as its body says: name, annotation, default, and the texts around them."""

from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.model.text import Span
from valohai_steps.source.command_line.expressions.classes import ancestry, body_statements, decorators
from valohai_steps.source.command_line.memory.frames import ClassObject, Frame, Function
from valohai_steps.source.command_line.memory.objects import Arguments, External, Field, Made, made, object_of
from valohai_steps.source.evaluation.literal_values import read_literal
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.syntax import Node, field, parts

_FIELDS = (
    "dataclasses.field",
    "simple_parsing.field",
    "simple_parsing.helpers.field",
    "attr.ib",
    "attrs.field",
)


class FieldFact(Struct, frozen=True, eq=False):
    """One field. `annotation` is the expression of its type, in `frame`; `options` those of `field(...)`.

    `comment` is a docstring below, or a comment on the line or above.
    """

    name: str
    span: Span
    frame: Frame
    annotation: Node | None
    default: Evaluated | None = None
    options: Arguments | None = None
    comment: str | None = None

    @property
    def as_object(self) -> Field:
        """The field as `dataclasses.fields` gives it."""
        annotation = self.annotation
        found = None if annotation is None else self.frame.found(annotation)
        return Field(self.name, found or made(External("builtins.str"), self.span), self.default)


def is_dataclass(cls: ClassObject) -> bool:
    """Whether a class, or one behind it, is a dataclass."""
    return any(
        "dataclass" in text or text.startswith(("attr", "define"))
        for each in ancestry(cls)
        if isinstance(each, ClassObject)
        for text in decorators(each.node, each.frame)
    )


def fields_of(cls: ClassObject) -> tuple[list[FieldFact], bool]:
    """The fields, those of base classes first; True when a base class is not of the workspace."""
    found: dict[str, FieldFact] = {}
    from_outside = False
    for each in reversed(list(ancestry(cls))):
        if isinstance(each, External):
            from_outside = from_outside or each.name.partition(".")[0] not in ("builtins", "abc", "typing")
            continue
        for fact in _own(each):
            found[fact.name] = fact
    return list(found.values()), from_outside


def _own(cls: ClassObject) -> Iterator[FieldFact]:
    syntax = cls.frame.script.syntax
    statements = body_statements(cls)
    for place, statement in enumerate(statements):
        node = statement.named_children[0] if statement.type == "expression_statement" else None
        if node is None or node.type != "assignment":
            continue
        left, annotated, right = (field(node, name) for name in ("left", "type", "right"))
        if left is None or annotated is None or left.type != "identifier":
            continue
        frame = Frame(cls.frame.script, cls.node, cls.frame)
        annotation = annotated.named_children[0] if annotated.named_children else None
        default = None if right is None else frame.found(right)
        held = object_of(default)
        options = held.arguments if isinstance(held, Made) and held.name in _FIELDS else None
        if options is not None:
            default = options.get("default", 0) or _from_factory(options)
        text = _comment(cls, statement, statements[place + 1 : place + 2])
        yield FieldFact(syntax.source(left), syntax.span(left), frame, annotation, default, options, text)


def _from_factory(options: Arguments) -> Evaluated | None:
    """The default that `default_factory=list` gives; a class of the workspace stays what it is."""
    factory = options.get("default_factory")
    held = object_of(factory)
    if factory is None or held is None:
        return factory
    if isinstance(held, External) and held.name in ("builtins.list", "builtins.tuple", "builtins.dict"):
        return made([], factory.value.span)
    if isinstance(held, Function) and held.node.type == "lambda":
        body = field(held.node, "body")
        return None if body is None else held.frame.found(body)
    return None if isinstance(held, ClassObject) else factory


def _comment(cls: ClassObject, statement: Node, following: list[Node]) -> str | None:
    """The text for a field: a string right below it, else the comment on its line, else those above it."""
    syntax = cls.frame.script.syntax
    for node in following:
        inner = node.named_children[0] if node.type == "expression_statement" else None
        if inner is not None and inner.type == "string":
            try:
                return " ".join(str(read_literal(syntax.source(inner))).split())
            except ValueError:
                return None
    beside = statement.next_named_sibling
    if beside is not None and beside.type == "comment" and beside.start_point[0] == statement.end_point[0]:
        return syntax.source(beside).lstrip("# ").strip() or None
    lines: list[str] = []
    above, row = statement.prev_named_sibling, statement.start_point[0]
    while above is not None and above.type == "comment" and above.end_point[0] == row - 1:
        before = above.prev_named_sibling
        if before is not None and before.end_point[0] == above.start_point[0]:
            break  # it stands on the line of the field before
        lines.insert(0, syntax.source(above).lstrip("# ").strip())
        row, above = above.start_point[0], before
    return " ".join(lines) or None


def annotation_parts(node: Node) -> list[Node]:
    """What stands in the brackets of `Optional[int]` or `Annotated[int, ...]`."""
    if node.type == "generic_type":
        holder = next((child for child in node.named_children if child.type == "type_parameter"), None)
        return [] if holder is None else [unwrapped(child) for child in parts(holder)]
    if node.type == "subscript":
        return parts(node)[1:]
    return []


def unwrapped(node: Node) -> Node:
    """The type that a node of the tree stands for."""
    return node.named_children[0] if node.type == "type" and node.named_children else node
