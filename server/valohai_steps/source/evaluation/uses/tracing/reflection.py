"""Attributes that are reached by other ways than `x.name`: `getattr(x, "name")`, `vars(x)`, `match`."""

from collections.abc import Iterator

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.once import once
from valohai_steps.source.evaluation.outlines.written_text import literal_text
from valohai_steps.source.tree.nodes import called_at
from valohai_steps.source.tree.syntax import Node, field, parts

# What reads attributes by names, or all of them, in ways that are not followed.
_READERS = ("attrgetter", "getmembers", "getmembers_static", "getattr_static", "__getattribute__")
_PARSERS = ("parse_args", "parse_known_args")


@once
def reflections(program: Evaluator, name: str) -> Iterator[tuple[Node, int | None]]:
    """Each expression through which an attribute of this name may be reached.

    With it: 0 when it gives the attribute's value, 1 when it gives a dict that holds it, None when what it
    gives is not followed.
    """
    for node in program.syntax.names("getattr"):
        given = _arguments(node)
        if given is None:
            yield node, None
        elif given and not _is_namespace(program, given[0]) and _may_name(program, given[1:2], name):
            yield node.parent or node, 0
    for node in program.syntax.names("vars"):
        given = _arguments(node)
        if given and not _is_namespace(program, given[0]):
            yield node.parent or node, 1
    for node in program.syntax.names("__dict__"):
        holder = node.parent
        owner = None if holder is None else field(holder, "object")
        if holder is not None and owner is not None and not _is_namespace(program, owner):
            yield holder, 1
    yield from ((node, None) for node in _unfollowed(program, name))


def _unfollowed(program: Evaluator, name: str) -> Iterator[Node]:
    for node in program.syntax.names(name):  # case C(name=q)
        if node.parent is not None and node.parent.type == "keyword_pattern":
            yield node.parent
    yield from program.syntax.names("__match_args__")
    for reader in _READERS:
        for node in program.syntax.names(reader):
            outer = None if node.parent is None else node.parent.parent
            is_import = outer is not None and outer.type == "import_from_statement"
            given = _arguments(node)
            if not is_import and (reader != "attrgetter" or given is None or _may_name(program, given, name)):
                yield node


def _arguments(node: Node) -> list[Node] | None:
    """The arguments of the call of what is named, or is an attribute, at `node`; None when there is none."""
    is_of_attribute = node.parent is not None and node.parent.type == "attribute"
    call = called_at(node.parent if is_of_attribute and node.parent is not None else node)
    return None if call is None else parts(field(call, "arguments"))


def _may_name(program: Evaluator, given: list[Node], name: str) -> bool:
    """Whether one of the arguments may be the name, or a dotted path with it."""
    texts = [literal_text(program.syntax, each) for each in given]
    return not texts or any(text is None or name in text.split(".") for text in texts)


def _is_namespace(program: Evaluator, node: Node) -> bool:
    """Whether a name means what a parser read from the command line: it has no attributes of classes here."""
    if node.type != "identifier":
        return False
    bindings = program.scopes.bindings(program.syntax.name(node), node)
    values = [None if each.value is None else field(each.value, "function") for each in bindings]
    members = [None if value is None else field(value, "attribute") for value in values]
    return bool(members) and all(
        each is not None and program.syntax.name(each) in _PARSERS for each in members
    )
