"""Other ways to read the steps of a Python text, for the row on half-typed code.

Each finds the calls of `valohai.prepare` with its parser and takes literal values from the text that its tree
gives them: as a server would that trusts its parser. Facts are written as in tests/source/facts.py.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import tree_sitter_python
from tree_sitter import Language, Node, Parser

_PARSER = Parser(Language(tree_sitter_python.language()))


def read_with_ast(text: str) -> str | None:
    """Python's own parser: nothing where the text does not parse."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return None
    names = {
        target.id: ast.unparse(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    if not any(
        alias.name == "valohai" for node in tree.body if isinstance(node, ast.Import) for alias in node.names
    ):
        return ""
    calls = sorted(
        (node for node in ast.walk(tree) if isinstance(node, ast.Call)), key=lambda node: node.lineno
    )
    return facts(
        (
            {each.arg: ast.unparse(each.value) for each in call.keywords if each.arg}
            for call in calls
            if ast.unparse(call.func) == "valohai.prepare"
        ),
        names,
    )


def read_with_tree_sitter(text: str) -> str:
    """tree-sitter, which always has a tree."""
    source = text.encode("utf-8")
    nodes = list(_walk(_PARSER.parse(source).root_node))
    names = {}
    for node in nodes:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if node.type == "assignment" and left is not None and right is not None:
            names[_text(left)] = _text(right)
    return facts((_keywords(node) for node in nodes if _is_prepare(node)), names)


def facts(calls: Iterator[dict[str, str]], names: dict[str, str]) -> str:
    """The steps of calls, whose arguments are given as text. `?` is a value that is no literal."""
    steps = []
    for call in calls:
        name = _literal(_parsed(call.get("step", ""), names))
        if name.startswith(("'", '"')):
            defaults = _parsed(call.get("default_parameters", "{}"), names)
            steps.append(f"{ast.literal_eval(name)}({_items(defaults)})")
    return "; ".join(steps)


def _items(node: ast.expr | None) -> str:
    if not isinstance(node, ast.Dict):
        return ""
    named = ((_literal(key), _literal(value)) for key, value in zip(node.keys, node.values, strict=True))
    return ", ".join(f"{ast.literal_eval(name)}={value}" for name, value in named if name != "?")


def _parsed(text: str, names: dict[str, str]) -> ast.expr | None:
    try:
        return ast.parse(names.get(text, text).strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None


def _literal(node: ast.expr | None) -> str:
    try:
        return "?" if node is None else repr(ast.literal_eval(node))
    except (ValueError, TypeError):
        return "?"


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _is_prepare(node: Node) -> bool:
    function = node.child_by_field_name("function")
    return node.type == "call" and function is not None and _text(function) == "valohai.prepare"


def _keywords(call: Node) -> dict[str, str]:
    arguments = call.child_by_field_name("arguments")
    found = {}
    for each in arguments.children if arguments is not None else ():
        name, value = each.child_by_field_name("name"), each.child_by_field_name("value")
        if each.type == "keyword_argument" and name is not None and value is not None:
            found[_text(name)] = _text(value)
    return found


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8")
