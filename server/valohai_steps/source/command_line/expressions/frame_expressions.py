"""Expressions with the names of a frame: objects, calls, conditions; all else as everywhere."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from valohai_steps.model.step import Cause
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.expressions import calls, conditions, members, names, unrolling
from valohai_steps.source.command_line.expressions.classes import class_attribute
from valohai_steps.source.command_line.memory.frames import ClassObject, Frame, Function
from valohai_steps.source.command_line.memory.objects import External, made, object_of
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.evaluation.evaluator import unknown
from valohai_steps.source.evaluation.imports import Imported
from valohai_steps.source.evaluation.result import Evaluated, brought
from valohai_steps.source.tree.syntax import Node, field, parts

_DEEPEST = 60


class FrameExpressions(Evaluation):
    """Evaluates the expressions of one frame. What a call gives is kept: it is followed once."""

    def __init__(self, frame: Frame) -> None:
        script = frame.script
        super().__init__(script.syntax, script.imports, frame.reading.path, script.route)
        self.scopes = frame.script.scopes
        self.frame = frame
        self._kept: dict[int, Evaluated] = {}
        self._asked: set[tuple[int, str]] = set()

    def found(self, node: Node) -> Evaluated:
        """The value of an expression, or the object that it stands for. Never raises."""
        form = _FORMS.get(node.type)
        if form is None:
            return super().found(node)
        kept = self._kept.get(node.id)
        if kept is not None:
            return kept
        path = self.journey
        if path.depth >= _DEEPEST or not self.frame.reading.effort.step():
            return unknown(self, node, Cause.TOO_MUCH)
        path.depth += 1
        result = form(self.frame, node)
        path.depth -= 1
        if result is None:
            return super().found(node)
        self._kept[node.id] = result
        return result

    def exported(self, imported: Imported, use: Span, member: str | None = None) -> Evaluated | None:
        """A name of another file of the workspace, or a member of its class, as at the end of that file."""
        script = self.frame.script.machine.script(self.frame.script, imported)
        if script is None or imported.name is None:
            return None
        asked = id(script), imported.name
        if asked in self._asked:  # `from . import part` in the package itself: the file of that name
            return None
        self.frame.script.machine.enter(script)
        self._asked.add(asked)
        found = names.named_in(script.top, imported.name)
        self._asked.discard(asked)
        if member is not None:
            held = object_of(found)
            found = class_attribute(held, member) if isinstance(held, ClassObject) else None
        if found is None or object_of(found) is not None or script.path is None:
            return found
        return brought(found, use, script.path)


def _walrus(frame: Frame, node: Node) -> Evaluated | None:
    """`(name := value)`: the name stands for it from here on."""
    target, value = field(node, "name"), field(node, "value")
    if target is None or value is None:
        return None
    found = frame.found(value)
    unrolling.bind(frame.holder(frame.source(target)), target, found)
    return found


def _ellipsis(frame: Frame, node: Node) -> Evaluated:
    return made(External("builtins.Ellipsis"), frame.span(node))


def _lambda(frame: Frame, node: Node) -> Evaluated:
    return made(Function(node, frame), frame.span(node))


def _await(frame: Frame, node: Node) -> Evaluated | None:
    inner = parts(node)
    return frame.found(inner[0]) if len(inner) == 1 else None


_FORMS: Mapping[str, Callable[[Frame, Node], Evaluated | None]] = MappingProxyType(
    {
        "identifier": names.identifier,
        "attribute": members.attribute,
        "subscript": members.subscript,
        "call": calls.call,
        "lambda": _lambda,
        "named_expression": _walrus,
        "ellipsis": _ellipsis,
        "await": _await,
        "comparison_operator": conditions.comparison,
        "boolean_operator": conditions.boolean,
        "not_operator": conditions.negation,
        "conditional_expression": conditions.conditional,
        "list_comprehension": unrolling.comprehension,
        "generator_expression": unrolling.comprehension,
        "set_comprehension": unrolling.comprehension,
        "dictionary_comprehension": unrolling.dict_comprehension,
    }
)
