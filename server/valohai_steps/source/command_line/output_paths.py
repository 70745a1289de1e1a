"""The files that Python names as outputs, by `valohai.outputs()`, `/valohai/outputs` or `VH_OUTPUTS_DIR`."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec import Struct

from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import Static
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.input_paths import JOINS, WRAPPERS, environment_read, string_at
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.tree.binding import Binding, BindingKind
from valohai_steps.source.tree.nodes import called_at
from valohai_steps.source.tree.scope import scope_of
from valohai_steps.source.tree.syntax import ExcessiveText, Node, Syntax, field, is_field, parts

_WHOLE = pattern(r"/valohai/outputs/([^/\s\"'{}\\][^\s\"'{}\\]*)")
_ROOT = pattern(r"(?:/valohai/outputs/?|VH_OUTPUTS_DIR)(?=[\"'{])")
_SAME_PATH = frozenset({"resolve", "absolute", "expanduser"})
_AROUND = frozenset({"boolean_operator", "parenthesized_expression", "conditional_expression"})
_DEEPEST = 12
_MOST_PATHS = 1_000  # that one expression may lead to
_MOST_TOGETHER = 50_000  # of all expressions of a text
_MOST_BINDINGS = 100  # that one use of a name may read
_CERTAIN = frozenset(
    {
        BindingKind.ASSIGNED,
        BindingKind.AUGMENTED,
        BindingKind.CLASS,
        BindingKind.DELETED,
        BindingKind.FUNCTION,
        BindingKind.IMPORTED,
        BindingKind.UNPACKED,
    }
)


class OutputFile(Struct, frozen=True):
    """A file that is named below the folder of outputs, its folders in front of it.

    `*` stands for what only running would tell. `span` is where its last part is written.
    """

    name: str
    span: Span


class _Path(Struct, frozen=True):
    """What has been joined so far to the folder of outputs, with the place of the last part."""

    text: str = ""
    span: Span | None = None

    def joined(self, part: "_Path", sign: str = "/") -> "_Path":
        return _Path(f"{self.text}{sign}{part.text}", part.span)


class _Search(Evaluation):
    """An evaluation, with what was found already: many ways may lead to one place."""

    def __init__(self, syntax: Syntax) -> None:
        super().__init__(syntax)
        self.longer: dict[int, tuple[_Path, ...]] = {}  # by the node of the path that goes on there
        self.left = _MOST_TOGETHER
        self._read: dict[str, dict[int, list[Node]]] = {}

    def uses(self, name: str, assigned: Node) -> list[Node]:
        """The places where `name` may mean what is assigned at `assigned`, its left side."""
        if name not in self._read:
            found = self._read[name] = {}
            for use in _names(self.syntax, name):
                for binding in _reaching(self.scopes.bindings(name, use), use):
                    found.setdefault(binding.node.id, []).append(use)
        return self._read[name].get(assigned.id, [])


def output_files(syntax: Syntax) -> tuple[OutputFile, ...]:
    """The files of outputs that a text names, in order; comments and docstrings name none.

    Never raises; a path that leads to too many places names none, and the others do.
    """
    text = syntax.text
    if not any(word in text for word in ("/valohai/outputs", "VH_OUTPUTS_DIR", "outputs(")):
        return ()
    found = {_file(path) for path in _found(_Search(syntax)) if path.span is not None}
    return tuple(sorted((each for each in found if each is not None), key=lambda each: each.span))


def _file(path: _Path) -> OutputFile | None:
    name = re.sub("/+", "/", path.text).strip("/")
    return None if not name.strip("*/") or path.span is None else OutputFile(name, path.span)


def _found(search: _Search) -> Iterator[_Path]:
    syntax = search.syntax
    for match in _WHOLE.finditer(syntax.text):
        string = string_at(syntax, match.start())
        if string is not None:
            goes_on = syntax.text[match.end() : match.end() + 1] == "{"
            whole = _behind(syntax, string, match.start(1)) if goes_on else None
            yield from _from(search, string, whole or _Path(match[1], Span(*match.span(1))))
    for match in _ROOT.finditer(syntax.text):
        string = string_at(syntax, match.start())
        if string is not None:
            root = environment_read(syntax, string) or string
            interpolated = _behind(syntax, string, match.end()) if root is string else None
            yield from _from(search, root, interpolated or _Path())
    for name in _names(syntax, "outputs"):
        yield from _from_member(search, name)


def _from_member(search: _Search, name: Node) -> Iterator[_Path]:
    """`valohai.outputs("folder").path("file")` and `.dir_path()`."""
    callee = name.parent if name.parent is not None and name.parent.type == "attribute" else name
    call = called_at(callee)
    if call is None:
        return
    path = _Path()
    for given in parts(field(call, "arguments"))[:1]:
        path = path.joined(_part(search, given))
    member = call.parent
    asked = None if member is None or member.type != "attribute" else called_at(member)
    if member is None or asked is None:
        return
    word = search.syntax.source(member.children[-1])
    if word == "dir_path":
        yield from _from(search, asked, path)
    elif word == "path":
        for given in parts(field(asked, "arguments"))[:1]:
            yield path.joined(_part(search, given))


def _from(search: _Search, root: Node, path: _Path, depth: int = 0) -> Iterator[_Path]:
    """The longest paths that begin with the path that an expression stands for."""
    longer = _longer(search, root, depth) if depth < _DEEPEST else ()
    yield from (path.joined(each, "") for each in longer)
    if not longer and path.span is not None:
        yield path


def _longer(search: _Search, root: Node, depth: int) -> tuple[_Path, ...]:
    """What is joined to the path that the expression `root` stands for; nothing where that is too much."""
    if root.id not in search.longer:
        search.longer[root.id] = ()  # on the way to itself it is joined to nothing more
        most = min(_MOST_PATHS, search.left)
        found = tuple(dict.fromkeys(islice(_read_on(search, root, depth), most + 1)))
        search.left = max(0, search.left - len(found))
        search.longer[root.id] = found if len(found) <= most else ()
    return search.longer[root.id]


def _read_on(search: _Search, root: Node, depth: int) -> Iterator[_Path]:
    outer, syntax = root.parent, search.syntax
    if outer is None:
        return
    if outer.type in _AROUND:
        yield from _from(search, outer, _Path(), depth + 1)
    elif outer.type == "binary_operator" and is_field(outer, "left", root):
        sign, right = field(outer, "operator"), field(outer, "right")
        if right is not None and sign is not None and syntax.source(sign) in "/+":
            between = "/" if syntax.source(sign) == "/" else ""
            yield from _from(search, outer, _Path().joined(_part(search, right), between), depth + 1)
    elif outer.type == "interpolation" and outer.parent is not None:
        behind = _behind(syntax, outer.parent, syntax.to_offset(outer.end_byte))
        yield from _from(search, outer.parent, behind or _Path(), depth + 1)
    elif outer.type == "argument_list" and outer.parent is not None:
        yield from _in_call(search, root, outer.parent, depth)
    elif outer.type == "attribute" and outer.parent is not None and outer.parent.type == "call":
        word = syntax.source(outer.children[-1])
        if word == "joinpath":
            yield from _with_arguments(search, outer.parent, 0, depth)
        elif word in _SAME_PATH:
            yield from _from(search, outer.parent, _Path(), depth + 1)
    elif outer.type == "assignment" and is_field(outer, "right", root):
        yield from _by_name(search, outer, depth)


def _in_call(search: _Search, root: Node, call: Node, depth: int) -> Iterator[_Path]:
    """`os.path.join(ROOT, "a", "b")`, `Path(ROOT, "a")`, `Path(ROOT)`."""
    function = field(call, "function")
    name = "" if function is None else search.syntax.source(function).rpartition(".")[2]
    given = parts(field(call, "arguments"))
    if name in JOINS and given and given[0].id == root.id and (len(given) > 1 or name in WRAPPERS):
        yield from _with_arguments(search, call, 1, depth)


def _with_arguments(search: _Search, call: Node, first: int, depth: int) -> Iterator[_Path]:
    path = _Path()
    for given in parts(field(call, "arguments"))[first:]:
        path = path.joined(_part(search, given))
    yield from _from(search, call, path, depth + 1)


def _by_name(search: _Search, assignment: Node, depth: int) -> Iterator[_Path]:
    """What is joined to a name, wherever it means what is assigned here."""
    left = field(assignment, "left")
    if left is not None and left.type == "identifier":
        for use in search.uses(search.syntax.source(left), left):
            yield from _longer(search, use, depth + 1)


def _reaching(bindings: tuple[Binding, ...], use: Node) -> Sequence[Binding]:
    """The bindings that a use may read; none when they are too many.

    In its own scope those are in front of it, from the last one on that has certainly run.
    """
    if not bindings or scope_of(bindings[0].node).id != scope_of(use).id:
        return bindings if len(bindings) <= _MOST_BINDINGS else ()
    found: list[Binding] = []
    for place in reversed(range(bisect_left(bindings, use.start_byte, key=_start))):
        binding = bindings[place]
        if binding.statement.end_byte <= use.start_byte:
            found.append(binding)
            if binding.kind in _CERTAIN and not binding.is_walrus and _is_in(use, binding.statement.parent):
                break
        elif _is_in(use, field(binding.statement, "body")):
            break  # the variable of a loop, or of a `with`
        if len(found) > _MOST_BINDINGS:
            return ()
    return found


def _names(syntax: Syntax, name: str) -> tuple[Node, ...]:
    """The places of a name; none where they are too many."""
    try:
        return syntax.names(name)
    except ExcessiveText:
        return ()


def _start(binding: Binding) -> int:
    return binding.node.start_byte


def _is_in(node: Node, block: Node | None) -> bool:
    return block is not None and block.start_byte <= node.start_byte and node.end_byte <= block.end_byte


def _part(search: _Search, node: Node) -> _Path:
    """A part of a path: its text, with `*` for what is not known, and where that is written."""
    syntax = search.syntax
    if node.type == "string":
        found = _behind(syntax, node, syntax.to_offset(node.children[0].end_byte))
        if found is not None:
            return found
    try:
        value = search.found(node).value
    except ExcessiveText:
        search.journey.depth = 0
        return _Path("*", syntax.span(node))
    text = str(value.value) if isinstance(value, Static) else "*"
    return _Path(text, syntax.span(node))


def _behind(syntax: Syntax, string: Node, start: int) -> _Path | None:
    """What a string says from a place in it on; None when that is nothing."""
    end = syntax.to_offset(string.children[-1].start_byte) if string.children else start
    text, place = "", start
    for child in string.children:
        span = syntax.span(child)
        if child.type == "interpolation" and span.start >= start:
            text, place = f"{text}{syntax.text[place : span.start]}*", span.end
    text += syntax.text[place:end]
    return _Path(text, Span(start + (text[:1] == "/"), end)) if text.strip("/") else None
