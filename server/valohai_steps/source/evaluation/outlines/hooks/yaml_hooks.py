"""Where code of a text gets what yaml writes: by representers of dicts and lists, and dumpers of its own."""

from collections.abc import Iterator

from valohai_steps.source.evaluation.imports import dotted_name, import_uses
from valohai_steps.source.evaluation.outlines.hooks.log_records import function_gets_logged
from valohai_steps.source.tree.binding import BindingKind, bindings_at
from valohai_steps.source.tree.mutations import is_assigned
from valohai_steps.source.tree.nodes import member_at
from valohai_steps.source.tree.scope import Scopes, is_use, scope_of
from valohai_steps.source.tree.syntax import Node, field, parts

_ADDING = ("add_representer", "add_multi_representer")
_TABLES = ("yaml_representers", "yaml_multi_representers")
# Methods of a dumper that get what is written.
_METHODS = (
    *("represent", "represent_data", "represent_mapping", "represent_sequence", "represent_scalar"),
    *("represent_dict", "represent_list", "represent_set", "represent_object", "represent_undefined"),
    "ignore_aliases",
)
# What a representer of these gets holds no value of ours.
_ATOMS = frozenset(("str", "int", "float", "bool", "bytes", "complex"))


def yaml_hooks(scopes: Scopes) -> Iterator[Node]:
    """The places of a text that hook into the dump of a value. Raises ExcessiveText."""
    for word in _ADDING:
        members = map(member_at, scopes.syntax.names(word))
        found = {node.id: node for node in (*members, *import_uses(scopes, word)) if node is not None}
        yield from (node for node in found.values() if not _is_of_atoms(scopes, node))
    for word in _TABLES:
        yield from (node for node in scopes.syntax.names(word) if member_at(node) or is_use(node))
    for word in _METHODS:
        yield from (node for node in scopes.syntax.names(word) if _is_method(scopes, node))


def _is_of_atoms(scopes: Scopes, node: Node) -> bool:
    """`yaml.add_representer(str, f)`, and of a class of the text, or of a library's objects."""
    call = node.parent
    given = parts(field(call, "arguments")) if call is not None and call.type == "call" else []
    if not given:
        return False
    name = dotted_name(scopes, given[0])
    if name:
        return name.partition(".")[0] not in ("builtins", "collections", "typing")
    if given[0].type != "identifier":
        return False
    bindings = scopes.bindings(scopes.syntax.name(given[0]), given[0])
    is_class = len(bindings) == 1 and bindings[0].kind is BindingKind.CLASS and bindings[0].value is not None
    if is_class and bindings[0].value is not None:
        return not parts(field(bindings[0].value, "superclasses"))
    return not bindings and scopes.syntax.name(given[0]) in _ATOMS


def _is_method(scopes: Scopes, node: Node) -> bool:
    """Whether a class gets a method there that does more with what is written than to look at it."""
    holder, member = node.parent, member_at(node)
    if member is not None:
        outer = member.parent
        if outer is None or not is_assigned(outer, member):
            return False
        value = field(outer, "right")
        return value is None or value.type != "lambda" or function_gets_logged(scopes, value)
    for binding in bindings_at(node):
        if scope_of(node).type == "class_definition":
            is_plain = binding.kind is BindingKind.FUNCTION and holder is not None
            return not is_plain or holder is None or function_gets_logged(scopes, holder, is_method=True)
    return False
