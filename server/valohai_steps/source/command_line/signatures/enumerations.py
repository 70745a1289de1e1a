"""What an enumeration of the workspace makes of a word: `Color("red")`."""

from valohai_steps.source.command_line.expressions.classes import (
    ancestry,
    body_statements,
    decorators,
    enum_members,
)
from valohai_steps.source.command_line.memory.frames import ClassObject
from valohai_steps.source.command_line.memory.objects import External, plain
from valohai_steps.source.tree.syntax import Node, field

_PLAIN = frozenset({"enum.Enum", "enum.StrEnum", "builtins.str"})
_SHOWING = frozenset({"__str__", "__repr__", "__format__"})
_UNIQUE = frozenset({"unique", "enum.unique"})


def enum_words(cls: ClassObject) -> tuple[str, ...] | None:
    """The words of which an enumeration makes a member (library reference, `enum`: a call looks values up).

    None for other classes, and where the class may take others: by `_missing_`, a metaclass, a decorator.
    """
    behind = [each.name if isinstance(each, External) else "" for each in ancestry(cls)][1:]
    if not {"enum.Enum", "enum.StrEnum"} & set(behind) or not _PLAIN.issuperset(behind):
        return None
    text = cls.frame.script.syntax.text
    is_plain = all(_is_plain(cls, each) for each in body_statements(cls))
    if not is_plain or "_missing_" in text or not _UNIQUE.issuperset(decorators(cls.node, cls.frame)):
        return None
    values = [plain(each.value, str) for each in enum_members(cls)]
    words = tuple(each for each in values if isinstance(each, str))
    return words if words and len(words) == len(values) else None


def is_mixed(cls: ClassObject) -> bool:
    """Whether the members of an enumeration are strings too."""
    names = {each.name for each in ancestry(cls) if isinstance(each, External)}
    return bool(names & {"enum.StrEnum", "builtins.str"})


def _is_plain(cls: ClassObject, statement: Node) -> bool:
    """Whether a statement of the body makes a member, or a method that changes nothing of a lookup."""
    inner = field(statement, "definition") if statement.type == "decorated_definition" else statement
    if inner is None:
        return False
    if inner.type == "function_definition":
        name = cls.frame.source(field(inner, "name") or inner)
        return name in _SHOWING or not name.startswith("_")
    if inner.type != "expression_statement":
        return inner.type == "pass_statement"
    first = inner.named_children[0]
    left = field(first, "left") if first.type == "assignment" else None
    if left is None:
        return first.type == "string"
    return left.type == "identifier" and not cls.frame.source(left).startswith("_")
