"""What the top of a file does while it is imported, before `main` is called."""

from collections.abc import Callable, Iterator

from valohai_steps.source.evaluation.forms.strings import TEXT_METHODS
from valohai_steps.source.tree.binding import Binding, BindingKind
from valohai_steps.source.tree.nodes import descendants
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node, Syntax, ancestors, field, parts

_BODIES = ("function_definition", "lambda")
_HARMLESS = frozenset({"function_definition", "pass_statement"})
_OF_TEXTS = TEXT_METHODS | {"join"}
_TEXTS = frozenset({"string", "concatenated_string"})
_DISPLAYS = frozenset({"dictionary", "list", "set", "tuple"})
_ASKS = frozenset({"copy", "get", "items", "keys", "values"})


def is_left_alone(scopes: Scopes, name: str, binding: Binding) -> bool:
    """Whether a name is assigned once, plainly, at the top, and what runs there does nothing else with it.

    Nothing of the file may be called there either: it could reach the value by its name.
    """
    syntax = scopes.syntax
    statement = binding.node.parent.parent if binding.node.parent is not None else None
    if binding.kind is not BindingKind.ASSIGNED or statement is None or statement.parent is None:
        return False
    if statement.type != "expression_statement" or statement.parent.type != "module":
        return False
    others = (node for node in syntax.mentions(name) if node.id != binding.node.id)
    return not any(_runs_on_import(syntax, node) for node in others) and not _calls_itself(scopes)


def _runs_on_import(syntax: Syntax, node: Node) -> bool:
    """Whether a place is neither in a function nor under `if __name__ == "__main__"`."""
    for outer in ancestors(node):
        if outer.type in _BODIES:
            return False
        if outer.type == "if_statement":
            condition = field(outer, "condition")
            if condition is not None and syntax.source(condition).startswith("__name__ =="):
                return False
    return True


def _calls_itself(scopes: Scopes) -> bool:
    """Whether something that the file defines is called, or decorates, while it is imported."""
    for node in _top_nodes(scopes.syntax):
        function = field(node, "function") if node.type == "call" else None
        if node.type == "decorator" and node.named_children:
            function = node.named_children[0]
        if function is not None and node.type == "call" and _asks_plain_value(scopes, function):
            continue
        while function is not None and function.type in ("attribute", "call"):
            function = field(function, "object" if function.type == "attribute" else "function")
        if function is None:
            continue
        if function.type != "identifier":
            return True
        bindings = scopes.bindings(scopes.syntax.source(function), function)
        if any(binding.kind is not BindingKind.IMPORTED for binding in bindings):
            return True
    return False


def _asks_plain_value(scopes: Scopes, function: Node) -> bool:
    """Whether a callee is a method of a string, dict, list or set that is written out, and calls nothing."""
    owner, method = field(function, "object"), field(function, "attribute")
    if owner is None or method is None:
        return False
    word, kinds = scopes.syntax.source(method), _kinds(scopes, owner)
    return bool(kinds) and ((word in _OF_TEXTS and kinds <= _TEXTS) or (word in _ASKS and kinds <= _DISPLAYS))


def _kinds(scopes: Scopes, node: Node) -> set[str]:
    """The forms of what an expression gives, as far as they are written out; none where one is not."""
    if node.type == "identifier":
        bindings = scopes.bindings(scopes.syntax.name(node), node)
        values = [None if each.is_walrus else each.value for each in bindings]
        return set() if None in values else {each.type for each in values if each is not None}
    function = field(node, "function") if node.type == "call" else None
    if function is None:
        return {node.type}
    asked = field(function, "object")  # `"a".strip().lower()`
    return (
        {"string"} & _kinds(scopes, asked)
        if asked is not None and _asks_plain_value(scopes, function)
        else set()
    )


def _top_nodes(syntax: Syntax) -> Iterator[Node]:
    """Every node that is evaluated while the file is imported."""

    def inside(node: Node) -> list[Node]:
        condition = field(node, "condition") if node.type == "if_statement" else None
        if condition is not None and syntax.source(condition).startswith("__name__ =="):
            return []
        children = node.named_children
        return [each for each in children if each.type != "block"] if node.type in _BODIES else children

    yield from descendants(syntax.root, inside)


def names_before(scopes: Scopes, written: Node) -> tuple[Node, ...] | None:
    """The names that an expression at the top of a file reads, each bound once, before it; else None."""
    found: list[Node] = []
    for node in descendants(written, _run_at_once):
        if node.type == "identifier":
            bindings = scopes.in_scope(scopes.syntax.name(node), scopes.syntax.root)
            is_imported = all(each.kind is BindingKind.IMPORTED for each in bindings)
            if (len(bindings) > 1 and not is_imported) or any(
                each.node.start_byte > node.start_byte for each in bindings
            ):
                return None
            found.append(node)
    return tuple(found)


def runs_certainly(definition: Node, truth: Callable[[Node], bool | None]) -> bool:
    """Whether the top of a file runs a `def`, also in an `if` whose condition is known, or first in a `try`.

    `truth` tells whether a condition is true, None where that is not known.
    """
    child = definition
    for outer in ancestors(definition):
        if outer.type == "module":
            return True
        if outer.type == "if_statement" and not _is_taken(outer, child, truth):
            return False
        if outer.type == "try_statement" and not _is_first(outer, child, definition):
            return False
        if outer.type not in ("block", "else_clause", "if_statement", "try_statement"):
            return False
        child = outer
    return False


def _is_taken(statement: Node, branch: Node, truth: Callable[[Node], bool | None]) -> bool:
    """Whether an `if` certainly runs one of its branches."""
    condition, body = field(statement, "condition"), field(statement, "consequence")
    if condition is None or body is None:
        return False
    if branch.id == body.id:
        return truth(condition) is True
    alone = not any(each.type == "elif_clause" for each in statement.named_children)
    return branch.type == "else_clause" and alone and truth(condition) is False


def _is_first(statement: Node, branch: Node, definition: Node) -> bool:
    """Whether nothing in front of a definition in a `try` can raise."""
    body = field(statement, "body")
    before = [each for each in parts(body) if each.end_byte <= definition.start_byte]
    return body is not None and body.id == branch.id and all(each.type in _HARMLESS for each in before)


def _run_at_once(node: Node) -> list[Node]:
    return [child for child in node.named_children if not is_body(node, child)]


def is_body(node: Node, child: Node) -> bool:
    """Whether a child of a node is run only when a function is called."""
    body = field(node, "body") if node.type in _BODIES else None
    return body is not None and body.id == child.id


def is_from_outside(scopes: Scopes, written: Node) -> bool:
    """Whether a value is made by what is imported or Python's own, of nothing that the file defines."""
    for node in descendants(written):
        if node.type == "lambda":
            return False
        if node.type == "identifier":
            bindings = scopes.in_scope(scopes.syntax.name(node), scopes.syntax.root)
            if any(each.kind is not BindingKind.IMPORTED for each in bindings):
                return False
    return True
