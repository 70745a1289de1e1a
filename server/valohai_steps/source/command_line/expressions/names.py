"""What a name stands for in a frame: a value, a function, a class, something imported or of Python's own."""

from valohai_steps.model.text import Span
from valohai_steps.source.command_line.memory.frames import ClassObject, Frame, Function
from valohai_steps.source.command_line.memory.instances import ModuleObject
from valohai_steps.source.command_line.memory.objects import External, made, object_of
from valohai_steps.source.evaluation.imports import Imported, imported_at
from valohai_steps.source.evaluation.library.builtin_names import BUILTIN_NAMES
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.binding import Binding, BindingKind
from valohai_steps.source.tree.syntax import Node

_BUILTINS = BUILTIN_NAMES | {"complex", "eval", "super"}


def named_in(top: Frame, name: str) -> Evaluated | None:
    """What a name stands for at the end of a file; None when nothing there binds it."""
    known = top.names.get(name)
    if known is not None:
        return known
    bindings = top.script.scopes.in_scope(name, top.scope)
    if bindings:
        resolved = _resolved(top, bindings)
        if resolved is not None:
            return resolved
    return top.expressions.at_the_end(name)


def identifier(frame: Frame, node: Node) -> Evaluated | None:
    """A name that is used: what this reading has bound it to, or the one thing that its bindings are."""
    name = frame.source(node)
    known = frame.lookup(name)
    if known is not None:
        return known
    bindings = frame.script.scopes.bindings(name, node)
    if bindings:
        return _resolved(frame, bindings, frame.span(node))
    if name == "__name__":
        return made("__main__" if frame.script.path is None else "", frame.span(node))
    if name not in _BUILTINS or not frame.expressions.is_builtin(node):
        return None
    return made(External(f"builtins.{name}"), frame.span(node))


def _resolved(frame: Frame, bindings: tuple[Binding, ...], use: Span | None = None) -> Evaluated | None:
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
    found = script.top.expressions.exported(imported, use)
    if found is not None:
        return found
    whole = f"{imported.module}.{imported.name}" if imported.module else imported.name
    module = script.machine.script(script, Imported(whole, imported.level, None))
    if module is not None:
        return made(ModuleObject(module), use)
    return made(External(f"{'.' * imported.level}{whole}"), use)
