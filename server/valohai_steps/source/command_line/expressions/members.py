"""`parser.add_argument`, `self.parser`, `Options.parse`, `argparse.SUPPRESS`: attributes of objects."""

from collections.abc import Iterator

from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import Static, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.expressions.classes import (
    ancestry,
    class_attribute,
    decorators,
    is_enumeration,
    is_static,
    own_attribute,
)
from valohai_steps.source.command_line.expressions.names import named_in
from valohai_steps.source.command_line.memory.frames import ClassObject, Commands, Frame, Function, Parser
from valohai_steps.source.command_line.memory.instances import (
    Argv,
    EnumMember,
    Group,
    Instance,
    Method,
    ModuleObject,
    Namespace,
    Super,
)
from valohai_steps.source.command_line.memory.objects import Argument, External, Field, Made, made, object_of
from valohai_steps.source.evaluation.evaluator import not_static
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.evaluation.uses.settings import attributes_set, settings
from valohai_steps.source.evaluation.uses.tracing.reflection import reflections
from valohai_steps.source.tree.nodes import single_key
from valohai_steps.source.tree.syntax import Node, field

# More digits than any command line has words.
_INDEX = pattern("[0-9]{1,9}")
_GROUPS = ("_action_groups", "_optionals", "_positionals")


def attribute(frame: Frame, node: Node) -> Evaluated | None:
    """An attribute of an object; None when the owner is a plain value of which base evaluation knows more."""
    owner, member = field(node, "object"), field(node, "attribute")
    if owner is None or member is None:
        return None
    name, span = frame.source(member), frame.span(node)
    found = frame.found(owner)
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
            return _of_class(frame, held, name, node)
        case Parser() | Instance() | Super():
            return _of_object(frame, held, name, node)
        case Group() | Commands() | Made() | Argument():
            return made(Method(held, name), span)
        case EnumMember():
            return held.value if name == "value" else made(held.name, span) if name == "name" else None
        case Field():
            return _of_field(held, name, span) or not_static(frame.expressions, node)
        case Namespace():
            return not_static(frame.expressions, node)
        case _:
            return made(Method(held, name), span)


def _of_field(held: Field, name: str, span: Span) -> Evaluated | None:
    return {"name": made(held.name, span), "type": held.type, "default": held.default}.get(name)


def subscript(frame: Frame, node: Node) -> Evaluated | None:
    """`sys.argv[1:]`, and what is taken out of a parser's groups."""
    holder, inner = field(node, "value"), single_key(node)
    held = None if holder is None else object_of(frame.found(holder))
    if isinstance(held, Argv) and inner is not None and inner.type == "slice":
        bounds = [frame.source(child) for child in inner.children]
        if len(bounds) == 2 and _INDEX.fullmatch(bounds[0]) and bounds[1] == ":":
            return made(Argv(held.start + int(bounds[0])), frame.span(node))
    if isinstance(held, Group):
        return made(held, frame.span(node))
    if inner is not None and inner.type == "slice":
        return _slice(frame, node, inner, holder)
    return None if holder is None or inner is None else _element(frame, holder, inner)


def _slice(frame: Frame, node: Node, written: Node, holder: Node | None) -> Evaluated:
    """`names[1:]` of a list, tuple or string that is known, without a step."""
    value = None if holder is None else frame.found(holder).value
    bounds: list[object] = [None, None]
    place = 0
    for child in written.children:
        if child.type == ":":
            place += 1
        elif place < 2:
            bound = frame.found(child).value
            bounds[place] = bound.value if isinstance(bound, Static) else "?"
    held = value.value if isinstance(value, Static) else None
    known = isinstance(held, (list, tuple, str)) and place == 1
    if not known or not all(bound is None or isinstance(bound, int) for bound in bounds):
        return Evaluated(value) if isinstance(value, Unknown) else not_static(frame.expressions, node)
    return made(held[slice(*bounds)], frame.span(node))  # type: ignore[index]  # one of the three


def _element(frame: Frame, holder: Node, place: Node) -> Evaluated | None:
    """An element of `*names`, whose elements keep their places."""
    value, index = frame.found(holder).value, frame.found(place).value
    if not (isinstance(value, Static) and isinstance(value.value, tuple) and isinstance(index, Static)):
        return None
    number, size = index.value, len(value.value)
    if not isinstance(number, int) or not -size <= number < size:
        return None
    found = value.value[number]
    return found if isinstance(found, Evaluated) else None


def _of_module(module: ModuleObject, name: str) -> Evaluated | None:
    module.script.machine.enter(module.script)
    found = named_in(module.script.top, name)
    # Of plain values base evaluation knows whether something changes them.
    return found if object_of(found) is not None else None


def _of_class(frame: Frame, cls: ClassObject, name: str, node: Node) -> Evaluated | None:
    named = field(cls.node, "name")
    if name == "__name__" and named is not None:
        return made(cls.frame.source(named), frame.span(node))
    found = class_attribute(cls, name)
    if found is None:
        return None
    held = object_of(found)
    if is_enumeration(cls) and not isinstance(held, (Function, ClassObject)):
        return made(EnumMember(cls, name, found), frame.span(node))
    if isinstance(held, Function) and any(
        "classmethod" in each for each in decorators(held.node, held.frame)
    ):
        return made(Method(cls, name, held), frame.span(node))
    return found if held is not None else None  # of plain values base evaluation knows whether they change


def _of_object(frame: Frame, held: Parser | Instance | Super, name: str, node: Node) -> Evaluated | None:
    span = frame.span(node)
    attributes = held.attributes if not isinstance(held, Super) else {}
    if name in attributes:
        return attributes[name]
    receiver = held.receiver if isinstance(held, Super) else held
    for each in _classes(held):
        found = own_attribute(each, name) if isinstance(each, ClassObject) else None
        function = object_of(found)
        if isinstance(function, Function):
            return made(function if is_static(function) else Method(receiver, name, function), span)
        if found is not None and isinstance(each, ClassObject):
            return not_static(frame.expressions, node) if _may_be_set(frame, each, name) else found
    if isinstance(receiver, Parser):
        if name.startswith("_") and name not in (*_GROUPS, "__init__", "__class__", "__doc__"):
            receiver.open = True  # `parser._actions`: what is done with its own parts is not followed
        return made(Group(receiver) if name in _GROUPS else Method(receiver, name), span)
    return made(Method(receiver, name), span) if isinstance(held, Super) else None


def _may_be_set(frame: Frame, cls: ClassObject, name: str) -> bool:
    """Whether an object may have another value than its class says: `c.v = 5`, `vars(c)["v"] = 5`."""
    for program in dict.fromkeys((frame.expressions, cls.frame.expressions)):
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
