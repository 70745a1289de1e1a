"""Names of the runtime behind a dot: `valohai.`, `valohai.inputs("x").`."""

from collections.abc import Iterator

from valohai_steps.ide.completion.item import Completion, CompletionKind
from valohai_steps.model.runtime_members import MEMBERS, MODULE, Member
from valohai_steps.source.cursor.member import MODULE as MODULE_NAME
from valohai_steps.source.cursor.member import MemberPlace


def members_of(place: MemberPlace) -> Iterator[Completion]:
    """The public names that fit behind the dot; only the name is written."""
    members = MODULE if place.owner == MODULE_NAME else MEMBERS[place.owner]
    for member in members.values():
        yield Completion(
            member.name,
            CompletionKind.VALUE if member.signature is None else CompletionKind.FUNCTION,
            place.slot.typed,
            place.slot.whole,
            member.name,
            None,
            shown_signature(member),
            member.sentence,
        )


def shown_signature(member: Member) -> str:
    """The name with what is written in its brackets; empty for what is not called."""
    return "" if member.signature is None else f"{member.name}({member.signature})"
