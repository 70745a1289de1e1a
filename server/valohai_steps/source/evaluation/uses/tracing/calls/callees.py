"""What a call calls: a builtin, a function of a module, a function that is read here, a method."""

from msgspec import Struct

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.imports import Imported, dotted_name, imported_at
from valohai_steps.source.evaluation.modules.whole_program import (
    Culprit,
    is_replaced,
    replacement_of,
    says,
)
from valohai_steps.source.evaluation.outlines.hooks.logging_hooks import LIBRARIES
from valohai_steps.source.evaluation.tables.harmless import (
    BUILTINS,
    ENCODING,
    FUNCTIONS,
    LOGGER_METHODS,
    LOGGERS,
    SET,
    WRITER_METHODS,
    WRITERS,
)
from valohai_steps.source.evaluation.uses.settings import is_set, settings
from valohai_steps.source.evaluation.uses.tracing.trace import uses_of
from valohai_steps.source.tree.binding import Binding, BindingKind, bound_at
from valohai_steps.source.tree.nodes import plain
from valohai_steps.source.tree.syntax import Node, field, is_field, parts

_BUILTIN_TYPES = frozenset(("dict", "list", "set", "tuple", "frozenset"))


class Callee(Struct, frozen=True):
    """`node` is what stands in front of the brackets, without brackets of its own.

    `builtin` is the name of a builtin, `full_name` that of a function of a module outside of the workspace;
    of `owner.method` those two parts.
    """

    node: Node
    builtin: str = ""
    full_name: str = ""
    owner: Node | None = None
    method: str = ""


def callee_of(program: Evaluator, call: Node) -> Callee:
    """What a call calls."""
    node = plain(field(call, "function") or call)
    if node.type == "identifier":
        name = program.syntax.name(node)
        if program.is_builtin(node):
            return Callee(node, builtin=name)
    name = full_name(program, node)
    module, _, inner = name.rpartition(".")
    if module == "builtins" and not is_replaced(program, name):
        return Callee(node, builtin=inner)
    if node.type == "identifier":
        return Callee(node, full_name=name)
    if node.type == "attribute":
        owner, member = field(node, "object"), field(node, "attribute")
        method = "" if member is None else program.syntax.name(member)
        return Callee(node, full_name=name, owner=owner and plain(owner), method=method)
    return Callee(node)


def full_name(program: Evaluator, node: Node) -> str:
    """`os.path.join` for whatever name it goes by here; empty when it is in no module outside."""
    found = dotted_name(program.scopes, node)
    return "" if not found or program.is_of_workspace(found) else found


def is_valohai(program: Evaluator, callee: Callee) -> bool:
    """Whether a call is one of the module `valohai`, which changes no argument."""
    if callee.full_name:
        return callee.full_name.startswith("valohai.")
    owner = callee.owner
    if owner is None or owner.type != "identifier" or program.syntax.name(owner) != "valohai":
        return False
    return not program.scopes.bindings("valohai", owner)


def is_logger(program: Evaluator, callee: Callee) -> bool:
    """`logger.info(...)`, where `logger` is what a module of loggers gives."""
    return _is_message(program, callee) and _hook(program) is None


def culprit_of(program: Evaluator, callee: Callee) -> Culprit | None:
    """What makes another function of a call that would be harmless; None without it."""
    if _is_message(program, callee):
        return _hook(program)
    if callee.full_name in FUNCTIONS:
        return replacement_of(program, callee.full_name) or encoder_of(program, callee)
    name = program.syntax.source(callee.node)
    if name in BUILTINS and not callee.builtin and not program.scopes.bindings(name, callee.node):
        return replacement_of(program, f"builtins.{name}")
    return None


def encoder_of(program: Evaluator, callee: Callee) -> Culprit | None:
    """The method of the program's own by which a call of json may write a whole value; None without one.

    Only a class that is given to the call (`cls=E`) does, and what is set on an object of json.
    """
    call = callee.node.parent
    if not callee.full_name.startswith("json.") or call is None:
        return None
    found = says(program, tuple(f"{SET}{name}" for name in ENCODING))
    if found is not None:
        return Culprit(found.what.removeprefix(SET), found.place, found.path)
    names = [
        field(each, "name") for each in parts(field(call, "arguments")) if each.type == "keyword_argument"
    ]
    is_given = any(name is not None and program.syntax.name(name) == "cls" for name in names)
    is_given = is_given or any(each.type == "dictionary_splat" for each in parts(field(call, "arguments")))
    return says(program, ENCODING) if is_given else None


def _is_message(program: Evaluator, callee: Callee) -> bool:
    return callee.method in LOGGER_METHODS and _is_made_by(program, callee.owner, LOGGERS)


def _hook(program: Evaluator) -> Culprit | None:
    return next(filter(None, (replacement_of(program, library) for library in LIBRARIES)), None)


def is_writer(program: Evaluator, callee: Callee) -> bool:
    """`writer.writerow(...)`, where `writer` is what the module csv gives."""
    is_method = callee.method in WRITER_METHODS and _is_made_by(program, callee.owner, WRITERS)
    return is_method and not is_replaced(program, "csv")


def only_writes(program: Evaluator, callee: Callee, call: Node) -> bool:
    """`w = csv.DictWriter(f, p)`, of which only rows are written: it reads its columns' names from `p`."""
    outer = call.parent
    if callee.full_name != "csv.DictWriter" or outer is None:
        return False
    target = field(outer, "left") if outer.type == "assignment" else None
    if target is None:
        return _writes(program, call)
    bindings = bound_at(target) if target.type == "identifier" else ()
    uses = [use for binding in bindings for use in uses_of(program, binding)]
    return bool(bindings) and all(_writes(program, use) for use in uses)


def _writes(program: Evaluator, writer: Node) -> bool:
    holder = writer.parent
    if holder is None or holder.type != "attribute" or not is_field(holder, "object", writer):
        return False
    is_called = holder.parent is not None and holder.parent.type == "call"
    return is_called and program.syntax.name(holder.children[-1]) in WRITER_METHODS


def _is_made_by(program: Evaluator, owner: Node | None, makers: frozenset[str]) -> bool:
    """Whether an object is one of the makers, or what a call of one gives."""
    if owner is None:
        return False
    if full_name(program, owner) in makers:
        return True
    if owner.type == "identifier":
        made = _makers_of(program, program.scopes.bindings(program.syntax.name(owner), owner))
        return bool(made) and makers.issuperset(made)
    return owner.type == "call" and _maker(program, owner) in makers


def _makers_of(program: Evaluator, bindings: tuple[Binding, ...]) -> tuple[str, ...]:
    """The functions of modules that are called to make what a name stands for; "" for anything else."""
    if not bindings:
        return ()
    kept, key = program.scopes.kept, f"makers {bindings[0].node.id}"
    if key not in kept:
        values = (binding.value for binding in bindings)
        kept[key] = tuple(dict.fromkeys("" if each is None else _maker(program, each) for each in values))
    return kept[key]


def builtin_method(program: Evaluator, callee: Callee) -> bool:
    """`dict.update`, a method of a builtin type that gets its object as an argument."""
    owner = callee.owner
    if owner is None or owner.type != "identifier":
        return False
    name = program.syntax.name(owner)
    return name in _BUILTIN_TYPES and program.is_builtin(owner)


def definition_of(program: Evaluator, node: Node) -> tuple[Evaluator, Node, int] | None:
    """The function that `node` certainly means, the text it stands in, and how many parameters a call skips.

    A class means its `__init__`. None when it is not read here, or wrapped by a decorator.
    """
    node = plain(node)
    if node.type == "lambda":
        return program, node, 0
    if node.type != "identifier":
        return None
    bindings = program.scopes.bindings(program.syntax.name(node), node)
    if len(bindings) != 1:
        return None
    (binding,) = bindings
    if binding.kind is BindingKind.IMPORTED:
        imported = imported_at(program.syntax, binding.node)
        return None if imported is None else _imported(program, imported)
    if binding.kind is BindingKind.ASSIGNED and binding.value is not None and binding.value.type == "lambda":
        return program, binding.value, 0
    return defined_at(program, binding.node)


def defined_at(program: Evaluator, name: Node) -> tuple[Evaluator, Node, int] | None:
    """The same, of the name in a `def` or `class` statement."""
    definition = name.parent
    if definition is None or (definition.parent is not None and definition.parent.type.startswith("decor")):
        return None
    if definition.type == "function_definition":
        return program, definition, 0
    if definition.type != "class_definition" or parts(field(definition, "superclasses")):
        return None
    if program.scopes.in_scope("__new__", definition):
        return None
    found = program.scopes.in_scope("__init__", definition)
    if any(True for _ in settings(program, "__init__")):
        return None
    if len(found) != 1 or found[0].kind is not BindingKind.FUNCTION:
        return None
    function = found[0].node.parent
    is_plain = function is not None and function.parent is not None and function.parent.type == "block"
    return (program, function, 1) if is_plain and function is not None else None


def _imported(program: Evaluator, imported: Imported) -> tuple[Evaluator, Node, int] | None:
    other = program.program_of(imported)
    if other is None or imported.name is None:
        return None
    bindings = other.scopes.in_scope(imported.name, other.syntax.root)
    if len(bindings) != 1 or is_set(program, imported.name) or is_set(program, "__init__"):
        return None
    return defined_at(other, bindings[0].node)


def _maker(program: Evaluator, call: Node) -> str:
    function = field(call, "function") if call.type == "call" else None
    return "" if function is None else full_name(program, function)
