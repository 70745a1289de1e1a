"""What an edit takes out of valohai.yaml, in the words in which a person is asked about it."""

from collections.abc import Iterable

from valohai_steps.drift.plan import Change


def removal(name: str, changes: Iterable[Change]) -> str:
    """`Remove parameter 'patience' and input 'images' from valohai.yaml`; empty when nothing is taken out.

    `name` is that of the file.
    """
    removed = [_thing(change) for change in changes if change.destructive]
    if not removed:
        return ""
    *others, last = removed
    return f"Remove {', '.join(others)}{' and ' if others else ''}{last} from {name}"


def _thing(change: Change) -> str:
    drift = change.drift
    owner = f"{drift.subject} {drift.name!r}"
    return owner if drift.key is None else f"{drift.key} of {owner}"
