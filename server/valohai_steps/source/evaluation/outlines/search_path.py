"""Where a text changes the folders in which Python looks for modules: `sys.path.insert(0, "src")`."""

from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.imports import dotted_name, import_uses, may_be
from valohai_steps.source.evaluation.outlines.written_text import written_text
from valohai_steps.source.evaluation.tables.harmless import BUILTINS
from valohai_steps.source.text.ipython.marks import MOVED
from valohai_steps.source.tree.binding import BindingKind
from valohai_steps.source.tree.nodes import call_given, called_at, plain
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node, field, is_field, parts

WORDS = ("path", "__path__", "addsitedir", "chdir", "fchdir", MOVED)
# At the end of the list they leave the folder of the script first.
_HARMLESS = frozenset(("append", "extend", "index", "count", "copy", "__contains__"))
_LOOKS = frozenset(("comparison_operator", "interpolation", "expression_statement"))
_SAME = frozenset(
    (
        *("os.path.abspath", "os.path.realpath", "os.path.normpath", "os.fspath", "os.path.expanduser"),
        *("pathlib.Path", "pathlib.PurePath", "str"),
    )
)
_SAME_METHODS = frozenset(("resolve", "absolute", "as_posix"))
_CURRENT = frozenset(("os.getcwd", "pathlib.Path.cwd"))
_DEEPEST = 12


class FolderName(Struct, frozen=True):
    """A folder as an import names it: `level` dots, and the names below; 0: from the folder that is current.

    With `is_file` it is the text's own file, with `is_module` a file of Python, named without its `.py`.
    """

    level: int
    names: tuple[str, ...] = ()
    is_file: bool = False
    is_module: bool = False

    @property
    def parent(self) -> "FolderName | None":
        """The folder around; None where that is not known."""
        if self.is_file:
            return FolderName(1)
        if self.names:
            return FolderName(self.level, self.names[:-1])
        return FolderName(self.level + 1) if self.level else None

    def joined(self, text: str) -> "FolderName | None":
        """The folder that a relative path leads to from here."""
        found: FolderName | None = self
        for name in text.replace("\\", "/").rstrip("/").split("/"):
            if found is None or (not name and text):
                return None
            if name == "..":
                found = found.parent
            elif name not in ("", "."):
                module = name.removesuffix(".py")  # a file is named as its module
                names, is_module = (*found.names, module), module != name
                found = FolderName(found.level, names, is_module=is_module) if "." not in module else None
        return found


class PathChange(Struct, frozen=True):
    """A place that changes where Python looks; `folder` is looked into first then, None: any may be.

    `moves`: it makes that the current folder, in which notebooks look, and scripts do not.
    """

    place: Span
    folder: FolderName | None
    moves: bool = False


def path_changes(scopes: Scopes) -> Iterator[PathChange]:
    """Every such place of a text. Raises ExcessiveText."""
    syntax = scopes.syntax
    moves = any(True for _ in _moves(scopes))
    for use in _paths(scopes):
        if not _is_read(scopes, use):
            folder = _inserted(scopes, use)
            is_certain = folder is not None and not (moves and not folder.level)
            yield PathChange(syntax.span(use), folder if is_certain else None)
    for node in (*syntax.names("__path__"), *syntax.names("addsitedir")):
        if not (node.parent is not None and node.parent.type == "dotted_name") and not _extends(scopes, node):
            yield PathChange(syntax.span(node), None)
    yield from _moves(scopes)


def _moves(scopes: Scopes) -> Iterator[PathChange]:
    """Where another folder becomes the current one: `os.chdir("src")`, and `%cd` of IPython by its mark."""
    syntax = scopes.syntax
    names = ("os.chdir", "os.fchdir", "contextlib.chdir")
    for use in (*import_uses(scopes, "chdir"), *import_uses(scopes, "fchdir")):
        if any(may_be(scopes, use, name) for name in names):
            yield PathChange(syntax.span(use), _moved_to(scopes, use), moves=True)
    for node in syntax.names(MOVED):
        yield PathChange(syntax.span(node), _by_mark(scopes, node), moves=True)


def _moved_to(scopes: Scopes, function: Node) -> FolderName | None:
    call = function.parent
    given = parts(field(call, "arguments")) if call is not None and call.type == "call" else []
    if len(given) != 1:
        return None
    text = written_text(scopes, given[0])
    if text is not None:
        return FolderName(1).joined(text)
    found = _folder(scopes, given[0])
    return None if found is None or found.is_file else FolderName(found.level or 1, found.names)


def _by_mark(scopes: Scopes, mark: Node) -> FolderName | None:
    """The folder of `ꀗ(2).src`; None without one."""
    outer, level, names = mark.parent, 1, list[str]()
    if outer is not None and outer.type == "call":
        level = int(scopes.syntax.source(parts(field(outer, "arguments"))[0]))
        outer = outer.parent
    elif outer is None or outer.type != "attribute":
        return None
    while outer is not None and outer.type == "attribute":
        names.append(scopes.syntax.name(outer.children[-1]))
        outer = outer.parent
    return FolderName(level, tuple(names))


def file_named(scopes: Scopes, node: Node) -> FolderName | None:
    """The module in the file that an expression names: `"tools/x.py"`, `Path(__file__).parent / "x.py"`.

    None where that is computed, or no file of Python: what is run of a folder is its `__main__.py`.
    """
    found = _folder(scopes, node)
    return found if found is not None and found.is_module else None


def _paths(scopes: Scopes) -> Iterator[Node]:
    """Every expression for `sys.path`."""
    yield from (use for use in import_uses(scopes, "path") if may_be(scopes, use, "sys.path"))


def _is_read(scopes: Scopes, use: Node) -> bool:
    parent = use.parent
    if parent is None or parent.type in _LOOKS:
        return True
    outer = parent.parent
    match parent.type:
        case "attribute":
            return called_at(parent) is not None and scopes.syntax.name(parent.children[-1]) in _HARMLESS
        case "argument_list":
            call = call_given(use)
            function = None if call is None else field(call, "function")
            return function is not None and scopes.syntax.source(function) in BUILTINS
        case "for_statement" | "for_in_clause":
            return is_field(parent, "right", use)
        case "augmented_assignment":
            return is_field(parent, "left", use)
        case "subscript":
            is_left = outer is not None and is_field(outer, "left", parent)
            return not is_left and not (outer is not None and outer.type == "delete_statement")
    return False


def _inserted(scopes: Scopes, use: Node) -> FolderName | None:
    """The folder of `sys.path.insert(0, folder)`, where it can be read."""
    call = None if use.parent is None else use.parent.parent
    if use.parent is None or use.parent.type != "attribute" or call is None or call.type != "call":
        return None
    given = parts(field(call, "arguments"))
    is_insert = scopes.syntax.name(use.parent.children[-1]) == "insert"
    found = _folder(scopes, given[1]) if is_insert and len(given) == 2 else None
    return None if found is None or found.is_file else found


def _folder(scopes: Scopes, node: Node, deep: int = 0) -> FolderName | None:
    node = plain(node)
    if deep > _DEEPEST:
        return None
    match node.type:
        case "string" | "concatenated_string":
            text = written_text(scopes, node)
            return None if text is None else FolderName(0).joined(text)
        case "identifier":
            return _named(scopes, node, deep)
        case "call":
            return _called(scopes, node, deep)
        case "attribute" if scopes.syntax.name(node.children[-1]) == "parent":
            owner = field(node, "object")
            found = None if owner is None else _folder(scopes, owner, deep + 1)
            return None if found is None else found.parent
        case "binary_operator":
            left, right = field(node, "left"), field(node, "right")
            found = None if left is None else _folder(scopes, left, deep + 1)
            text = None if right is None else written_text(scopes, right)
            return None if found is None or text is None else found.joined(text)
    return None


def _named(scopes: Scopes, node: Node, deep: int) -> FolderName | None:
    name = scopes.syntax.name(node)
    bindings = scopes.bindings(name, node)
    if name == "__file__" and not bindings:
        return FolderName(0, is_file=True)
    if len(bindings) != 1 or bindings[0].kind is not BindingKind.ASSIGNED or bindings[0].value is None:
        return None
    return _folder(scopes, bindings[0].value, deep + 1)


def _called(scopes: Scopes, call: Node, deep: int) -> FolderName | None:
    function, given = field(call, "function"), parts(field(call, "arguments"))
    if function is None:
        return None
    name = dotted_name(scopes, function) or scopes.syntax.source(function)
    if name in _CURRENT:
        return FolderName(0)
    if function.type == "attribute" and scopes.syntax.name(function.children[-1]) in _SAME_METHODS:
        owner = field(function, "object")
        return None if owner is None else _folder(scopes, owner, deep + 1)
    found = _folder(scopes, given[0], deep + 1) if given else None
    if name in _SAME and len(given) == 1:
        return found
    if name == "os.path.dirname" and found is not None:
        return found.parent
    if name in ("os.path.join", "pathlib.Path"):
        for each in given[1:]:
            text = written_text(scopes, each)
            found = None if found is None or text is None else found.joined(text)
        return found
    return None


def _extends(scopes: Scopes, node: Node) -> bool:
    """`__path__ = extend_path(__path__, __name__)`: the package's own folder stays first."""
    while node.parent is not None and node.parent.type not in ("module", "block"):
        node = node.parent
    words = "".join(scopes.syntax.source(node).split())
    return words.removeprefix("__path__=").removeprefix("pkgutil.") == "extend_path(__path__,__name__)"
