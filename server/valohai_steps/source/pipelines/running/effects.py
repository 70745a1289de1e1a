"""What code may do that is not run, because it is not known whether Python would."""

from collections.abc import Iterator

from valohai_steps.source.pipelines.frames import Frame
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
        "nonlocal_statement",
        "raise_statement",
        "return_statement",
        "try_statement",
        "with_statement",
        "yield",
    }
)


def is_quiet(frame: Frame, node: Node) -> bool:
    """Whether running `node` changes nothing but names, and always goes on behind it."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        frame.step(each)
        if each.type in _LOUD or (each.type == "call" and called_name(frame, each) not in HARMLESS):
            return False
        if each.type == "assignment":
            left = field(each, "left")
            if left is None or left.type not in ("identifier", "pattern_list", "tuple_pattern"):
                return False
        waiting += each.named_children
    return True


def called_name(frame: Frame, call: Node) -> str:
    """The last name in front of the bracket."""
    function = field(call, "function")
    if function is not None and function.type == "attribute":
        function = field(function, "attribute")
    return "" if function is None or function.type != "identifier" else frame.source(function)


def assigned_names(frame: Frame, node: Node) -> Iterator[str]:
    """The names that a quiet block may assign."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        target = field(each, "left") if each.type in ("assignment", "for_statement") else None
        if each.type == "named_expression":
            target = field(each, "name")
        if target is not None:
            inner = [target, *target.named_children]
            yield from (frame.source(name) for name in inner if name.type == "identifier")
        waiting += each.named_children
