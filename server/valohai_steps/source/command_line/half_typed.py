"""Whether a statement that a command line is read from is half-typed: then what was known before counts."""

from collections.abc import Iterator

from valohai_steps.source.command_line.memory.frames import Script
from valohai_steps.source.command_line.memory.words import is_marked
from valohai_steps.source.tree.parse_check import is_proven
from valohai_steps.source.tree.syntax import Node

_BLOCKS = ("block", "module")
_SIMPLE = ("expression_statement", "return_statement")


def is_half_typed(script: Script) -> bool:
    """Whether some statement that has to do with the command line is not complete Python."""
    return any(not _is_complete(script, node) for node in _relevant(script))


def _relevant(script: Script) -> Iterator[Node]:
    """The innermost statements that mention a library, and broken text that does."""
    waiting = list(script.syntax.root.named_children)
    while waiting:
        node = waiting.pop()
        if node.type == "comment":
            continue
        words = script.machine.reading.words.of(script.syntax.source(node))
        if not is_marked(words) and words.isdisjoint(script.words):
            continue
        inner = list(_inside(node))
        if node.type in _SIMPLE or node.type == "ERROR" or not inner:
            yield node
        else:
            waiting += [child for block in inner for child in block.named_children]


def _inside(node: Node) -> Iterator[Node]:
    """The blocks of a compound statement."""
    for child in node.named_children:
        if child.type in _BLOCKS:
            yield child
        elif child.type.endswith(("_clause", "_definition")):
            yield from _inside(child)


def _is_complete(script: Script, node: Node) -> bool:
    if node.type == "ERROR" or node.has_error:
        return False
    inner = node.named_children
    return node.type not in _SIMPLE or not inner or is_proven(script.syntax, inner[0])
