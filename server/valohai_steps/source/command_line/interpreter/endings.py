"""What keeps argparse from ending a script with its own error: then no line is refused for certain."""

from valohai_steps.source.command_line.expressions import members
from valohai_steps.source.command_line.interpreter.frames import Frame
from valohai_steps.source.command_line.interpreter.objects import ClassObject, Function, object_of
from valohai_steps.source.tree.syntax import Node, field

# The methods of ArgumentParser by which it ends a script, or takes the words of the line (`argparse.py`).
_ENDING = ("error", "exit")
_TAKING = ("parse_args", "parse_known_args", "convert_arg_line_to_args")
_CAUGHT = ("SystemExit", "BaseException")


def may_go_on(name: str) -> bool:
    """Whether a parser may end otherwise once its attribute `name` is set; an unknown name is empty."""
    return name in (*_ENDING, *_TAKING) or name.startswith("_") or not name


def overrides_ending(cls: ClassObject) -> bool:
    """Whether a class of parsers has methods of its own that may let the script go on after an error."""
    if any(_own(cls, name) is not None for name in _TAKING) or _has_private(cls):
        return True
    functions = (_own(cls, name) for name in _ENDING)
    return any(function is not None and not _ends(function) for function in functions)


def open_where_caught(frame: Frame, statement: Node, before: int) -> None:
    """Nothing is known to be refused by parsers whose end of the script a `try` catches, and goes on.

    They are those of the uses in it; there were `before` uses in front of it.
    """
    clauses = [child for child in statement.named_children if child.type == "except_clause"]
    if any(_catches(clause) and not _block_ends(clause.named_children[-1]) for clause in clauses):
        for parse in frame.reading.parses[before:]:
            parse.parser.open = True


def _own(cls: ClassObject, name: str) -> Function | None:
    held = object_of(members.class_attribute(cls, name))
    return held if isinstance(held, Function) else None


def _has_private(cls: ClassObject) -> bool:
    """Whether it has methods of argparse's own, such as `_parse_optional`."""
    body = field(cls.node, "body")
    defined = (child for child in (body.named_children if body is not None else ()))
    names = (field(child, "name") for child in defined if child.type == "function_definition")
    written = (name.text.decode() for name in names if name is not None and name.text is not None)
    return any(name.startswith("_") and not name.startswith("__") for name in written)


def _ends(function: Function) -> bool:
    body = field(function.node, "body")
    return body is not None and _block_ends(body)


def _block_ends(block: Node) -> bool:
    """Whether its last statement raises or ends the process: `sys.exit(2)`, `super().error(text)`."""
    last = block.named_children[-1] if block.named_children else None
    if last is None or last.type == "raise_statement":
        return last is not None
    call = last.named_children[0] if last.type == "expression_statement" and last.named_children else None
    callee = field(call, "function") if call is not None and call.type == "call" else None
    words = (callee.text or b"").decode() if callee is not None else ""
    return words.rpartition(".")[2] in ("exit", "_exit", "error", "quit")


def _catches(clause: Node) -> bool:
    named = clause.named_children[:-1]
    if not named:
        return True
    words = b" ".join(each.text or b"" for each in named).decode()
    return any(name in words for name in _CAUGHT)
