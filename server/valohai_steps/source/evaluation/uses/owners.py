"""Attributes of classes and modules: who may set them, and who gets the class or the module itself."""

from collections.abc import Iterable, Iterator

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.modules.workspace import module_stem
from valohai_steps.source.evaluation.once import once
from valohai_steps.source.evaluation.tables.harmless import BUILTINS
from valohai_steps.source.evaluation.uses.effects import effects_of
from valohai_steps.source.evaluation.uses.imported_names import module_leaks, roots_of
from valohai_steps.source.evaluation.uses.mentions import attributes_named
from valohai_steps.source.evaluation.uses.settings import settings
from valohai_steps.source.evaluation.uses.tracing.reach import Effect, Shape
from valohai_steps.source.evaluation.uses.tracing.trace import uses_of
from valohai_steps.source.tree.binding import Binding, BindingKind, bound_at
from valohai_steps.source.tree.nodes import called_at, member_at, plain
from valohai_steps.source.tree.syntax import Node, field, parts

_IMPLICIT = ("__new__", "__init_subclass__", "__class_getitem__")


@once
def leaks(program: Evaluator, binding: Binding, *, mutable: bool) -> Iterator[Node]:
    """The uses of a class through which its attributes may be set: it is passed on, or bound to a name.

    `mutable`: what its objects do to the attribute's value counts as well.
    """
    for use in uses_of(program, binding):
        if _gives_away(program, use, mutable=mutable):
            yield use
    if binding.value is not None:
        yield from _inner_leaks(program, binding.value, mutable=mutable)


@once
def effects_on_attribute(program: Evaluator, name: str, shape: Shape) -> tuple[Effect, ...]:
    """What a text may do to a mutable attribute by this name, of whatever object."""
    return effects_of(program, attributes_named(program, name), shape)


@once
def effects_on_member(program: Evaluator, member: Binding, shape: Shape) -> tuple[Effect, ...]:
    """What a class may do to a mutable attribute that it binds, by its bare name."""
    return effects_of(program, uses_of(program, member), shape, member)


@once
def effects_on_imported(program: Evaluator, name: str, shape: Shape) -> tuple[Effect, ...]:
    """What a text may do to a mutable value that it imports by this name."""
    return effects_of(program, roots_of(program, name), shape)


def foreign_changes(program: Evaluator, name: str, shape: Shape) -> Iterator[Node]:
    """Where another text of the workspace may change a name that it imports, too."""
    if not program.syntax.holds(name):
        return
    yield from settings(program, name, computed=False)
    if shape.levels:
        yield from (effect.node for effect in effects_on_imported(program, name, shape))


@once
def class_leaks(program: Evaluator, name: str) -> Iterator[Node]:
    """Where another text of the workspace passes on a class that it imports."""
    if name and program.syntax.holds(name):
        yield from (use for use in roots_of(program, name) if _gives_away(program, use, mutable=False))


@once
def leaks_of_modules(program: Evaluator) -> Iterator[Node]:
    """Where a text passes on a module of the program that is run."""
    for stem in _stems(program.program_run):
        if program.syntax.holds(stem):
            yield from module_leaks(program, stem)


@once
def _stems(program: Evaluator) -> Iterable[str]:
    return dict.fromkeys(module_stem(path) for path, _ in program.reachable or ())


def gives_every_class(program: Evaluator) -> bool:
    """Whether a text may ask for all classes: `object.__subclasses__()`, not those of a class of its own."""
    for holder in attributes_named(program, "__subclasses__"):
        owner = plain(holder.children[0])
        if owner.type != "identifier" or not program.scopes.bindings(program.syntax.name(owner), owner):
            return True
        if not _is_named_class(program, owner):
            return True
    return False


def _is_named_class(program: Evaluator, owner: Node) -> bool:
    """Whether a name means a class of the text, an imported one, or the class of a method: `cls`."""
    bindings = program.scopes.bindings(program.syntax.name(owner), owner)
    kinds = (BindingKind.CLASS, BindingKind.IMPORTED, BindingKind.PARAMETER)
    return all(binding.kind in kinds for binding in bindings)


def _gives_away(program: Evaluator, use: Node, *, mutable: bool) -> bool:
    """Whether a use of a class does anything but read its attributes, make objects, or ask what it is."""
    parent = use.parent
    if parent is None or parent.type in ("type", "except_clause", "comparison_operator", "interpolation"):
        return False
    if parent.type == "attribute":
        member = field(parent, "attribute")
        return member is not None and program.syntax.name(member) in (
            "__dict__",
            "__setattr__",
            "__delattr__",
        )
    if parent.type == "call":
        outer = parent.parent
        return mutable and not (outer is not None and outer.type == "expression_statement")
    if parent.type == "argument_list" and parent.parent is not None:
        if parent.parent.type == "class_definition":
            return _has_hooks(program, parent.parent)
        function = field(parent.parent, "function")
        name = "" if function is None else program.syntax.name(function)
        is_builtin = function is not None and program.is_builtin(function)
        return not (is_builtin and name in {*BUILTINS, "issubclass"} - {"map", "filter", "type"})
    return parent.type not in ("expression_statement", "raise_statement", "binary_operator", "dotted_name")


def _has_hooks(program: Evaluator, subclass: Node) -> bool:
    """Whether making a subclass may run code that sets attributes of its bases."""
    bases = parts(field(subclass, "superclasses"))
    return any(base.type == "keyword_argument" for base in bases) or bool(
        program.scopes.in_scope("__init_subclass__", subclass)
    )


def _inner_leaks(program: Evaluator, definition: Node, *, mutable: bool) -> Iterator[Node]:
    """`__class__`, `type(self)` and `cls` in the methods of a class; `cls(...)` gives an object of it."""
    for name in ("__class__", "type"):
        for node in program.syntax.names(name):
            if definition.start_byte <= node.start_byte < definition.end_byte and _hands_on(program, node):
                yield node
    body = field(definition, "body")
    for statement in parts(body):
        function = statement if statement.type == "function_definition" else field(statement, "definition")
        if function is None or function.type != "function_definition":
            continue
        parameters = parts(field(function, "parameters"))
        name_node = field(function, "name")
        is_implicit = name_node is not None and program.syntax.name(name_node) in _IMPLICIT
        if parameters and (function.id != statement.id or is_implicit):
            for bound in bound_at(parameters[0]):
                uses = (use for use in uses_of(program, bound) if mutable or called_at(use) is None)
                yield from (use for use in uses if _hands_on(program, use))


def _hands_on(program: Evaluator, node: Node) -> bool:
    """Whether what gives the class is more than read: `cls.name`, `cls()`, `type(x).__name__` are fine."""
    parent = node.parent
    giver = member_at(node) or called_at(node)  # self.__class__; type(self), cls()
    if giver is not None:
        node, parent = giver, giver.parent
    while parent is not None and parent.type == "parenthesized_expression":
        node, parent = parent, parent.parent
    if parent is None or parent.type in ("expression_statement", "comparison_operator", "return_statement"):
        return parent is not None and parent.type == "return_statement"
    if parent.type == "attribute":
        member = field(parent, "attribute")
        return member is None or program.syntax.name(member) == "__dict__"
    return called_at(node) is None and parent.type != "interpolation"


def class_binding(program: Evaluator, owner: Node) -> Binding | None:
    """The class that an expression names, when it is one of this text."""
    owner = plain(owner)
    if owner.type != "identifier":
        return None
    bindings = program.scopes.bindings(program.syntax.name(owner), owner)
    return bindings[0] if len(bindings) == 1 and bindings[0].kind is BindingKind.CLASS else None
