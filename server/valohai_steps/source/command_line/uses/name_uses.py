"""Where the value of an argument is read by a name of Python's: a function's parameter, or a flag of absl."""

import re
from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.uses.namespace_uses import is_name_of_another, name_of_parameter
from valohai_steps.source.tree.nodes import called_at, descendants
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import ExcessiveText, Node, Syntax, ancestors, is_field, parts
from valohai_steps.source.tree.syntax import field as part_of

_FLAGS = pattern(r"^[ \t]*(\w+)[ \t]*=[ \t]*[\w.]*\bFLAGS[ \t]*$", re.MULTILINE)
# What calls a function, or a command, by the names of its parameters.
_CALLS_BY_NAME = frozenset({"callback", "forward", "invoke", "partial"})
_SEES_ALL = frozenset({"eval", "exec", "locals", "vars"})
# What absl does with flags by their names, as a whole callee or holder.
_NAMES_FLAGS = pattern(
    r"(?:\w+\.)*(?:mark_(?:bool_)?flags?_as_\w+|(?:register_)?(?:multi_flags_)?validator|set_default"
    r"|get_flag_value|FLAGS)"
)
# Where a function that stands there is called by another name.
_OTHER_NAMES = frozenset(
    {"assignment", "default_parameter", "dictionary", "list", "named_expression", "pair", "return_statement"}
    | {"set", "tuple"}
)


class NameUses(Struct, frozen=True):
    """The places that name it, `literals` as strings; `refused` says why they are not all known."""

    spans: tuple[Span, ...] = ()
    literals: tuple[Span, ...] = ()
    refused: str = ""


def parameter_uses(syntax: Syntax, place: Span, name: str) -> NameUses:
    """The uses of the parameter `name` of the function that `place` is in: a decorator, or a parameter."""
    try:
        return _parameter_uses(syntax, place, name)
    except ExcessiveText:
        return NameUses(refused="this file is too large to follow it")


def _parameter_uses(syntax: Syntax, place: Span, name: str) -> NameUses:
    function = _function_at(syntax.node_at(place.start, place.end))
    listed = [] if function is None else parts(part_of(function, "parameters"))
    named = [
        each for each in map(name_of_parameter, listed) if each is not None and syntax.name(each) == name
    ]
    if function is None or len(named) != 1:
        return NameUses(refused=f"no function right below takes a parameter {name}")
    if any(syntax.source(each) in _SEES_ALL for each in _identifiers(function)):
        return NameUses(refused="its function looks at all of its variables by their names")
    called = part_of(function, "name")
    callers = {*_CALLS_BY_NAME, "" if called is None else syntax.source(called)}
    scopes, spans = Scopes(syntax), list[Span]()
    if called is not None and any(map(_has_other_name, syntax.names(syntax.source(called)))):
        return NameUses(refused="the function goes by another name too, and its calls cannot be followed")
    for use in syntax.names(name):
        if is_name_of_another(use):
            if _callee(syntax, use) in callers:
                return NameUses(refused="the function is called with this name elsewhere")
        elif any(each.node.id == named[0].id for each in scopes.bindings(name, use)):
            spans.append(syntax.span(use))
    return NameUses(tuple(spans), refused=_by_string(syntax, name, ("params", "default_map", "kwargs")))


def _has_other_name(use: Node) -> bool:
    outer = use.parent
    return outer is not None and outer.type in _OTHER_NAMES and not is_field(outer, "left", use)


def _function_at(node: Node) -> Node | None:
    for each in (node, *ancestors(node)):
        if each.type == "decorated_definition":
            definition = part_of(each, "definition")
            return definition if definition is not None and definition.type == "function_definition" else None
        if each.type in ("function_definition", "lambda"):
            return each
    return None


def _identifiers(node: Node) -> Iterator[Node]:
    return (each for each in descendants(node) if each.type == "identifier")


def _callee(syntax: Syntax, keyword: Node) -> str:
    """The last name of what is called with a keyword; empty for another attribute."""
    argument = keyword.parent
    arguments = None if argument is None or argument.type != "keyword_argument" else argument.parent
    call = None if arguments is None else arguments.parent
    function = None if call is None or call.type != "call" else part_of(call, "function")
    return "" if function is None else syntax.source(function).rpartition(".")[2]


def _by_string(syntax: Syntax, name: str, words: tuple[str, ...]) -> str:
    """Why a name may be read by a string, where one of the words is in the text; empty when it is not."""
    if any(word in syntax.text for word in words) and re.search(
        rf"""(["']){re.escape(name)}\1""", syntax.text
    ):
        return f"it may be read by the string {name!r} as well"
    return ""


def flag_uses(syntax: Syntax, name: str) -> NameUses:
    """`FLAGS.lr`, `FLAGS["lr"]`, `flags.mark_flag_as_required("lr")`: the uses of a flag in a file."""
    try:
        spans, refused = list[Span](), ""
        holders = frozenset(("FLAGS", *_FLAGS.findall(syntax.text)))
        for holder in holders:
            for use in syntax.names(holder):
                attribute = _attribute_of(use)
                if attribute is not None and syntax.source(attribute) == name:
                    spans.append(syntax.span(attribute))
                elif attribute is None and not _is_quiet(use):
                    refused = f"{holder} is handed on in this file, and what is read of it cannot be followed"
        return NameUses(tuple(spans), tuple(_named_flags(syntax, name, holders)), refused)
    except ExcessiveText:
        return NameUses(refused="this file is too large to follow it")


def _attribute_of(use: Node) -> Node | None:
    """The attribute that is asked of `FLAGS` or `flags.FLAGS`."""
    whole = use.parent if use.parent is not None and is_name_of_another(use) else use
    owner = whole.parent
    if owner is None or owner.type != "attribute" or not is_field(owner, "object", whole):
        return None
    return part_of(owner, "attribute")


def _is_quiet(use: Node) -> bool:
    """Whether a use of `FLAGS` only imports, assigns, parses or asks for a flag by its name."""
    whole = use.parent if use.parent is not None and is_name_of_another(use) else use
    outer = whole.parent
    if outer is None or outer.type in ("assignment", "subscript", "dotted_name", "aliased_import"):
        return True
    return outer.type == "import_from_statement" or called_at(whole) is not None


def _named_flags(syntax: Syntax, name: str, holders: frozenset[str]) -> Iterator[Span]:
    """The strings that name a flag for what absl does with it, but its declaration."""
    for match in re.finditer(rf"""(["']){re.escape(name)}\1""", syntax.text):
        string = syntax.node_at(match.start(), match.end())
        for outer in ancestors(string):
            asked = part_of(outer, "function" if outer.type == "call" else "value")
            if outer.type in ("call", "subscript") and asked is not None:
                source = syntax.source(asked)
                names_flags = source in holders or _NAMES_FLAGS.fullmatch(source) is not None
                if names_flags and string.type == "string":
                    yield syntax.span(string)
                break
