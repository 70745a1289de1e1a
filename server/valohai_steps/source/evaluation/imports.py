"""Names of other files of the workspace: the project floor finds the file, this one reads the name."""

from collections.abc import Iterator
from pathlib import PurePath
from typing import Protocol

from msgspec import Struct

from valohai_steps.source.tree.binding import Binding, BindingKind, bindings_at, star_imports
from valohai_steps.source.tree.execution_order import is_before, is_certain
from valohai_steps.source.tree.nodes import member_at, plain
from valohai_steps.source.tree.scope import HandedOn, Scopes, is_use
from valohai_steps.source.tree.syntax import Node, Syntax, ancestors, field, is_field, parts

# What a name may mean through other files: more of it is not looked at.
_MOST_MEANINGS = 20


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

    @property
    def is_notebook(self) -> bool:
        """Whether that file is a notebook."""

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
        return None if found is None else Imported(*found, syntax.name(named))
    if statement.type != "import_statement":
        return None
    whole = syntax.name(named)
    return Imported(whole if part.type == "aliased_import" else whole.partition(".")[0], 0, None)


def dotted_name(scopes: Scopes, node: Node) -> str:
    """What an expression certainly is: `os.path.join` for whatever name it goes by at `node`.

    Empty when that is not imported absolutely, or may be anything else.
    """
    first, path = _path(scopes, node)
    start = "" if first is None else _imported_name(scopes, scopes.bindings(scopes.syntax.name(first), first))
    return ".".join((start, *path)) if start else ""


def possible_names(scopes: Scopes, node: Node) -> tuple[str, ...]:
    """What an expression may be: by any import that binds its first name, whatever else binds it."""
    first, path = _path(scopes, node)
    if first is None:
        return ()
    name = scopes.syntax.name(first)
    if not scopes.bindings(name, first):  # from sys import *
        names = [".".join((module, name, *path)) for module in _starred(scopes)]
    else:
        found = (_possible(scopes, bindings) for bindings in scopes.meanings(name, first))
        names = [".".join((start, *path)) for starts in found for start in starts]
    return tuple(each for name in names for each in (name, *through_others(scopes.handed_on, name)))


def through_others(handed_on: HandedOn, name: str) -> Iterator[str]:
    """What `q.j.dumps` may be as well, where another file hands on a module as `j`: `json.dumps`."""
    waiting, seen = [name] if handed_on.meanings else [], {name}
    while waiting:
        words = waiting.pop().split(".")
        found = (
            ".".join((meaning, *words[place + 1 :]))
            for place, word in enumerate(words[1:], 1)
            for meaning in handed_on.meanings.get(word, ())
        )
        for each in found:
            if each not in seen and len(seen) < _MOST_MEANINGS:
                seen.add(each)
                waiting.append(each)
                yield each


def _starred(scopes: Scopes) -> tuple[str, ...]:
    """The modules whose names a text imports all, each once."""
    kept, key = scopes.kept, "modules starred"
    if key not in kept:
        found = (from_module(scopes.syntax, statement) for statement in star_imports(scopes.syntax))
        kept[key] = tuple(dict.fromkeys(module[0] for module in found if module is not None))
    return kept[key]


def may_be(scopes: Scopes, node: Node, name: str) -> bool:
    """Whether an expression may be `sys.modules`, directly or through a module that imports it: `os.sys`."""
    return any(f".{each}".endswith(f".{name}") for each in possible_names(scopes, node))


def may_be_builtin(scopes: Scopes, node: Node) -> bool:
    """Whether an identifier may mean what Python gives its name, although something here may bind it."""
    bindings = scopes.bindings(scopes.syntax.name(node), node)
    if not bindings or bindings[0].kind is BindingKind.PARAMETER:
        return not bindings
    if any(binding.kind is BindingKind.DELETED for binding in bindings[:9]) or len(bindings) > 9:
        return True
    first = bindings[0]
    return not (is_before(first.node, node) and is_certain(scopes.syntax, first, node))


def _path(scopes: Scopes, node: Node) -> tuple[Node | None, tuple[str, ...]]:
    """The first name of `a.b.c`, and the others."""
    path: list[str] = []
    while node.type == "attribute":
        owner, member = field(node, "object"), field(node, "attribute")
        if owner is None or member is None:
            return None, ()
        path.append(scopes.syntax.name(member))
        node = plain(owner)
    return (node, tuple(reversed(path))) if node.type == "identifier" else (None, ())


def _possible(scopes: Scopes, bindings: tuple[Binding, ...]) -> tuple[str, ...]:
    if not bindings:
        return ()
    kept, key = scopes.kept, f"possible names {bindings[0].node.id}"
    if key not in kept:
        imports = (each.node for each in bindings if each.kind is BindingKind.IMPORTED)
        meanings = dict.fromkeys(imported_at(scopes.syntax, node) for node in imports)
        kept[key] = tuple(
            each.module if each.name is None else f"{each.module}.{each.name}" for each in meanings if each
        )
    return kept[key]


def _imported_name(scopes: Scopes, bindings: tuple[Binding, ...]) -> str:
    """What all bindings of a scope import, when they do; empty when one of them does not."""
    if not bindings:
        return ""
    # By the first binding of a name in a scope: every use of the name asks for the same ones.
    kept, key = scopes.kept, f"imported name {bindings[0].node.id}"
    if key not in kept:
        kept[key] = (_common_name(scopes.syntax, bindings),)
    return kept[key][0]


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
    for each in (word, *scopes.handed_on.words(word)):
        yield from _uses_by_word(scopes, each)


def _uses_by_word(scopes: Scopes, word: str) -> Iterator[Node]:
    nodes = scopes.syntax.names(word)
    yield from scopes.uses_of_any(binding for node in nodes for binding in _bound_with(node))
    for node in nodes:  # os.sys
        holder = member_at(node)
        if holder is not None and possible_names(scopes, holder):
            yield holder
        elif _starred(scopes) and is_use(node) and not scopes.bindings(word, node):
            yield node


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
    source = "".join(syntax.name(module).split())
    name = source.lstrip(".")
    return name, len(source) - len(name)
