"""Methods of a text's classes that Python or a library may call with a value."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.outlines.hooks.log_records import function_gets_logged
from valohai_steps.source.evaluation.outlines.hooks.replacements import expression_around
from valohai_steps.source.evaluation.tables.harmless import HANDLING, HOOKS, MENTIONED, SET
from valohai_steps.source.tree.binding import BindingKind, bindings_at
from valohai_steps.source.tree.mutations import is_assigned
from valohai_steps.source.tree.nodes import member_at
from valohai_steps.source.tree.scope import Scopes, scope_of
from valohai_steps.source.tree.syntax import Node, field, is_field

_MAKING = pattern(r"\b(?:setattr|__setattr__|type|new_class|patch|vars|__dict__)\b")
_DATA = frozenset(("true", "false", "none", "integer", "float", "string", "list", "dictionary", "tuple"))


def special_methods(scopes: Scopes, words: Iterable[str] = HOOKS) -> Iterator[tuple[str, Span]]:
    """The methods of the table that a class of the text may have, each with a place that says so.

    Those that Python calls count where they are mentioned, the others where a class or an object gets one;
    `=encode` is one that an object gets from outside, `.mapping` a word that is mentioned.

    Raises ExcessiveText.
    """
    for word in words:
        name = word.removeprefix(SET).removeprefix(MENTIONED)
        nodes = scopes.syntax.names(name)  # an excerpt holds no word that nobody asked for
        if name not in scopes.syntax.normal_form.text:
            continue
        if word.startswith(MENTIONED):
            yield from ((word, place) for place in _mentions(scopes, name))
        elif name.startswith("__"):
            yield from ((word, place) for place in islice(_places(scopes, name), 1))
        else:
            said = (*_named(scopes, nodes, name), *_made(scopes, name))
            yield from ((word, scopes.syntax.span(node)) for each, node in said if each == word)


def _mentions(scopes: Scopes, name: str) -> Iterator[Span]:
    """Where an attribute, what nothing here binds, or a string has this name, or an import brings it."""
    for place in _places(scopes, name):
        node = scopes.syntax.node_at(place.start, place.end)
        is_whole = node.type in ("identifier", "string_content") and scopes.syntax.name(node) == name
        if is_whole and (node.type == "string_content" or not _is_own(scopes, node, name)):
            yield place


def _places(scopes: Scopes, name: str) -> Iterator[Span]:
    """Where a text has the word, however it is spelled."""
    form = scopes.syntax.normal_form
    return (form.written(found.start(), found.end()) for found in re.finditer(rf"\b{name}\b", form.text))


def _is_own(scopes: Scopes, node: Node, name: str) -> bool:
    """Whether an identifier is a name that the text binds itself, or the keyword of an argument."""
    holder = node.parent
    if holder is None or member_at(node) is not None:
        return False
    if holder.type in ("keyword_argument", "dotted_name"):
        return holder.type == "keyword_argument" and is_field(holder, "name", node)
    return bool(scopes.bindings(name, node)) or bool(list(bindings_at(node)))


def _named(scopes: Scopes, nodes: Iterable[Node], name: str) -> Iterator[tuple[str, Node]]:
    for node in nodes:
        holder, member = node.parent, member_at(node)
        if holder is None:
            continue
        if member is not None:
            if member.parent is not None and _is_given(member.parent, member):
                yield name, node
                if scopes.syntax.source(member.children[0]) != "self":
                    yield f"{SET}{name}", node
        elif holder.type == "keyword_argument":
            value = field(holder, "value")
            if value is not None and is_field(holder, "name", node) and value.type not in _DATA:
                yield name, node
        elif _is_of_class(scopes, node, name):
            yield name, node


def _made(scopes: Scopes, name: str) -> Iterator[tuple[str, Node]]:
    """`setattr(x, "encode", f)`, `type("E", (), {"encode": f})`."""
    for quote in ("'", '"'):
        start = scopes.syntax.text.find(f"{quote}{name}{quote}")
        while start >= 0:
            string = scopes.syntax.node_at(start + 1, start + 1 + len(name))
            if _MAKING.search(scopes.syntax.source(expression_around(string))):
                yield name, string
                yield f"{SET}{name}", string
            start = scopes.syntax.text.find(f"{quote}{name}{quote}", start + 1)


def _is_given(outer: Node, holder: Node) -> bool:
    """`x.encode = f`, with anything that may be a function."""
    value = field(outer, "right") if outer.type == "assignment" else None
    return is_assigned(outer, holder) and (value is None or value.type not in _DATA)


def _is_of_class(scopes: Scopes, node: Node, name: str) -> bool:
    """Whether the body of a class binds the name to what may be a method that uses its arguments."""
    for binding in bindings_at(node):
        if scope_of(node).type != "class_definition":
            return False
        if binding.kind is BindingKind.FUNCTION and node.parent is not None and name in HANDLING:
            return function_gets_logged(scopes, node.parent, is_method=True)
        return binding.value is None or binding.value.type not in _DATA
    return False
