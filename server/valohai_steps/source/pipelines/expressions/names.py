"""What names stand for while a function is run on paper: its own, those around it, those of files."""

from collections.abc import Iterator

from valohai_steps.model.step import Cause, Static, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.imports import Imported, imported_at
from valohai_steps.source.pipelines.expressions.top_level import is_left_alone
from valohai_steps.source.pipelines.frames import Frame, Reading, Script, module_script
from valohai_steps.source.pipelines.objects import (
    External,
    Function,
    ModuleObject,
    PaperValue,
)
from valohai_steps.source.tree.binding import Binding, BindingKind
from valohai_steps.source.tree.syntax import Node, field, is_field, parts

# Names that are bound nowhere and mean what Python gives them.
_BUILTINS = frozenset(
    {
        "abs",
        "all",
        "any",
        "bool",
        "callable",
        "dict",
        "enumerate",
        "exit",
        "filter",
        "float",
        "format",
        "frozenset",
        "getattr",
        "hasattr",
        "hash",
        "id",
        "int",
        "isinstance",
        "issubclass",
        "iter",
        "len",
        "list",
        "map",
        "max",
        "min",
        "next",
        "open",
        "pow",
        "print",
        "quit",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "setattr",
        "slice",
        "sorted",
        "str",
        "sum",
        "tuple",
        "type",
        "vars",
        "zip",
    }
)


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
        return External(f"builtins.{name}") if name in _BUILTINS else frame.unknown(node, Cause.NOT_DEFINED)
    if isinstance(found, Unknown) and (frame.outside is not None or found.cause is Cause.IMPORTED):
        return frame.unknown(node, found.cause, found.subject)
    return found


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
        if isinstance(each, (list, dict, set)):
            reading.frozen[id(each)] = each
        if isinstance(each, (list, tuple)):
            waiting += each
        elif isinstance(each, dict):
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
    if len(bindings) == 1 and _is_plain_function(bindings[0]):
        definition = bindings[0].node.parent
        return None if definition is None else Function(definition, top)
    found = evaluation.at_the_end(name)
    if found is None:
        return None
    if isinstance(found.value, Static):
        return freeze(reading, _copied(found.value.value))
    written = bindings[0].value if len(bindings) == 1 else None
    if written is None or not is_left_alone(evaluation.scopes, name, bindings[0]):
        return found.value
    # Base evaluation fears what functions may do to it; here they are run, and it is frozen.
    return freeze(reading, top.value(written))


def _is_plain_function(binding: Binding) -> bool:
    """Whether the only binding is a `def` at the top of the file, without decorators."""
    definition = binding.node.parent
    if binding.kind is not BindingKind.FUNCTION or definition is None:
        return False
    return definition.parent is not None and definition.parent.type == "module"


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
