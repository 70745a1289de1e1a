"""Names of other files of the workspace: the project floor finds the file, this one reads the name."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Protocol
from weakref import WeakKeyDictionary

from msgspec import Struct

from valohai_steps.source.tree.binding import Binding, BindingKind, bindings_at
from valohai_steps.source.tree.expressions import plain
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node, Syntax, ancestors, field, is_field, parts


class Module(Struct, frozen=True):
    """A file that an import means. `imports` finds what that file imports itself.

    `syntax` is that of the file's PythonFile, or `Syntax(text)`: parsing happens only when a name is asked
    for. Do not read the whole file for it (`read_module`): two files that import each other would never end.
    """

    path: PurePath
    syntax: Syntax
    imports: "Imports"


class Imports(Protocol):
    """Finds the files that imports of one file mean. Given by the project floor."""

    def module(self, name: str, level: int) -> Module | None:
        """The file of a module, None when it is none of the workspace.

        `name` is dotted and may be empty; `level` counts the dots in front (0: absolute). A package means
        its `__init__.py`: `from . import x` asks for ("", 1), and for ("x", 1) when that has no `x`.
        """


class Imported(Struct, frozen=True):
    """What an import statement binds: a module, or `name` in it (`*` for all of them)."""

    module: str
    level: int
    name: str | None


def imported_at(syntax: Syntax, node: Node) -> Imported | None:
    """What the import statement means that binds this identifier; None when it is none."""
    part = node.parent
    if part is None:
        return None
    named = field(part, "name") if part.type == "aliased_import" else part
    statement = part.parent
    if statement is None or named is None:
        return None
    if statement.type == "import_from_statement":
        found = from_module(syntax, statement)
        return None if found is None else Imported(*found, syntax.source(named))
    if statement.type != "import_statement":
        return None
    whole = syntax.source(named)
    return Imported(whole if part.type == "aliased_import" else whole.partition(".")[0], 0, None)


def dotted_name(scopes: Scopes, node: Node) -> str:
    """`os.path.join` for whatever name it goes by at `node`; empty when that is not imported absolutely."""
    path: list[str] = []
    while node.type == "attribute":
        owner, member = field(node, "object"), field(node, "attribute")
        if owner is None or member is None:
            return ""
        path.append(scopes.syntax.name(member))
        node = plain(owner)
    if node.type != "identifier":
        return ""
    start = _imported_name(scopes, scopes.bindings(scopes.syntax.name(node), node))
    return ".".join((start, *reversed(path))) if start else ""


# By the first binding of a name in a scope: every use of the name asks for the same ones.
_KNOWN: "WeakKeyDictionary[Scopes, dict[int, str]]" = WeakKeyDictionary()


def _imported_name(scopes: Scopes, bindings: tuple[Binding, ...]) -> str:
    """What all bindings of a scope import, when they do; empty when one of them does not."""
    if not bindings:
        return ""
    known = _KNOWN.setdefault(scopes, {})
    name = known.get(bindings[0].node.id)
    if name is None:
        name = known[bindings[0].node.id] = _common_name(scopes.syntax, bindings)
    return name


def _common_name(syntax: Syntax, bindings: tuple[Binding, ...]) -> str:
    if any(binding.kind is not BindingKind.IMPORTED for binding in bindings):
        return ""
    meanings = {imported_at(syntax, binding.node) for binding in bindings}
    meaning = meanings.pop()
    if meaning is None or meanings or meaning.level:
        return ""
    return meaning.module if meaning.name is None else f"{meaning.module}.{meaning.name}"


def import_uses(scopes: Scopes, word: str) -> Iterator[Node]:
    """The uses of what imports bind that name a package, or something of one, by this word. Each comes once.

    Raises ExcessiveText.
    """
    yield from scopes.uses_of_any(
        binding for node in scopes.syntax.names(word) for binding in _bound_with(node)
    )


def _bound_with(node: Node) -> Iterator[Binding]:
    """What an import statement binds by the part that holds `node`; by all where that is the module."""
    part = node
    for outer in ancestors(node):
        if outer.type in ("import_statement", "import_from_statement"):
            is_module = is_field(outer, "module_name", part)
            for each in (other for other in parts(outer) if other.id != part.id) if is_module else (part,):
                named = field(each, "alias") if each.type == "aliased_import" else each
                if named is not None:
                    yield from bindings_at(named.children[0] if named.type == "dotted_name" else named)
            return
        if outer.type not in ("dotted_name", "aliased_import", "relative_import"):
            return
        part = outer


def from_module(syntax: Syntax, statement: Node) -> tuple[str, int] | None:
    """The module and the dots of `from ..module import`."""
    module = field(statement, "module_name")
    if module is None:
        return None
    source = "".join(syntax.source(module).split())
    name = source.lstrip(".")
    return name, len(source) - len(name)
