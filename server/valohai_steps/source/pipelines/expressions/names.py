"""What names stand for while a function is run on paper: its own, those around it, those of files."""

from collections.abc import Iterator

from valohai_steps.model.step import Cause, Static, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.imports import Imported, imported_at
from valohai_steps.source.evaluation.library.builtin_names import BUILTIN_NAMES
from valohai_steps.source.pipelines.expressions.top_level import (
    is_from_outside,
    is_left_alone,
    names_before,
    runs_certainly,
)
from valohai_steps.source.pipelines.memory.frames import Frame, Reading, Script, module_script
from valohai_steps.source.pipelines.memory.functions import Function, ModuleObject, defaults_of
from valohai_steps.source.pipelines.memory.objects import (
    External,
    Hidden,
    PaperValue,
    Raises,
    Refused,
    few_parts,
    hidden,
)
from valohai_steps.source.tree.binding import Binding, BindingKind
from valohai_steps.source.tree.syntax import Node, field, is_field, parts


def named(frame: Frame, node: Node) -> PaperValue:
    """What an identifier stands for. Raises Refused for one that is not assigned yet."""
    evaluation = frame.script.evaluation
    name = evaluation.syntax.name(node)
    top = frame
    for holder in frame.holders():
        if name in holder.names:
            return holder.names[name]
        if holder.outer is not None and evaluation.scopes.in_scope(name, holder.scope):
            frame.refuse(node, Cause.CONDITIONAL)
        top = holder
    found = in_module(frame.reading, frame.script, top, name)
    if found is None:
        return (
            External(f"builtins.{name}") if name in BUILTIN_NAMES else frame.unknown(node, Cause.NOT_DEFINED)
        )
    if isinstance(found, Unknown) and (frame.outside is not None or found.cause is Cause.IMPORTED):
        unknown = frame.unknown(node, found.cause, found.subject)
        return hidden(unknown) if isinstance(found, Hidden) else unknown
    return found


def looked_up(frame: Frame, node: Node) -> PaperValue:
    """What an identifier stands for; None where it is not assigned, or not yet."""
    evaluation = frame.script.evaluation
    name, top = evaluation.syntax.name(node), frame
    for holder in frame.holders():
        if name in holder.names:
            return holder.names[name]
        if holder.outer is not None and evaluation.scopes.in_scope(name, holder.scope):
            return None
        top = holder
    found = in_module(frame.reading, frame.script, top, name)
    return External(f"builtins.{name}") if found is None and name in BUILTIN_NAMES else found


def in_module(reading: Reading, script: Script, top: Frame, name: str) -> PaperValue | None:
    """What a name of a file stands for once the file has run; None when nothing there binds it."""
    if name not in script.values:
        found = _in_module(reading, script, top, name)
        if found is None:
            return None
        script.values[name] = found
    return script.values[name]


def local_import(frame: Frame, statement: Node) -> Iterator[tuple[str, PaperValue]]:
    """What an import inside of a function binds. Raises Refused for `*`."""
    syntax = frame.script.evaluation.syntax
    for part in parts(statement):
        if is_field(statement, "module_name", part):
            continue
        if part.type not in ("dotted_name", "aliased_import"):
            frame.refuse(part)
        binding = field(part, "alias") or part.named_children[0]
        imported = imported_at(syntax, binding)
        found = None if imported is None else _imported(frame, imported, frame.span(part))
        name = syntax.name(binding)
        yield name, frame.unknown(part, Cause.IMPORTED, name) if found is None else found


def top_frame(reading: Reading, script: Script, outside: Span | None = None) -> Frame:
    """The frame of the names of a file; of another one than is read, `outside` is what led there."""
    return Frame(script, reading, script.evaluation.syntax.root, outside=outside)


def freeze(reading: Reading, value: PaperValue) -> PaperValue:
    """Note that others hold a value and all in it: nothing may change it unseen."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, (list, tuple, dict, set, frozenset)) and id(each) not in reading.frozen:
            reading.frozen[id(each)] = each
            waiting += each
            if isinstance(each, dict):
                waiting += each.values()
    return value


def _in_module(reading: Reading, script: Script, top: Frame, name: str) -> PaperValue | None:
    evaluation = script.evaluation
    bindings = evaluation.scopes.in_scope(name, evaluation.syntax.root)
    if bindings and all(binding.kind is BindingKind.IMPORTED for binding in bindings):
        meanings = [imported_at(evaluation.syntax, binding.node) for binding in bindings]
        first = meanings[0]
        if first is not None and all(each == first for each in meanings):
            found = _imported(top, first, evaluation.syntax.span(bindings[0].node))
            if found is not None:
                return found
    if len(bindings) == 1 and _is_plain_function(reading, top, bindings[0]):
        definition = bindings[0].node.parent
        return None if definition is None else _function(reading, top, definition)
    found = evaluation.at_the_end(name)
    if found is None:
        return None
    if isinstance(found.value, Static):
        return freeze(reading, _copied(found.value.value))
    written = bindings[0].value if len(bindings) == 1 else None
    if written is None or not is_left_alone(evaluation.scopes, name, bindings[0]):
        from_outside = written is not None and is_from_outside(evaluation.scopes, written)
        return found.value if from_outside else hidden(found.value)
    # Base evaluation fears what functions may do to it; here they are run, and it is frozen.
    return freeze(reading, _at_import(top, written))


def _function(reading: Reading, top: Frame, definition: Node) -> Function:
    """A function of a file, with the defaults that it got when the file was run."""
    made = Function(definition, top)
    for default in defaults_of(definition):
        made.defaults[default.id] = freeze(reading, _at_import(top, default))
    return made


def _at_import(top: Frame, written: Node) -> PaperValue:
    """What an expression at the top of a file was when it ran; of names, only their last values are known."""
    names = names_before(top.script.evaluation.scopes, written)
    if names is None:
        return hidden(top.unknown(written))
    try:
        if written.type != "identifier" and not all(_is_as_at_the_end(top, name) for name in names):
            return hidden(top.unknown(written))
        return top.value(written)
    except (Refused, Raises):
        return hidden(top.unknown(written))


def _is_as_at_the_end(top: Frame, name: Node) -> bool:
    """Whether what a name stands for, at a place at the top of its file, is what it stands for in the end.

    Raises Refused when that is too much to look at.
    """
    last = looked_up(top, name)
    if not isinstance(last, (list, dict, set, tuple, Hidden)):
        return True
    if isinstance(last, tuple) and not top.is_mutable(name, last):
        return True
    there = top.script.evaluation.found(name).value
    if not isinstance(there, Static):
        return False
    before, after = few_parts(there.value), few_parts(last)
    if before is None or after is None:
        return False
    top.charge(name, len(before) + len(after))
    return repr(there.value) == repr(last)  # also the order, and 1 is not True


def class_constant(frame: Frame, node: Node, owner: Node) -> PaperValue | None:
    """What `Names.TRAIN` stands for, of a class at the top of the file; None for anything else.

    Base evaluation knows it as it is once the file has run; what is run on paper cannot change it.
    """
    evaluation = frame.script.evaluation
    name = evaluation.syntax.name(owner)
    for holder in frame.holders():
        local = holder.outer is not None and evaluation.scopes.in_scope(name, holder.scope)
        if local or name in holder.names:
            return None
    bindings = evaluation.scopes.in_scope(name, evaluation.syntax.root)
    if len(bindings) != 1 or bindings[0].kind is not BindingKind.CLASS:
        return None
    found = evaluation.found(node).value
    return freeze(frame.reading, _copied(found.value)) if isinstance(found, Static) else None


def _is_plain_function(reading: Reading, top: Frame, binding: Binding) -> bool:
    """Whether the only binding is a `def` without decorators that the top of the file certainly runs."""
    definition = binding.node.parent

    def truth(condition: Node) -> bool | None:
        found = _at_import(top, condition)
        return bool(found) if isinstance(found, (bool, int, float, str, list, tuple, dict)) else None

    if binding.kind is not BindingKind.FUNCTION or definition is None:
        return False
    return runs_certainly(definition, truth)


def _imported(frame: Frame, imported: Imported, place: Span) -> PaperValue | None:
    """What an import means; `place` is where it stands, in the file of the frame."""
    reading, script = frame.reading, frame.script
    outside = place if frame.outside is None else frame.outside
    inside = module_script(reading, script, imported)
    if imported.name is None:
        return ModuleObject(inside) if inside is not None else _outside(imported.module, imported.level)
    if inside is not None:
        found = in_module(reading, inside, top_frame(reading, inside, outside), imported.name)
        if isinstance(found, Unknown):
            return Unknown(outside, Cause.IMPORTED, imported.name)
        if found is not None:
            return found
    whole = f"{imported.module}.{imported.name}" if imported.module else imported.name
    module = module_script(reading, script, Imported(whole, imported.level, None))
    if module is not None:
        return ModuleObject(module)
    return None if inside is not None else _outside(whole, imported.level)


def _outside(name: str, level: int) -> External | None:
    return None if level else External(name)


def _copied(value: PaperValue) -> PaperValue:
    """A value of which every name has its own: base evaluation may hand out one object twice."""
    if isinstance(value, list):
        return [_copied(each) for each in value]
    if isinstance(value, tuple):
        return tuple(_copied(each) for each in value)
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    return set(value) if isinstance(value, set) else value
