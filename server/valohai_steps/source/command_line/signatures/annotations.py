"""What an annotation says about an argument: `Optional[int]`, `list[str]`, `Literal["a"]`, an enumeration."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.model.command_line import Conversion, Kind
from valohai_steps.model.step import Static
from valohai_steps.source.command_line.expressions.classes import enum_members, is_enumeration
from valohai_steps.source.command_line.memory.frames import ClassObject, Frame
from valohai_steps.source.command_line.memory.objects import External, object_of
from valohai_steps.source.command_line.signatures.dataclass_fields import annotation_parts, unwrapped
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.syntax import Node, field

_KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "int": "int",
        "float": "float",
        "str": "text",
        "bool": "truth",
        "Path": "text",
        "PurePath": "text",
        "Any": "text",
        "datetime": "own",
        "UUID": "own",
    }
)
_LISTS = frozenset({"List", "list", "Sequence", "Iterable", "Set", "set", "Collection", "MutableSequence"})
_WRAPPERS = frozenset(
    {"Final", "Positional", "Required", "NotRequired", "Suppress", "Fixed", "FlagConversionOff"}
)


class Annotation(Struct, frozen=True, eq=False):
    """What a type says. `extras` are what `Annotated` adds; `marks` are wrappers such as `Positional`."""

    conversion: Conversion = Conversion("text", stated=True)
    is_bool: bool = False
    optional: bool = False
    many: bool = False
    words: int | None = None
    choices: tuple[object, ...] | None = None
    names: tuple[str, ...] | None = None
    cls: ClassObject | None = None
    extras: tuple[Evaluated, ...] = ()
    marks: frozenset[str] = frozenset()
    known: bool = True


def annotation_of(frame: Frame, node: Node | None) -> Annotation:
    """The meaning of an annotation that stands in `frame`. Raises ExcessiveText."""
    if node is None:
        return Annotation(known=False)
    frame.reading.effort.go_in()
    found = _annotation(frame, node)
    frame.reading.effort.go_out()
    return found


def _annotation(frame: Frame, node: Node) -> Annotation:
    source = frame.source(node)
    if node.type == "string":
        return _by_name(source.strip("'\" "))
    if node.type == "type" and node.named_children:
        return _annotation(frame, node.named_children[0])
    if node.type == "binary_operator":
        return _either(frame, [field(node, "left"), field(node, "right")])
    if node.type == "union_type":  # the tree has this where a side has brackets
        return _either(frame, [unwrapped(each) for each in node.named_children])
    if node.type in ("generic_type", "subscript"):
        return _generic(frame, node)
    if node.type == "none":
        return Annotation(optional=True, known=False)
    return _plain(frame, node, source)


def _plain(frame: Frame, node: Node, source: str) -> Annotation:
    held = object_of(frame.found(node))
    if isinstance(held, External):
        return _by_name(held.name.rpartition(".")[2])
    if isinstance(held, ClassObject):
        if is_enumeration(held):
            members = enum_members(held)
            values = [each.value.value for each in members]
            plain = tuple(value.value for value in values if isinstance(value, Static))
            names = tuple(each.name for each in members)
            return Annotation(
                choices=plain, names=names, cls=held, conversion=Conversion("text", stated=True)
            )
        return Annotation(cls=held, conversion=Conversion("own", stated=True))
    return _by_name(source.rpartition(".")[2])


def _by_name(name: str) -> Annotation:
    if name in _LISTS or name in ("Tuple", "tuple"):
        return Annotation(many=True)
    kind = _KINDS.get(name)
    if kind is None:
        return Annotation(Conversion("own", stated=True), known=False)
    return Annotation(Conversion(kind, stated=True), is_bool=name == "bool")


def _generic(frame: Frame, node: Node) -> Annotation:
    holder = node.named_children[0]
    name = frame.source(holder).rpartition(".")[2]
    inner = annotation_parts(node)
    if not inner:
        return Annotation(known=False)
    if name in ("Optional", "Union"):
        return _either(frame, [*inner, *([None] if name == "Optional" else [])])
    if name == "Annotated":
        extras = tuple(frame.found(each) for each in inner[1:])
        return replace(annotation_of(frame, inner[0]), extras=extras)
    if name == "Literal":
        values = [frame.found(each).value for each in inner]
        plain = tuple(value.value for value in values if isinstance(value, Static))
        kind = {int: "int", float: "float"}.get(type(plain[0]), "text") if plain else "text"
        return Annotation(Conversion(kind, stated=True), choices=plain, names=tuple(map(str, plain)))  # type: ignore[arg-type]  # one of the kinds
    if name in _LISTS:
        return replace(annotation_of(frame, inner[0]), many=True, is_bool=False)
    if name in ("Tuple", "tuple"):
        first = annotation_of(frame, inner[0])
        if len(inner) == 2 and frame.source(inner[1]) == "...":
            return replace(first, many=True)
        return replace(first, words=len(inner))
    if name in _WRAPPERS:
        found = annotation_of(frame, inner[0])
        return replace(found, marks=found.marks | {name})
    return Annotation(Conversion("own", stated=True), known=False)


def _either(frame: Frame, sides: list[Node | None]) -> Annotation:
    """A union: the first type that is not None; with several, what words become is not known."""
    found = [annotation_of(frame, side) for side in sides if side is not None and side.type != "none"]
    none = any(side is None or side.type == "none" for side in sides)
    nested = [each for each in found if each.known or each.cls is not None]
    if not nested:
        return Annotation(optional=none, known=False)
    if len(found) > 1 and not found[0].optional:
        return Annotation(Conversion("own", stated=True), optional=none)
    return replace(nested[0], optional=none or any(each.optional for each in found))
