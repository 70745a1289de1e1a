"""What keeps argparse from ending a script with its own error: then no line is refused for certain."""

from valohai_steps.source.command_line.expressions.classes import class_attribute
from valohai_steps.source.command_line.memory.frames import ClassObject, Frame, Function
from valohai_steps.source.command_line.memory.objects import object_of
from valohai_steps.source.tree.syntax import Node, Syntax, field, parts

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
    syntax = frame.script.syntax
    if any(_catches(syntax, each) and not _block_ends(syntax, each.named_children[-1]) for each in clauses):
        for parse in frame.reading.parses[before:]:
            parse.parser.open = True


def _own(cls: ClassObject, name: str) -> Function | None:
    held = object_of(class_attribute(cls, name))
    return held if isinstance(held, Function) else None


def _has_private(cls: ClassObject) -> bool:
    """Whether it has methods of argparse's own, such as `_parse_optional`."""
    for child in parts(field(cls.node, "body")):
        definition = field(child, "definition") if child.type == "decorated_definition" else child
        name = field(definition, "name") if definition is not None else None
        written = "" if name is None else cls.frame.source(name)
        if written.startswith("_") and not written.startswith("__"):
            return True
    return False


def _ends(function: Function) -> bool:
    body = field(function.node, "body")
    return body is not None and _block_ends(function.frame.script.syntax, body)


def _block_ends(syntax: Syntax, block: Node) -> bool:
    """Whether its last statement raises or ends the process: `sys.exit(2)`, `super().error(text)`."""
    statements = parts(block)
    if not statements or statements[-1].type == "raise_statement":
        return bool(statements)
    call = statements[-1].named_children[0] if statements[-1].type == "expression_statement" else None
    callee = field(call, "function") if call is not None and call.type == "call" else None
    words = "" if callee is None else syntax.source(callee)
    return words.rpartition(".")[2] in ("exit", "_exit", "error", "quit")


def _catches(syntax: Syntax, clause: Node) -> bool:
    named = clause.named_children[:-1]
    return not named or any(name in syntax.source(each) for each in named for name in _CAUGHT)
