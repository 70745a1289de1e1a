"""What is behind a dot: a name of the module `valohai`, or of what one of its functions gives."""

import re

from msgspec import Struct

from valohai_steps.model.patterns import pattern
from valohai_steps.model.runtime_members import OBJECTS
from valohai_steps.model.slot import Slot
from valohai_steps.source.calls.prepare_calls import callees, is_module
from valohai_steps.source.text.tokenizer.tokens import tokens
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import ExcessiveText, Node, Syntax, field, is_field

MODULE = "valohai"
_FUNCTIONS = ("parameters", "inputs", "outputs", "logger", "output_properties", "execution")
_DOT = pattern(r"((?<!\w)[^\W\d]\w*|\))[ \t]*\.[ \t]*(\w*)\Z")
_REST = pattern(r"\w*")
_ALIAS = pattern(r"\b(\w+)\s+as\s+(\w+)")
_OPENED_BY = pattern(r"((?<!\w)[^\W\d]\w*)[ \t]*\Z")
_FARTHEST = 2000  # code points from the bracket that closes a call to the line of the one that opens it
_STAND_IN = "member"


class MemberPlace(Struct, frozen=True):
    """A name behind a dot. `owner` is "valohai", or the function or object of valohai whose members fit."""

    owner: str
    slot: Slot


def member_at(text: str, offset: int) -> MemberPlace | None:
    """What is behind the dot at `offset`, in code points, when it is of valohai; None elsewhere.

    The text is parsed only where a name in front of the dot may be one of valohai's.
    """
    line = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    found = _DOT.search(text, line, offset) if MODULE in text else None
    if found is None or not _may_be_owned(text, found):
        return None
    rest = _REST.match(text, offset)
    slot = Slot(found.start(2), offset, rest.end() if rest is not None else offset)
    # With a name in its place the text around parses as it will.
    syntax = Syntax(f"{text[: slot.start]}{_STAND_IN}{text[slot.end :]}")
    try:
        name = syntax.node_at(slot.start, slot.start + len(_STAND_IN))
        owner = _owner(Scopes(syntax), name)
    except ExcessiveText:
        return None  # the finding of such a text says that it is not read
    return MemberPlace(owner, slot) if owner else None


def _may_be_owned(text: str, found: "re.Match[str]") -> bool:
    name = found[1] if found[1] != ")" else _called(text, found.start(1))
    known = {MODULE, *_FUNCTIONS, *OBJECTS}
    return name in known or any(was in known and becomes == name for was, becomes in _ALIAS.findall(text))


def _called(text: str, closing: int) -> str:
    """The name in front of the brackets that close at an offset, however it is called there."""
    first = text.rfind("\n", 0, max(0, closing - _FARTHEST)) + 1
    opened: list[int] = []
    for token in tokens(text, first, closing + 1):
        if token.kind == "opening":
            opened.append(token.start)
        elif token.kind == "closing":
            opening = opened.pop() if opened else first
            if token.start == closing and (name := _OPENED_BY.search(text, first, opening)) is not None:
                return name[1]
    return ""


def _owner(scopes: Scopes, name: Node) -> str:
    access = name.parent
    owner = field(access, "object") if access is not None and access.type == "attribute" else None
    if access is None or owner is None or not is_field(access, "attribute", name):
        return ""
    if owner.type == "identifier" and is_module(scopes, owner):
        return MODULE
    if owner.type == "call":
        function = field(owner, "function")
        names = _FUNCTIONS if function is not None else ()
        return next((each for each in names if function in callees(scopes, each)), "")
    return next((each for each in OBJECTS if owner in callees(scopes, each)), "")
