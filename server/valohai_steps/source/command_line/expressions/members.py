"""`parser.add_argument`, `self.parser`, `Options.parse`, `argparse.SUPPRESS`: attributes of objects."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from valohai_steps.model.step import Static, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.interpreter.frames import Frame
from valohai_steps.source.command_line.interpreter.objects import (
    Argument,
    Argv,
    ClassObject,
    Commands,
    EnumMember,
    External,
    Field,
    Function,
    Group,
    Instance,
    Made,
    Method,
    ModuleObject,
    Namespace,
    Parser,
    Super,
    made,
    object_of,
)
from valohai_steps.source.evaluation.evaluator import not_static
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.evaluation.uses.settings import attributes_set, settings
from valohai_steps.source.evaluation.uses.tracing.reflection import reflections
from valohai_steps.source.tree.subscripts import single_key
from valohai_steps.source.tree.syntax import Node, field, parts

if TYPE_CHECKING:
    from valohai_steps.source.command_line.expressions.frame_expressions import FrameExpressions

_GROUPS = ("_action_groups", "_optionals", "_positionals")
_MOST_BASES = 20


def attribute(evaluator: "FrameExpressions", node: Node) -> Evaluated | None:
    """An attribute of an object; None when the owner is a plain value of which base evaluation knows more."""
    owner, member = field(node, "object"), field(node, "attribute")
    if owner is None or member is None:
        return None
    name, span = evaluator.syntax.source(member), evaluator.syntax.span(node)
    found = evaluator.found(owner)
    held = object_of(found)
    match held:
        case None:
            if isinstance(found.value, Static) and isinstance(found.value.value, (str, list, dict, tuple)):
                return made(Method(found, name), span)
            return None
        case External():
            is_words = held.name == "sys" and name == "argv"
            return made(Argv(0) if is_words else External(f"{held.name}.{name}"), span)
        case ModuleObject():
            return _of_module(held, name)
        case ClassObject():
            return _of_class(evaluator, held, name, node)
        case Parser() | Instance() | Super():
            return _of_object(evaluator, held, name, node)
        case Group() | Commands() | Made() | Argument():
            return made(Method(held, name), span)
        case EnumMember():
            return held.value if name == "value" else made(held.name, span) if name == "name" else None
        case Field():
            return _of_field(held, name, span) or not_static(evaluator, node)
        case Namespace():
            return not_static(evaluator, node)
        case _:
            return made(Method(held, name), span)


def _of_field(held: Field, name: str, span: Span) -> Evaluated | None:
    return {"name": made(held.name, span), "type": held.type, "default": held.default}.get(name)


def subscript(evaluator: "FrameExpressions", node: Node) -> Evaluated | None:
    """`sys.argv[1:]`, and what is taken out of a parser's groups."""
    holder, inner = field(node, "value"), single_key(node)
    held = None if holder is None else object_of(evaluator.found(holder))
    if isinstance(held, Argv) and inner is not None and inner.type == "slice":
        bounds = [evaluator.syntax.source(child) for child in inner.children]
        if len(bounds) == 2 and bounds[0].isdigit() and bounds[1] == ":":
            return made(Argv(held.start + int(bounds[0])), evaluator.syntax.span(node))
    if isinstance(held, Group):
        return made(held, evaluator.syntax.span(node))
    if inner is not None and inner.type == "slice":
        return _slice(evaluator, node, inner, holder)
    return None if holder is None or inner is None else _element(evaluator, holder, inner)


def _slice(evaluator: "FrameExpressions", node: Node, written: Node, holder: Node | None) -> Evaluated:
    """`names[1:]` of a list, tuple or string that is known, without a step."""
    value = None if holder is None else evaluator.found(holder).value
    bounds: list[object] = [None, None]
    place = 0
    for child in written.children:
        if child.type == ":":
            place += 1
        elif place < 2:
            bound = evaluator.found(child).value
            bounds[place] = bound.value if isinstance(bound, Static) else "?"
    held = value.value if isinstance(value, Static) else None
    known = isinstance(held, (list, tuple, str)) and place == 1
    if not known or not all(bound is None or isinstance(bound, int) for bound in bounds):
        return Evaluated(value) if isinstance(value, Unknown) else not_static(evaluator, node)
    return made(held[slice(*bounds)], evaluator.syntax.span(node))  # type: ignore[index]  # one of the three


def _element(evaluator: "FrameExpressions", holder: Node, place: Node) -> Evaluated | None:
    """An element of `*names`, whose elements keep their places."""
    value, index = evaluator.found(holder).value, evaluator.found(place).value
    if not (isinstance(value, Static) and isinstance(value.value, tuple) and isinstance(index, Static)):
        return None
    number, size = index.value, len(value.value)
    if not isinstance(number, int) or not -size <= number < size:
        return None
    found = value.value[number]
    return found if isinstance(found, Evaluated) else None


def class_attribute(cls: ClassObject, name: str) -> Evaluated | None:
    """An attribute of a class of the workspace, its own or inherited; None when it has none."""
    for each in ancestry(cls):
        if not isinstance(each, ClassObject):
            continue
        found = _own_attribute(each, name)
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
    from valohai_steps.source.command_line.expressions.frame_expressions import expressions

    listed = parts(field(cls.node, "superclasses"))
    evaluator = expressions(cls.frame)
    return [evaluator.found(each) for each in listed if each.type in ("identifier", "attribute", "subscript")]


def body_statements(cls: ClassObject) -> list[Node]:
    """The statements of a class body."""
    return parts(field(cls.node, "body"))


def _own_attribute(cls: ClassObject, name: str) -> Evaluated | None:
    from valohai_steps.source.command_line.expressions.frame_expressions import expressions

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
                found = expressions(frame).found(right)
    return found


def _of_module(module: ModuleObject, name: str) -> Evaluated | None:
    from valohai_steps.source.command_line.expressions.frame_expressions import named_in

    module.script.machine.enter(module.script)
    found = named_in(module.script.top, name)
    # Of plain values base evaluation knows whether something changes them.
    return found if object_of(found) is not None else None


def _of_class(evaluator: "FrameExpressions", cls: ClassObject, name: str, node: Node) -> Evaluated | None:
    named = field(cls.node, "name")
    if name == "__name__" and named is not None:
        return made(cls.frame.script.syntax.source(named), evaluator.syntax.span(node))
    found = class_attribute(cls, name)
    if found is None:
        return None
    held = object_of(found)
    if is_enumeration(cls) and not isinstance(held, (Function, ClassObject)):
        return made(EnumMember(cls, name, found), evaluator.syntax.span(node))
    if isinstance(held, Function) and any(
        "classmethod" in each for each in decorators(held.node, held.frame)
    ):
        return made(Method(cls, name, held), evaluator.syntax.span(node))
    return found if held is not None else None  # of plain values base evaluation knows whether they change


def _of_object(
    evaluator: "FrameExpressions", held: Parser | Instance | Super, name: str, node: Node
) -> Evaluated | None:
    span = evaluator.syntax.span(node)
    attributes = held.attributes if not isinstance(held, Super) else {}
    if name in attributes:
        return attributes[name]
    receiver = held.receiver if isinstance(held, Super) else held
    for each in _classes(held):
        found = _own_attribute(each, name) if isinstance(each, ClassObject) else None
        function = object_of(found)
        if isinstance(function, Function):
            return made(function if is_static(function) else Method(receiver, name, function), span)
        if found is not None and isinstance(each, ClassObject):
            return not_static(evaluator, node) if _may_be_set(evaluator, each, name) else found
    if isinstance(receiver, Parser):
        if name.startswith("_") and name not in (*_GROUPS, "__init__", "__class__", "__doc__"):
            receiver.open = True  # `parser._actions`: what is done with its own parts is not followed
        return made(Group(receiver) if name in _GROUPS else Method(receiver, name), span)
    return made(Method(receiver, name), span) if isinstance(held, Super) else None


def _may_be_set(evaluator: "FrameExpressions", cls: ClassObject, name: str) -> bool:
    """Whether an object may have another value than its class says: `c.v = 5`, `vars(c)["v"] = 5`."""
    from valohai_steps.source.command_line.expressions.frame_expressions import expressions

    for program in dict.fromkeys((evaluator, expressions(cls.frame))):
        sets = any(True for _ in (*attributes_set(program, name), *settings(program, name)))
        if (
            sets
            or program.syntax.names("__setattr__")
            or any(above != 0 for _, above in reflections(program, name))
        ):
            return True
    return False


def _classes(held: Parser | Instance | Super) -> Iterator[ClassObject | External]:
    if isinstance(held, Super):
        following = ancestry(held.cls)
        next(following, None)
        return following
    return iter(()) if held.cls is None else ancestry(held.cls)


def is_static(function: Function) -> bool:
    """Whether a method is a `@staticmethod`."""
    return any("staticmethod" in source for source in decorators(function.node, function.frame))


def decorators(definition: Node, frame: Frame) -> list[str]:
    """The source of each decorator of a definition, without the `@`."""
    outer = definition.parent
    if outer is None or outer.type != "decorated_definition":
        return []
    source = frame.script.syntax.source
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
    found = [(name, _own_attribute(cls, name)) for name in names]
    return [EnumMember(cls, name, value) for name, value in found if value is not None]
