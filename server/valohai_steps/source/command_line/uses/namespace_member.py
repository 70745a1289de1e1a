"""What is written behind the dot of a namespace: `args.`, also in a text that is half-typed."""

from msgspec import Struct

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.uses.namespace_uses import namespace_uses
from valohai_steps.source.tree.syntax import Syntax

_DOT = pattern(r"(?:\w|\]|\))[ \t]*\.[ \t]*(\w*)\Z")
_REST = pattern(r"\w*")
_STAND_IN = "member"


class NamespaceMember(Struct, frozen=True):
    """The name behind the dot: `typed` ends at the cursor, `whole` goes on behind it."""

    typed: Span
    whole: Span


def namespace_member_at(text: str, parsed: Span, offset: int) -> NamespaceMember | None:
    """The name behind the dot at `offset`, in code points, when that asks what the call at `parsed` gives.

    The call stands where it stands in the text, half-typed or not.
    """
    line = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    found = _DOT.search(text, line, offset)
    rest = _REST.match(text, offset)
    if found is None or rest is None or parsed.contains(offset):
        return None
    whole = Span(found.start(1), rest.end())
    # With a name in its place the text around parses as it will.
    moved = 0 if parsed.end <= whole.start else len(_STAND_IN) - len(text[whole.start : whole.end])
    syntax = Syntax(f"{text[: whole.start]}{_STAND_IN}{text[whole.end :]}")
    place = Span(whole.start, whole.start + len(_STAND_IN))
    uses = namespace_uses(syntax, parsed.shifted(moved))
    return (
        NamespaceMember(Span(whole.start, offset), whole) if (_STAND_IN, place) in uses.attributes else None
    )
