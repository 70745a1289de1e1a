"""What a text puts in the place of functions of Python and of libraries: `json.dumps = f`, `patch(logging)`.

A module that is more than read, because it is passed on or bound to another name, counts as replaced whole.
"""

from collections.abc import Iterator

from valohai_steps.source.evaluation.imports import import_uses, possible_names
from valohai_steps.source.evaluation.outlines.hooks.named_modules import named_modules
from valohai_steps.source.evaluation.outlines.written_text import literal_text
from valohai_steps.source.evaluation.tables.harmless import ASKING
from valohai_steps.source.evaluation.tables.reaching import words_of
from valohai_steps.source.tree.mutations import is_assigned
from valohai_steps.source.tree.nodes import call_given
from valohai_steps.source.tree.scope import Scopes, scope_of
from valohai_steps.source.tree.syntax import Node, ancestors, field, is_field, parts

_ASKING = ASKING | {"getattr", "help"}
_CHOICES = ("boolean_operator", "conditional_expression", "parenthesized_expression")
_SETTING = frozenset(("setattr", "delattr", "object", "multiple", "dict"))
# Through these any attribute of their object is set, or what a function does.
_INNER = frozenset(words_of("any"))


def covers(replaced: str, name: str) -> bool:
    """Whether a function is another where `replaced` is: it, what it is a part of, or a part of it."""
    return f"{name}.".startswith(f"{replaced}.") or replaced.startswith(f"{name}.")


def replaced_in(scopes: Scopes, root: str) -> Iterator[tuple[str, Node]]:
    """The dotted names of a package, such as `json` or `os`, that a text gives another meaning, and where.

    Raises ExcessiveText.
    """
    for use in import_uses(scopes, root):
        for name in possible_names(scopes, use):
            if root in (words := name.split(".")):
                path = ".".join(words[words.index(root) :])
                yield from ((replaced, use) for replaced in _by_use(scopes, use, path))
    yield from ((root, node) for node in _by_string(scopes, root))
    if root == "builtins":
        yield from ((root, node) for node in scopes.syntax.names("__builtins__"))


def path_set(scopes: Scopes, use: Node) -> str:
    """`path.dumps` of `q.path.dumps = f`, where `use` is `q`: what a use of something imported sets."""
    node, words = _member(scopes, use)
    outer = node.parent
    if outer is None or not words:
        return ""
    if words[-1] in _INNER:
        return ".".join(words[:-1])
    is_set = is_assigned(outer, node) or (outer.type == "subscript" and words[-1].startswith("_"))
    return ".".join(words) if is_set or _is_set_by_call(scopes, node) else ""


def _member(scopes: Scopes, use: Node) -> tuple[Node, list[str]]:
    """The whole `a.b.c` around `a`, as far as the first word that sets whatever it is a part of."""
    node, words = use, list[str]()
    while (parent := node.parent) is not None and parent.type == "attribute":
        if not is_field(parent, "object", node) or (words and words[-1] in _INNER):
            break
        words.append(scopes.syntax.name(parent.children[-1]))
        node = parent
    return node, words


def _by_use(scopes: Scopes, use: Node, name: str) -> Iterator[str]:
    """What a use of something imported replaces; `name` is what it stands for."""
    node, words = _member(scopes, use)
    parent, path = node.parent, ".".join((name, *words))
    if words and words[-1] in _INNER:
        yield public(".".join((name, *words[:-1])))
        return
    if parent is None:
        return
    is_bare = not words
    is_set = not is_bare and is_assigned(parent, node)
    last = path.rpartition(".")[2]
    is_private = last.startswith("_") and (parent.type == "subscript" or _is_kept(scopes, node, last))
    is_passed_on = ((is_bare and "." not in name) or path == "os.path") and not _is_read(scopes, node)
    is_passed_on = is_passed_on and not _is_read_by_name(scopes, node, path)
    if is_set or is_private or is_passed_on or _is_set_by_call(scopes, node):
        yield public(path)


def _is_read_by_name(scopes: Scopes, node: Node, path: str) -> bool:
    """`log = logger or logging` in a function that only calls `log.info()`: the uses of the name count."""
    outer = node.parent
    while outer is not None and outer.type in _CHOICES:
        node, outer = outer, outer.parent
    left = field(outer, "left") if outer is not None and outer.type == "assignment" else None
    if left is None or left.id == node.id or left.type != "identifier":
        return False
    local = scopes.in_scope(scopes.syntax.name(left), scope_of(left))
    if not local or scope_of(left).type != "function_definition":
        return False
    return all(
        use.parent is not None and use.parent.type == "attribute" and not any(_by_use(scopes, use, path))
        for use in scopes.uses_of_any(local)
    )


def _is_kept(scopes: Scopes, node: Node, name: str) -> bool:
    """Whether a private part of a library is passed on: `encoder = json._default_encoder`."""
    is_data = name.startswith("__") and name.endswith("__")
    return (
        not is_data
        and not _is_read(scopes, node)
        and node.parent is not None
        and node.parent.type != "attribute"
    )


def public(path: str) -> str:
    """The module whose functions may do something else: classes and private parts of it belong to them."""
    words = path.split(".")
    # A name that is not typed yet is empty: it may become any.
    inner = (
        place for place, word in enumerate(words) if place and (word[:1] in ("", "_") or word[0].isupper())
    )
    return ".".join(words[: next(inner, len(words))])


def _is_read(scopes: Scopes, node: Node) -> bool:
    """Whether a module is only looked at: `print(json)`, `getattr(np, "float8", None)`."""
    outer = node.parent
    while outer is not None and outer.type == "parenthesized_expression":
        node, outer = outer, outer.parent
    if outer is None or outer.type in ("expression_statement", "comparison_operator", "interpolation"):
        return True
    if outer.type in ("type", "if_statement", "not_operator", "assert_statement", "delete_statement"):
        return True
    if outer.type == "call" and is_field(outer, "function", node):
        return True  # a function of this name: `config.D.copy()`
    if outer.type == "conditional_expression" and parts(outer)[1].id == node.id:
        return True
    call = call_given(node)
    function = None if call is None else field(call, "function")
    if function is None or scopes.syntax.source(function) not in _ASKING:
        return False
    given = parts(outer)
    if scopes.syntax.source(function) != "getattr" or len(given) == 1:
        return True
    name = literal_text(scopes.syntax, given[1])
    return name is not None and name not in _INNER


def _is_set_by_call(scopes: Scopes, node: Node) -> bool:
    """`setattr(logging.Logger, "info", f)`, `patch.object(json.JSONEncoder, "encode")`."""
    call = call_given(node)
    function = None if call is None else field(call, "function")
    if function is None or parts(node.parent)[0].id != node.id:
        return False
    last = function.children[-1] if function.type == "attribute" else function
    return scopes.syntax.name(last) in _SETTING


def _by_string(scopes: Scopes, root: str) -> Iterator[Node]:
    """`sys.modules["json"].dumps = f`, `patch("json.dumps", f)`: where a module is reached by its name."""
    for node, is_set in named_modules(scopes, root):
        if is_set or any(_by_use(scopes, node, root)):
            yield node


def expression_around(node: Node) -> Node:
    """The whole expression that a string is a part of."""
    for outer in ancestors(node):
        if outer.type in ("block", "module") or outer.type.endswith(("_statement", "_definition")):
            return node
        node = outer
    return node
