"""Names of the runtime behind a dot: `valohai.`, `valohai.inputs("x").`."""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.ide.completion.item import Completion, CompletionKind
from valohai_steps.ide.completion.new_step import prepare_call
from valohai_steps.model.patterns import pattern
from valohai_steps.model.runtime_members import MEMBERS, MODULE, Member
from valohai_steps.source.cursor.member import MODULE as MODULE_NAME
from valohai_steps.source.cursor.member import MemberPlace

# Calls behind `valohai.`: a label, its text, the same with places to fill in, and a sentence.
_CALLS = (
    (
        'parameters("...").value',
        'parameters("").value',
        'parameters("$1").value',
        "The value of a parameter.",
    ),
    ('inputs("...").path()', 'inputs("").path()', 'inputs("$1").path()', "The local path of an input."),
    (
        'outputs().path("...")',
        'outputs().path("")',
        'outputs().path("$1")',
        "The path of a file that Valohai keeps.",
    ),
)
_STARTS_LINE = pattern(r"\w+[ \t]*\.[ \t]*")


def members_of(place: MemberPlace, text: str, path: Path) -> Iterator[Completion]:
    """The public names that fit behind the dot; behind `valohai.` whole calls as well, at the end."""
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
    if place.owner == MODULE_NAME and not text[place.slot.end :].lstrip(" \t").startswith("("):
        yield from _calls(place, text, path)


def _calls(place: MemberPlace, text: str, path: Path) -> Iterator[Completion]:
    calls = list(_CALLS)
    if _STARTS_LINE.fullmatch(text[text.rfind("\n", 0, place.slot.start) + 1 : place.slot.start]):
        calls.append(
            ("prepare(...)", *prepare_call("prepare", text, path), "A step: its parameters and inputs.")
        )
    for label, call, snippet, sentence in calls:
        yield Completion(
            label,
            CompletionKind.SNIPPET,
            place.slot.typed,
            place.slot.whole,
            call,
            snippet,
            "",
            sentence,
            # A bracket that is typed must not go on with the label: Enter behind it would take the call.
            filter_text=label.partition("(")[0],
            is_last=True,
        )


def shown_signature(member: Member) -> str:
    """The name with what is written in its brackets; empty for what is not called."""
    return "" if member.signature is None else f"{member.name}({member.signature})"
