"""What an edit takes out of valohai.yaml, in the words in which a person is asked about it."""

from collections.abc import Sequence

from valohai_steps.drift.plan import Change, renamings
from valohai_steps.ide.update.obstacles.refused import Refused


def removal(name: str, changes: Sequence[Change], in_use: Sequence[Refused] = ()) -> str:
    """`Remove parameter 'patience' and input 'images' from valohai.yaml`; empty when nothing is taken out.

    `name` is that of the file. The first place `in_use` is named behind it, as `update` names it. What is
    renamed is still there: that is asked about only where its old name is in use.
    """
    pairs = renamings(changes)
    removed = [_thing(change) for change in changes if change.destructive and change.renaming not in pairs]
    renamed = [f"{before!r} to {after!r}" for before, after in pairs] if in_use else []
    asked = [f"Remove {_listed(removed)} from {name}"] if removed else []
    asked += [f"rename {_listed(renamed)} in {name}"] if renamed else []
    return _with_use(asked, in_use)


def removal_of(removed: Sequence[str], name: str, in_use: Sequence[Refused] = ()) -> str:
    """The same of things in words, such as `parameter 'patience'`."""
    return _with_use([f"Remove {_listed(removed)} from {name}"] if removed else [], in_use)


def _listed(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)}{' and ' if others else ''}{last}"


def _with_use(asked: Sequence[str], in_use: Sequence[Refused]) -> str:
    question = ", and ".join(asked)
    question = f"{question[:1].upper()}{question[1:]}"
    if not question or not in_use:
        return question
    first = in_use[0]
    return f"{question} ({first.place}: {first.reason.rpartition(';')[0]})"


def _thing(change: Change) -> str:
    drift = change.drift
    owner = f"{drift.subject} {drift.name!r}"
    return owner if drift.key is None else f"{drift.key} of {owner}"
