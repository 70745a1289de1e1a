"""Modules that a text reaches by their name in a string: `sys.modules["json"]`, `patch("json.dumps", f)`."""

from collections.abc import Iterator

from valohai_steps.model.patterns import pattern
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node, ancestors, field, parts

# Functions that give the module whose name they get.
_GIVING = frozenset(("import_module", "__import__", "resolve_name", "locate"))
_LOOKING_UP = frozenset(("get", "pop"))
# Those that put something in the place of what a string names: `patch("json.dumps", f)`.
_SETTING = frozenset(("patch", "setattr", "setitem"))
# The mapping of all modules, and those of the names here.
_MAPPING = pattern(r"\bmodules\b|\b(?:globals|locals|vars)\(\)")
_PATCHED = ("'sys.modules'", '"sys.modules"')
# A text without any of these words names no module.
_WORDS = pattern(
    r"\b(?:modules|globals|locals|vars|import_module|__import__|resolve_name|locate|patch|setattr|setitem)\b"
)
_NAME = pattern(r"[\w.:]+")


def named_modules(scopes: Scopes, root: str) -> Iterator[tuple[Node, bool]]:
    """The expressions that reach a package, or a part of it, by a string, such as `sys.modules["json"]`.

    The flag says whether something is put in its place there; else what is done to the expression decides.
    Raises ExcessiveText.
    """
    text = scopes.syntax.text
    for quote in ("'", '"'):
        start = text.find(f"{quote}{root}")
        if start >= 0 and _WORDS.search(text) is None:  # looked for late: most texts name no module so
            return
        while start >= 0:
            end = start + 1 + len(root)
            name = _NAME.match(text, start + 1)
            if (
                text[end : end + 1] in (quote, ".", ":")
                and name is not None
                and text.startswith(quote, name.end())
            ):
                yield from _reached(scopes, scopes.syntax.node_at(start + 1, end))
            start = text.find(f"{quote}{root}", end)


def _reached(scopes: Scopes, inner: Node) -> Iterator[tuple[Node, bool]]:
    """What reaches a module by the string at `inner`: the first expression around it that does."""
    node = inner
    for outer in ancestors(inner):
        if outer.type in ("comparison_operator", "block", "module") or outer.type.endswith("_statement"):
            return  # `"json" in sys.modules` asks
        match outer.type:
            case "subscript" if node.id != outer.children[0].id and _is_mapping(scopes, outer.children[0]):
                yield outer, False
                return
            case "call" if (found := _by_call(scopes, outer)) is not None:
                yield outer, found
                return
            case "augmented_assignment" if _is_mapping(scopes, outer.children[0]):
                yield outer, True  # sys.modules |= {"json": m}
                return
        node = outer


def _is_mapping(scopes: Scopes, node: Node) -> bool:
    return _MAPPING.search(scopes.syntax.source(node)) is not None


def _by_call(scopes: Scopes, call: Node) -> bool | None:
    """Whether a call puts something in the place of a module that its arguments name.

    None where it does nothing with the module.
    """
    function = field(call, "function")
    if function is None:
        return None
    holder = function.children[0] if function.type == "attribute" else None
    name = scopes.syntax.name(function if holder is None else function.children[-1])
    is_of_mapping = holder is not None and _is_mapping(scopes, holder)
    if name in _GIVING or (is_of_mapping and name in _LOOKING_UP):
        return False
    given = parts(field(call, "arguments"))
    if is_of_mapping or any(_is_mapping_given(scopes, each) for each in given):
        return True  # sys.modules.update({"json": m}), setitem(sys.modules, "json", m)
    return True if name in _SETTING and given and given[0].type == "string" else None


def _is_mapping_given(scopes: Scopes, argument: Node) -> bool:
    if argument.type == "string":
        return scopes.syntax.source(argument) in _PATCHED
    return argument.type in ("attribute", "identifier", "subscript", "call") and _is_mapping(scopes, argument)
