"""Assignments: what names, attributes and items stand for afterwards."""

from valohai_steps.model.step import Unknown
from valohai_steps.source.command_line.expressions import unrolling
from valohai_steps.source.command_line.interpreter.endings import may_go_on
from valohai_steps.source.command_line.memory.frames import Commands, Frame, Parser
from valohai_steps.source.command_line.memory.instances import Group, Instance
from valohai_steps.source.command_line.memory.objects import (
    Argument,
    External,
    Object,
    holds_object,
    object_of,
    plain,
)
from valohai_steps.source.evaluation.evaluator import not_static
from valohai_steps.source.evaluation.result import Evaluated, is_key
from valohai_steps.source.tree.syntax import Node, field


def assign(frame: Frame, node: Node) -> None:
    """Run `a = b = value`: names, attributes of objects, items."""
    left, right = field(node, "left"), field(node, "right")
    if left is None or right is None:
        return
    targets = [left]
    while right.type == "assignment":
        inner, value = field(right, "left"), field(right, "right")
        if inner is None or value is None:
            return
        targets.append(inner)
        right = value
    found = frame.found(right)
    for target in targets:
        _assign(frame, target, found)


def augment(frame: Frame, node: Node) -> None:
    """Run `a += value`: what it gives is not known."""
    left = field(node, "left")
    if left is not None:
        _assign(frame, left, not_static(frame.expressions, node))


def _assign(frame: Frame, target: Node, found: Evaluated) -> None:
    if target.type == "identifier":
        name = frame.source(target)
        names = frame.holder(name).names
        if _is_kept(found):
            names[name] = found
        else:
            names.pop(name, None)
    elif target.type == "attribute":
        _assign_attribute(frame, target, found)
    elif target.type == "subscript":
        _assign_item(frame, target)
    else:
        unrolling.bind(frame, target, found)


def _is_kept(found: Evaluated) -> bool:
    """Whether a value is followed forwards; base evaluation knows more of lists and dicts, which change."""
    if isinstance(found.value, Unknown):
        return found.entries is None
    return holds_object(found.value.value) or is_key(found.value.value)


def _assign_attribute(frame: Frame, target: Node, found: Evaluated) -> None:
    owner, member = field(target, "object"), field(target, "attribute")
    if owner is None or member is None:
        return
    held = object_of(frame.found(owner))
    set_attribute(frame, held, frame.source(member), found)


def set_attribute(frame: Frame, held: Object | None, name: str, found: Evaluated) -> None:
    """`held.name = found`, or `setattr` of it; a name that is not known is empty, and may be any."""
    if isinstance(held, (Instance, Parser)):
        held.attributes[name] = found
        if isinstance(held, Parser) and may_go_on(name):
            held.open = True
    elif isinstance(held, Argument):
        frame.script.machine.change_argument(held, name, found)
    elif isinstance(held, Commands):
        held.required = bool(plain(found, bool, False)) if name == "required" else held.required
    elif isinstance(held, Group):
        if name == "required" and held.number is not None:
            held.parser.groups[held.number] = bool(plain(found, bool, False))
    elif isinstance(parser := getattr(held, "parser", None), Parser):
        parser.open = True  # what is done with the parts of a command is not followed
    elif isinstance(held, External):
        frame.script.machine.change_external(f"{held.name}.{name}".rstrip("."))


def _assign_item(frame: Frame, target: Node) -> None:
    """`items[key] = value` of a container that is followed: it is not known any longer."""
    holder = field(target, "value")
    if holder is not None and holder.type == "identifier":
        name = frame.source(holder)
        if name in frame.names and object_of(frame.names[name]) is None:
            frame.names[name] = not_static(frame.expressions, target)
