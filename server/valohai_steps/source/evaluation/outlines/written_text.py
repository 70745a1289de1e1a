"""Texts that are written down where a name or path is asked for: `"a"`, `r"a"`, `"a" "b"`, `("a")`."""

from valohai_steps.source.evaluation.literal_values import read_literal
from valohai_steps.source.tree.binding import BindingKind
from valohai_steps.source.tree.nodes import plain
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node, Syntax, parts


def written_text(scopes: Scopes, node: Node) -> str | None:
    """The text that an expression is, or that its name is bound to, once; None where that is computed."""
    node = plain(node)
    if node.type == "identifier":
        bindings = scopes.bindings(scopes.syntax.name(node), node)
        value = bindings[0].value if len(bindings) == 1 and bindings[0].kind is BindingKind.ASSIGNED else None
        return None if value is None else literal_text(scopes.syntax, value)
    return literal_text(scopes.syntax, node)


def literal_text(syntax: Syntax, node: Node) -> str | None:
    """The text that an expression is; None for a name and for what is computed."""
    node = plain(node)
    texts = [_one(syntax, each) for each in (parts(node) if node.type == "concatenated_string" else (node,))]
    known = [text for text in texts if text is not None]
    return "".join(known) if len(known) == len(texts) else None


def _one(syntax: Syntax, node: Node) -> str | None:
    if node.type != "string" or any(child.type == "interpolation" for child in node.children):
        return None
    source, opening = syntax.source(node), syntax.source(node.children[0])
    prefix = opening.rstrip("'\"")
    quotes, rest = opening[len(prefix) :], source[len(opening) :]
    if "f" in prefix.lower():
        prefix, rest = prefix.replace("f", "").replace("F", ""), rest.replace("{{", "{").replace("}}", "}")
    try:
        value = read_literal(f"{prefix}{quotes}{rest}")
    except ValueError:
        return None
    return value if isinstance(value, str) else None
