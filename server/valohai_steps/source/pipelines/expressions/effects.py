"""What code may do that is not run, because it is not known whether Python would."""

from collections.abc import Callable, Iterator

from valohai_steps.model.step import Unknown
from valohai_steps.source.pipelines.expressions.names import looked_up
from valohai_steps.source.pipelines.memory.frames import Frame
from valohai_steps.source.pipelines.memory.objects import External, Hidden, PaperValue, hidden
from valohai_steps.source.tree.nodes import descendants
from valohai_steps.source.tree.syntax import Node, field

# Functions and methods that only look at what they get.
HARMLESS = frozenset(
    {
        "callable",
        "critical",
        "debug",
        "error",
        "exception",
        "format",
        "hash",
        "id",
        "info",
        "isinstance",
        "issubclass",
        "len",
        "log",
        "print",
        "pprint",
        "repr",
        "str",
        "type",
        "vars",
        "warn",
        "warning",
    }
)
_LOUD = frozenset(
    {
        "augmented_assignment",
        "await",
        "break_statement",
        "class_definition",
        "continue_statement",
        "delete_statement",
        "function_definition",
        "global_statement",
        "import_from_statement",
        "import_statement",
        "match_statement",
        "nonlocal_statement",
        "raise_statement",
        "return_statement",
        "try_statement",
        "type_alias_statement",
        "with_statement",
        "yield",
    }
)


_BINDS = ("assignment", "for_statement", "for_in_clause")
_PATTERNS = frozenset(
    {
        "expression_list",
        "identifier",
        "list",
        "list_pattern",
        "list_splat_pattern",
        "parenthesized_expression",
        "pattern_list",
        "tuple",
        "tuple_pattern",
    }
)


def pass_over(frame: Frame, why: Unknown, nodes: list[Node]) -> Unknown:
    """Nothing, because of `why`, where `nodes` may run or not: the names they assign are unknown then.

    Raises Refused when they may do more than that.
    """
    if not all(is_quiet(frame, node) for node in nodes):
        frame.known(why)
    hides = any(_reaches(frame, node) for node in nodes)
    for node in nodes:
        forget(frame, node, lambda _: why)
    return hidden(why) if hides else why


def forget(frame: Frame, node: Node, why: Callable[[str], Unknown]) -> None:
    """Note that the names that a quiet block assigns are not known; `why` says the reason for each."""
    names, reaches = frame.of_function().names, _reaches(frame, node)
    for name in dict.fromkeys(assigned_names(frame, node)):
        unknown = why(name)
        names[name] = hidden(unknown) if reaches or frame.is_mutable(node, names.get(name)) else unknown


def is_quiet(frame: Frame, node: Node) -> bool:
    """Whether running `node` changes nothing but names, and always goes on behind it."""
    for each in _within(frame, node):
        if each.type in _LOUD or (each.type == "call" and not _only_looks(frame, each)):
            return False
        if each.type in _BINDS:
            left = field(each, "left")
            if left is None or not all(part.type in _PATTERNS for part in _within(frame, left)):
                return False
    return not any(frame.holds_iterator(node, found) for found in _named_within(frame, node))


def _only_looks(frame: Frame, call: Node) -> bool:
    """Whether a call is one of Python's own functions, or of another library's, that change nothing."""
    function = field(call, "function")
    if function is None or called_name(frame, call) not in HARMLESS:
        return False
    while function is not None and function.type == "attribute":
        function = field(function, "object")
    if function is None or function.type != "identifier":
        return function is not None and function.type in ("string", "concatenated_string")
    found = looked_up(frame, function)
    return isinstance(found, (External, Unknown, str)) and not isinstance(found, Hidden)


def _reaches(frame: Frame, node: Node) -> bool:
    """Whether what stands at `node` may give what is followed here, or a function that reaches it."""
    if any(each.type == "lambda" for each in _within(frame, node)):
        return True
    return any(frame.is_mutable(node, found) for found in _named_within(frame, node))


def _named_within(frame: Frame, node: Node) -> Iterator[PaperValue]:
    """What the names within a node stand for, each name once. Raises Refused when there were too many."""
    seen: set[str] = set()
    for each in _within(frame, node):
        name = frame.script.evaluation.syntax.name(each) if each.type == "identifier" else None
        if name is not None and name not in seen:
            seen.add(name)
            yield looked_up(frame, each)


def _within(frame: Frame, node: Node) -> Iterator[Node]:
    """A node and all in it. Raises Refused when there were too many."""
    for each in descendants(node):
        frame.step(each)
        yield each


def called_name(frame: Frame, call: Node) -> str:
    """The last name in front of the bracket."""
    function = field(call, "function")
    if function is not None and function.type == "attribute":
        function = field(function, "attribute")
    return "" if function is None or function.type != "identifier" else frame.source(function)


def assigned_names(frame: Frame, node: Node) -> Iterator[str]:
    """The names that a quiet block may assign."""
    for each in _within(frame, node):
        target = field(each, "left") if each.type in ("assignment", "for_statement") else None
        if each.type == "named_expression":
            target = field(each, "name")
        if each.type == "as_pattern_target":  # of `except`
            target = each
        if target is not None:
            names = (part for part in _within(frame, target) if part.type == "identifier")
            yield from (frame.script.evaluation.syntax.name(name) for name in names)
