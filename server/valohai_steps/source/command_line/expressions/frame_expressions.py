"""Expressions with the names of a frame: objects, calls, conditions; all else as everywhere."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from valohai_steps.model.step import Cause, Static, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.expressions import conditions, members, unrolling
from valohai_steps.source.command_line.interpreter.frames import Frame
from valohai_steps.source.command_line.interpreter.objects import (
    Arguments,
    ClassObject,
    External,
    Function,
    Given,
    ModuleObject,
    made,
    object_of,
    parser_of,
)
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.evaluation.evaluator import not_static, unknown
from valohai_steps.source.evaluation.imports import Imported, imported_at
from valohai_steps.source.evaluation.library.builtin_names import BUILTIN_NAMES
from valohai_steps.source.evaluation.result import Evaluated, brought
from valohai_steps.source.tree.binding import Binding, BindingKind
from valohai_steps.source.tree.syntax import Node, field, parts

_DEEPEST = 60
_BUILTINS = BUILTIN_NAMES | {"eval", "super"}


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
        result = form(self, node)
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
        found = named_in(script.top, imported.name)
        self._asked.discard(asked)
        if member is not None:
            held = object_of(found)
            found = members.class_attribute(held, member) if isinstance(held, ClassObject) else None
        if found is None or object_of(found) is not None or script.path is None:
            return found
        return brought(found, use, script.path)


def expressions(frame: Frame) -> FrameExpressions:
    """The expressions of a frame as its names are now."""
    if not isinstance(frame.expressions, FrameExpressions):
        frame.expressions = FrameExpressions(frame)
    return frame.expressions


def named_in(top: Frame, name: str) -> Evaluated | None:
    """What a name stands for at the end of a file; None when nothing there binds it."""
    known = top.names.get(name)
    if known is not None:
        return known
    bindings = top.script.scopes.in_scope(name, top.scope)
    if bindings:
        resolved = _resolved(top, name, bindings)
        if resolved is not None:
            return resolved
    return expressions(top).at_the_end(name)


def arguments_of(evaluator: FrameExpressions, call: Node) -> Arguments:
    """The arguments of a call, evaluated in order; what is spread is spread."""
    given = Arguments()
    holder = field(call, "arguments")
    if holder is not None and holder.type == "generator_expression":
        given.positional.append(Given(evaluator.found(holder), evaluator.syntax.span(holder)))
    if holder is None or holder.type != "argument_list":
        return given
    for child in parts(holder):
        span = evaluator.syntax.span(child)
        name, value = field(child, "name"), field(child, "value")
        if child.type == "keyword_argument" and name is not None and value is not None:
            found = evaluator.found(value)
            given.named[evaluator.syntax.source(name)] = Given(found, evaluator.syntax.span(value))
        elif child.type == "list_splat":
            _spread_list(evaluator, child, given)
        elif child.type == "dictionary_splat":
            _spread_dict(evaluator, child, given)
        else:
            given.positional.append(Given(evaluator.found(child), span))
    return given


def _spread_list(evaluator: FrameExpressions, child: Node, given: Arguments) -> None:
    span = evaluator.syntax.span(child)
    found = evaluator.found(child.named_children[0])
    elements = unrolling.elements(found)
    if elements is None:
        given.unknowns.append(_blamed(evaluator, child.named_children[0], found))
        return
    given.positional += [Given(each, span) for each in elements]


def _spread_dict(evaluator: FrameExpressions, child: Node, given: Arguments) -> None:
    span = evaluator.syntax.span(child)
    found = evaluator.found(child.named_children[0])
    if found.entries is None:
        value = found.value.value if isinstance(found.value, Static) else None
        if not isinstance(value, dict):
            given.unknowns.append(_blamed(evaluator, child.named_children[0], found))
        else:
            given.named.update({str(key): Given(made(each, span), span) for key, each in value.items()})
        return
    given.unknowns += found.holes
    for entry in found.entries:
        if isinstance(entry.key, Static) and isinstance(entry.key.value, str):
            given.named[entry.key.value] = Given(entry.found, span)


def _blamed(evaluator: FrameExpressions, node: Node, found: Evaluated) -> Unknown:
    value = found.value if isinstance(found.value, Unknown) else not_static(evaluator, node).value
    return (
        value if isinstance(value, Unknown) else Unknown(evaluator.syntax.span(node), Cause.NOT_RUN, "this")
    )


def _identifier(evaluator: FrameExpressions, node: Node) -> Evaluated | None:
    frame, name = evaluator.frame, evaluator.syntax.source(node)
    known = frame.lookup(name)
    if known is not None:
        return known
    bindings = evaluator.scopes.bindings(name, node)
    if bindings:
        return _resolved(frame, name, bindings, evaluator.syntax.span(node))
    if name == "__name__":
        return made("__main__" if frame.script.path is None else "", evaluator.syntax.span(node))
    if name not in _BUILTINS or not evaluator.is_builtin(node):
        return None
    return made(External(f"builtins.{name}"), evaluator.syntax.span(node))


def _resolved(
    frame: Frame, name: str, bindings: tuple[Binding, ...], use: Span | None = None
) -> Evaluated | None:
    """The function, class or import that all bindings are; None for anything else."""
    script = frame.script
    kinds = {binding.kind for binding in bindings}
    span = use or script.syntax.span(bindings[0].node)
    if kinds == {BindingKind.IMPORTED}:
        found = [_imported(frame, binding, span) for binding in bindings]
        inside = [each for each in found if each is not None and not isinstance(object_of(each), External)]
        return inside[0] if inside else found[0]
    if len(bindings) == 1 and kinds <= {BindingKind.FUNCTION, BindingKind.CLASS}:
        definition = bindings[0].node.parent
        if definition is not None:
            holder = _frame_of(frame, bindings[0])
            kind = ClassObject if bindings[0].kind is BindingKind.CLASS else Function
            return made(kind(definition, holder), span)
    return None


def _frame_of(frame: Frame, binding: Binding) -> Frame:
    """The frame of the chain whose scope holds a binding."""
    holder = frame
    while holder.outer is not None and not (
        holder.scope.start_byte <= binding.node.start_byte < holder.scope.end_byte
    ):
        holder = holder.outer
    return holder


def _imported(frame: Frame, binding: Binding, use: Span) -> Evaluated | None:
    script = frame.script
    imported = imported_at(script.syntax, binding.node)
    if imported is None:
        return None
    if imported.name is None:
        inside = script.machine.script(script, imported)
        return made(ModuleObject(inside) if inside is not None else External(imported.module), use)
    found = expressions(script.top).exported(imported, use)
    if found is not None:
        return found
    whole = f"{imported.module}.{imported.name}" if imported.module else imported.name
    module = script.machine.script(script, Imported(whole, imported.level, None))
    if module is not None:
        return made(ModuleObject(module), use)
    return made(External(f"{'.' * imported.level}{whole}"), use)


def _call(evaluator: FrameExpressions, node: Node) -> Evaluated | None:
    function = field(node, "function")
    if function is None:
        return None
    callee = evaluator.found(function)
    if object_of(callee) is None:
        return _call_of_unknown(evaluator, node, function)
    given = arguments_of(evaluator, node)
    frame = evaluator.frame
    return frame.script.machine.call(frame, node, callee, given)


def _call_of_unknown(evaluator: FrameExpressions, node: Node, function: Node) -> Evaluated | None:
    """A call of something not known: what is declared on it, or on a parser that it gets, is missed."""
    method = field(function, "attribute") if function.type == "attribute" else None
    if method is not None and evaluator.syntax.source(method) in ("add_argument", "add_parser"):
        evaluator.frame.reading.open = True
        return not_static(evaluator, node)
    for each in arguments_of(evaluator, node).everything:
        parser = parser_of(object_of(each.value))
        if parser is not None:
            parser.open = True  # it may declare more
    owner = field(function, "object") if method is not None else None
    known = None if owner is None else evaluator.found(owner)
    if known is not None and isinstance(known.value, Unknown) and known.entries is None:
        return Evaluated(known.value)  # the smallest expression to blame
    return None


def _walrus(evaluator: FrameExpressions, node: Node) -> Evaluated | None:
    """`(name := value)`: the name stands for it from here on."""
    target, value = field(node, "name"), field(node, "value")
    if target is None or value is None:
        return None
    found = evaluator.found(value)
    frame = evaluator.frame.holder(evaluator.syntax.source(target))
    unrolling.bind(frame, target, found)
    return found


def _ellipsis(evaluator: FrameExpressions, node: Node) -> Evaluated:
    return made(External("builtins.Ellipsis"), evaluator.syntax.span(node))


def _lambda(evaluator: FrameExpressions, node: Node) -> Evaluated:
    return made(Function(node, evaluator.frame), evaluator.syntax.span(node))


def _await(evaluator: FrameExpressions, node: Node) -> Evaluated | None:
    inner = parts(node)
    return evaluator.found(inner[0]) if len(inner) == 1 else None


_FORMS: Mapping[str, Callable[[FrameExpressions, Node], Evaluated | None]] = MappingProxyType(
    {
        "identifier": _identifier,
        "attribute": members.attribute,
        "subscript": members.subscript,
        "call": _call,
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
