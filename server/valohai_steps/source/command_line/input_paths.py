"""The folders of inputs that Python names: `/valohai/inputs/NAME`, also joined, also from `VH_INPUTS_DIR`."""

import re
from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import Static, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.tree.syntax import ExcessiveText, Node, Syntax, ancestors, field, is_field, parts

_WHOLE = pattern(r"/valohai/inputs/([^/\s\"'*?\[\](){}$\\;&|<>:,]+)")
_ROOT = pattern(r"(?:/valohai/inputs/?|VH_INPUTS_DIR)(?=[\"'])")
_NAME = pattern(r"/?([^/*?\[\]{}]+)(?=/|\Z)")
_BEHIND = pattern(r"/([^/\s\"'*?\[\](){}$\\]+)(?=[/\"'])")
# What gives the path that it gets, and what joins paths to the one that it gets first.
WRAPPERS = frozenset(
    {"Path", "PurePath", "PosixPath", "PurePosixPath", "str", "abspath", "fspath", "expanduser"}
)
JOINS = frozenset({"join", "joinpath", *WRAPPERS})
_READS = frozenset({"getenv", "get"})
_DEEPEST = 8


class InputPath(Struct, frozen=True):
    """A folder of an input. `span` is the name alone, inside of its literal."""

    name: str
    span: Span


class InputPaths(Struct, frozen=True):
    """The inputs that a text names by their folder, and the names that only running it would tell."""

    known: tuple[InputPath, ...] = ()
    unknowns: tuple[Unknown, ...] = ()


def input_paths(syntax: Syntax) -> InputPaths:
    """The folders of inputs in the strings of a text; comments and docstrings name none. Never raises."""
    text = syntax.text
    if "/valohai/inputs" not in text and "VH_INPUTS_DIR" not in text:
        return InputPaths()
    try:
        found = dict.fromkeys(_found(Evaluation(syntax)))
    except ExcessiveText:
        return InputPaths()
    known = sorted((each for each in found if isinstance(each, InputPath)), key=lambda each: each.span)
    return InputPaths(tuple(known), tuple(each for each in found if isinstance(each, Unknown)))


def _found(evaluation: Evaluation) -> Iterator[InputPath | Unknown]:
    syntax = evaluation.syntax
    for match in _WHOLE.finditer(syntax.text):
        if string_at(syntax, match.start()) is not None:
            yield InputPath(match[1], Span(*match.span(1)))
    for match in _ROOT.finditer(syntax.text):
        string = string_at(syntax, match.start())
        if string is not None:
            yield from _from_root(evaluation, environment_read(syntax, string) or string, 0)


def string_at(syntax: Syntax, place: int) -> Node | None:
    """The string that a place stands in; None for a comment or a docstring."""
    for node in (syntax.node_at(place, place + 1), *ancestors(syntax.node_at(place, place + 1))):
        if node.type == "string":
            statement = node.parent
            is_doc = statement is not None and statement.type == "expression_statement"
            return None if is_doc else node
    return None


def environment_read(syntax: Syntax, string: Node) -> Node | None:
    """`os.environ["NAME"]`, `os.getenv("NAME", ...)` around the name of a variable."""
    outer = string.parent
    if outer is not None and outer.type == "subscript":
        return outer
    call = None if outer is None else outer.parent
    function = field(call, "function") if call is not None and call.type == "call" else None
    if (
        function is not None
        and syntax.source(function.children[-1] if function.children else function) in _READS
    ):
        return call
    return None


def _from_root(evaluation: Evaluation, root: Node, depth: int) -> Iterator[InputPath | Unknown]:
    """What is joined to an expression that stands for the folder of all inputs."""
    outer = root.parent
    if outer is None or depth > _DEEPEST:
        return
    syntax = evaluation.syntax
    if outer.type in ("boolean_operator", "parenthesized_expression", "conditional_expression"):
        yield from _from_root(evaluation, outer, depth + 1)
    elif outer.type == "binary_operator" and is_field(outer, "left", root):
        sign, right = field(outer, "operator"), field(outer, "right")
        if right is not None and sign is not None and syntax.source(sign) in "/+":
            yield from _named(evaluation, right)
    elif outer.type == "interpolation" and outer.parent is not None:
        yield from _in_format(syntax, outer)
    elif outer.type == "argument_list" and outer.parent is not None:
        yield from _in_call(evaluation, root, outer.parent, depth)
    elif outer.type == "attribute" and outer.parent is not None and outer.parent.type == "call":
        if syntax.source(outer.children[-1]) == "joinpath":
            yield from _named(evaluation, *parts(field(outer.parent, "arguments"))[:1])
    elif outer.type == "assignment" and is_field(outer, "right", root):
        yield from _by_name(evaluation, outer, depth)


def _in_call(evaluation: Evaluation, root: Node, call: Node, depth: int) -> Iterator[InputPath | Unknown]:
    """`os.path.join(ROOT, "a/b")`, `Path(ROOT, "a")`, `Path(ROOT)`."""
    function = field(call, "function")
    name = "" if function is None else evaluation.syntax.source(function).rpartition(".")[2]
    given = parts(field(call, "arguments"))
    if name not in JOINS or not given or given[0].id != root.id:
        return
    if len(given) > 1:
        yield from _named(evaluation, given[1])
    elif name in WRAPPERS:
        yield from _from_root(evaluation, call, depth + 1)


def _by_name(evaluation: Evaluation, assignment: Node, depth: int) -> Iterator[InputPath | Unknown]:
    """What is joined to a name, wherever it means what is assigned here."""
    left, syntax = field(assignment, "left"), evaluation.syntax
    if left is None or left.type != "identifier":
        return
    name = syntax.source(left)
    for use in syntax.names(name):
        bindings = evaluation.scopes.bindings(name, use)
        if use.id != left.id and any(binding.node.id == left.id for binding in bindings):
            yield from _from_root(evaluation, use, depth + 1)


def _named(evaluation: Evaluation, *nodes: Node) -> Iterator[InputPath | Unknown]:
    """The name that an expression begins with."""
    for node in nodes:
        value = evaluation.found(node).value
        if isinstance(value, Unknown):
            yield Unknown(evaluation.syntax.span(node), value.cause, value.subject, value.related)
        elif isinstance(value.value, str) and (match := _NAME.match(value.value)):
            yield InputPath(match[1], _inside(evaluation.syntax, value, match))


def _inside(syntax: Syntax, value: Static, match: re.Match[str]) -> Span:
    """Where the name stands in its literal; the whole of it where it is written in another way."""
    start = syntax.text.find(match[1], value.span.start, value.span.end)
    return Span(start, start + len(match[1])) if start >= 0 and value.origin is None else value.span


def _in_format(syntax: Syntax, interpolation: Node) -> Iterator[InputPath | Unknown]:
    """`f"{ROOT}/images/x.png"`."""
    start = syntax.to_offset(interpolation.end_byte)
    match = _BEHIND.match(syntax.text, start)
    if match is not None:
        yield InputPath(match[1], Span(*match.span(1)))
