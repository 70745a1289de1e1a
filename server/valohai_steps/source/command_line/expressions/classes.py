"""Classes of the workspace: what is behind them, their attributes, decorators and members."""

from collections.abc import Iterator

from valohai_steps.source.command_line.memory.frames import ClassObject, Frame, Function
from valohai_steps.source.command_line.memory.instances import EnumMember
from valohai_steps.source.command_line.memory.objects import External, made, object_of
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.syntax import Node, field, parts

_MOST_BASES = 20


def class_attribute(cls: ClassObject, name: str) -> Evaluated | None:
    """An attribute of a class of the workspace, its own or inherited; None when it has none."""
    for each in ancestry(cls):
        if not isinstance(each, ClassObject):
            continue
        found = own_attribute(each, name)
        if found is not None:
            return found
    return None


def ancestry(cls: ClassObject) -> Iterator[ClassObject | External]:
    """A class and those behind it, in the order in which they are looked up (roughly: depth first)."""
    waiting: list[ClassObject | External] = [cls]
    count = 0
    while waiting and count < _MOST_BASES:
        each = waiting.pop(0)
        count += 1
        yield each
        if isinstance(each, ClassObject):
            found = [object_of(base) for base in bases(each)]
            waiting = [base for base in found if isinstance(base, (ClassObject, External))] + waiting


def bases(cls: ClassObject) -> list[Evaluated]:
    """What stands in the brackets behind the name of a class, without keywords."""
    listed = parts(field(cls.node, "superclasses"))
    return [cls.frame.found(each) for each in listed if each.type in ("identifier", "attribute", "subscript")]


def body_statements(cls: ClassObject) -> list[Node]:
    """The statements of a class body."""
    return parts(field(cls.node, "body"))


def own_attribute(cls: ClassObject, name: str) -> Evaluated | None:
    """An attribute that the body of a class itself gives it; of several the last."""
    syntax = cls.frame.script.syntax
    found: Evaluated | None = None
    for statement in body_statements(cls):
        inner = field(statement, "definition") if statement.type == "decorated_definition" else statement
        if inner is None:
            continue
        named = field(inner, "name") if inner.type in ("function_definition", "class_definition") else None
        if named is not None and syntax.source(named) == name:
            kind = Function(inner, cls.frame, cls) if inner.type == "function_definition" else None
            found = made(kind or ClassObject(inner, cls.frame), syntax.span(named))
        assignment = statement.named_children[0] if statement.type == "expression_statement" else None
        if assignment is not None and assignment.type == "assignment":
            left, right = field(assignment, "left"), field(assignment, "right")
            if left is not None and right is not None and syntax.source(left) == name:
                frame = Frame(cls.frame.script, cls.node, cls.frame)
                found = frame.found(right)
    return found


def is_static(function: Function) -> bool:
    """Whether a method is a `@staticmethod`."""
    return any("staticmethod" in source for source in decorators(function.node, function.frame))


def decorators(definition: Node, frame: Frame) -> list[str]:
    """The source of each decorator of a definition, without the `@`."""
    outer = definition.parent
    if outer is None or outer.type != "decorated_definition":
        return []
    source = frame.source
    return [source(child).lstrip("@ ") for child in outer.children if child.type == "decorator"]


def is_enumeration(cls: ClassObject) -> bool:
    """Whether a class is an enumeration."""
    return any(
        isinstance(each, External) and each.name.rpartition(".")[2] in ("Enum", "StrEnum", "IntEnum", "Flag")
        for each in ancestry(cls)
    )


def enum_members(cls: ClassObject) -> list[EnumMember]:
    """The members of an enumeration, in order."""
    names: list[str] = []
    syntax = cls.frame.script.syntax
    for statement in body_statements(cls):
        assignment = statement.named_children[0] if statement.type == "expression_statement" else None
        left = (
            field(assignment, "left") if assignment is not None and assignment.type == "assignment" else None
        )
        if left is not None and left.type == "identifier":
            names.append(syntax.source(left))
    found = [(name, own_attribute(cls, name)) for name in names]
    return [EnumMember(cls, name, value) for name, value in found if value is not None]
