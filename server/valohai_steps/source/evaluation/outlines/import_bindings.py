"""What the import statements of a text bind, hand on to other files, and what is set of it."""

from collections.abc import Iterable, Iterator

from valohai_steps.source.evaluation.imports import imported_at, possible_names
from valohai_steps.source.evaluation.outlines.hooks.replacements import path_set
from valohai_steps.source.evaluation.outlines.import_statements import import_statements
from valohai_steps.source.evaluation.tables.reaching import functions_of
from valohai_steps.source.tree.binding import Binding, bindings_at
from valohai_steps.source.tree.scope import Scopes, scope_of
from valohai_steps.source.tree.syntax import Node, field, is_field, parts

_SETTERS = (("builtins", "setattr"), ("builtins", "delattr"))


def imported_names(scopes: Scopes) -> Iterator[Binding]:
    """Every name that an import statement binds. Raises ExcessiveText."""
    for statement in import_statements(scopes.syntax):
        for part in parts(statement):
            named = field(part, "alias") if part.type == "aliased_import" else part
            if named is not None and not is_field(statement, "module_name", part):
                yield from bindings_at(named.children[0] if named.type == "dotted_name" else named)


def names_handed_on(scopes: Scopes, bound: Iterable[Binding]) -> Iterator[tuple[str, str]]:
    """The names that other files can import from this one, with what they mean, where that is another name.

    `e = exec` hands on a function of Python. Raises ExcessiveText.
    """
    for binding in bound:
        meaning = imported_at(scopes.syntax, binding.node)
        if meaning is not None and not meaning.level and scope_of(binding.node).id == scopes.syntax.root.id:
            name = scopes.syntax.name(binding.node)
            full_name = meaning.module if meaning.name is None else f"{meaning.module}.{meaning.name}"
            if name != full_name:
                yield name, full_name
    for module, function in (*functions_of("text", "names", "module"), *_SETTERS):
        for node in scopes.syntax.names(function) if module == "builtins" else ():
            outer = node.parent
            left = field(outer, "left") if outer is not None and outer.type == "assignment" else None
            if left is not None and left.type == "identifier" and left.id != node.id:
                yield scopes.syntax.name(left), f"{module}.{function}"


def set_by(scopes: Scopes, bound: Iterable[Binding]) -> Iterator[tuple[str, Node]]:
    """The dotted names of what is set, through what is imported, with the uses that do it."""
    for use in scopes.uses_of_any(bound):
        path = path_set(scopes, use)
        if path:
            yield from ((f"{name}.{path}", use) for name in possible_names(scopes, use))
