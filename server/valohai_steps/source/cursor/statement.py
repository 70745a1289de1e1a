"""Where a new statement is being written at the top of a Python file, and where its import belongs."""

import re

from msgspec import Struct

from valohai_steps.model.patterns import pattern
from valohai_steps.model.slot import Slot
from valohai_steps.model.text import line_end, line_start, next_line
from valohai_steps.source.calls.prepare_calls import imported_functions
from valohai_steps.source.tree.syntax import ExcessiveText, Node, Syntax

_IMPORTED = pattern(
    r"^(?:import|from)[ \t](?:[^\n#]*,[ \t]*|[ \t]*)valohai(?:[ \t]+as[ \t]+(\w+))?[ \t]*(?=,|#|\r?$)",
    re.MULTILINE,
)
_STAND_IN = "statement"
_IMPORTS = ("import_statement", "import_from_statement", "future_import_statement")


class NewStatement(Struct, frozen=True):
    """A line at the top level of a file that is empty or holds one begun word.

    `module` is the name that valohai goes by, "" when it is not imported; `prepare` tells that `prepare` is.
    `imports_end` is where the line of an import belongs: behind those that stand first in the file.
    """

    slot: Slot
    module: str
    prepare: bool
    imports_end: int


def new_statement_at(text: str, offset: int) -> NewStatement | None:
    """The statement that is begun at `offset`, in code points; None where a line is not one by itself."""
    start, end = line_start(text, offset), line_end(text, offset)
    if text[offset:end].strip() or text[start:offset] != text[start:offset].strip():
        return None
    syntax = Syntax(f"{text[:start]}{_STAND_IN}{text[end:]}")
    try:
        node = syntax.node_at(start, start + len(_STAND_IN))
        root = syntax.root
    except ExcessiveText:
        return None  # the finding of such a text says that it is not read
    statement = node.parent
    if statement is None or statement.type != "expression_statement" or statement.parent != root:
        return None
    found = _IMPORTED.search(text)
    module = "" if found is None else found[1] or "valohai"
    has_prepare = "prepare" in imported_functions(text, frozenset(("prepare",)))
    place = min(_imports_end(syntax, root), start)
    return NewStatement(Slot(start, offset, end), module, has_prepare, place)


def _imports_end(syntax: Syntax, root: Node) -> int:
    """Where the line behind the first imports starts; without any, behind a docstring and comments."""
    last = 0
    for number, node in enumerate(root.children):
        is_docstring = (
            node.type == "expression_statement" and number == 0 and node.children[0].type == "string"
        )
        if node.type in _IMPORTS or is_docstring or (node.type == "comment" and not last):
            end = syntax.span(node).end
            last = next_line(syntax.text, end)
        elif node.type != "comment":
            break
    return last
