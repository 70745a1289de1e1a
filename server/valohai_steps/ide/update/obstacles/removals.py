"""What an edit takes out of valohai.yaml, in the words in which a person is asked about it."""

from collections.abc import Iterable, Sequence

from valohai_steps.drift.plan import Change
from valohai_steps.ide.update.obstacles.refused import Refused


def removal(name: str, changes: Iterable[Change], in_use: Sequence[Refused] = ()) -> str:
    """`Remove parameter 'patience' and input 'images' from valohai.yaml`; empty when nothing is taken out.

    `name` is that of the file. The first place `in_use` is named behind it, as `update` names it.
    """
    return removal_of([_thing(change) for change in changes if change.destructive], name, in_use)


def removal_of(removed: Sequence[str], name: str, in_use: Sequence[Refused] = ()) -> str:
    """The same of things in words, such as `parameter 'patience'`."""
    if not removed:
        return ""
    *others, last = removed
    asked = f"Remove {', '.join(others)}{' and ' if others else ''}{last} from {name}"
    if not in_use:
        return asked
    first = in_use[0]
    return f"{asked} ({first.place}: {first.reason.rpartition(';')[0]})"


def _thing(change: Change) -> str:
    drift = change.drift
    owner = f"{drift.subject} {drift.name!r}"
    return owner if drift.key is None else f"{drift.key} of {owner}"
