"""Names of other files of the workspace: the project floor finds the file, this one reads the name."""

from pathlib import PurePath
from typing import Protocol

from msgspec import Struct

from valohai_steps.source.tree.binding import BindingKind
from valohai_steps.source.tree.expressions import plain
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node, Syntax, field


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
    bindings = scopes.bindings(scopes.syntax.name(node), node)
    if not bindings or any(binding.kind is not BindingKind.IMPORTED for binding in bindings):
        return ""
    meanings = {imported_at(scopes.syntax, binding.node) for binding in bindings}
    meaning = meanings.pop()
    if meaning is None or meanings or meaning.level:
        return ""
    start = [meaning.module] if meaning.name is None else [meaning.module, meaning.name]
    return ".".join((*start, *reversed(path)))


def from_module(syntax: Syntax, statement: Node) -> tuple[str, int] | None:
    """The module and the dots of `from ..module import`."""
    module = field(statement, "module_name")
    if module is None:
        return None
    source = "".join(syntax.source(module).split())
    name = source.lstrip(".")
    return name, len(source) - len(name)
