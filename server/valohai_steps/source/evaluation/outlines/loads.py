"""Calls that import a module by its name, or run a file by its path: which, and what they are given."""

from collections.abc import Iterator, Mapping

from valohai_steps.source.evaluation.tables.loaders import FILE_LOADERS, MODULE_LOADERS
from valohai_steps.source.tree.binding import Binding, bound_at
from valohai_steps.source.tree.nodes import call_given, called_at, member_at
from valohai_steps.source.tree.scope import Scopes, is_use
from valohai_steps.source.tree.syntax import Node, Syntax, field, parts


def loads(scopes: Scopes, loaders: Mapping[str, tuple[int, str]]) -> Iterator[tuple[Node, Node | None]]:
    """Every call of a loader of the table, by its name or one that an import gives it, with its argument.

    The argument is None where the call hides it: `run_path(*paths)`. A call that gets the loader comes with
    each of its other arguments: `map(import_module, names)`. Raises ExcessiveText.
    """
    for name in loaders:
        for use in _uses(scopes, name):
            call, other = called_at(use), call_given(use)
            if call is not None:
                yield call, loaded_by(scopes.syntax, call, name)
            elif other is not None:
                given = parts(field(other, "arguments"))
                yield from ((other, each) for each in given if each.id != use.id)


def loaded_by(syntax: Syntax, call: Node, loader: str) -> Node | None:
    """The name or path that a call of `loader`, a row of a table, gets; None where the call hides it."""
    place, keyword = FILE_LOADERS.get(loader) or MODULE_LOADERS[loader]
    for index, each in enumerate(parts(field(call, "arguments"))):
        if each.type.endswith("_splat"):
            return None
        name = field(each, "name") if each.type == "keyword_argument" else None
        if name is not None and syntax.name(name) == keyword:
            return field(each, "value")
        if name is None and index == place:
            return each
    return None


def _uses(scopes: Scopes, name: str) -> Iterator[Node]:
    renamed: list[Binding] = []
    for node in scopes.syntax.names(name):
        outer, member = node.parent, member_at(node)
        if member is not None:
            yield member
        elif is_use(node):
            yield node
        elif outer is not None and outer.parent is not None and outer.parent.type == "aliased_import":
            alias = field(outer.parent, "alias")
            renamed += () if alias is None else bound_at(alias)
    if renamed:
        yield from scopes.uses_of_any(renamed)
