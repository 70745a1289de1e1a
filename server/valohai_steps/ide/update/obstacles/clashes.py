"""One step name in two files that do not both say `multifile=True`: VH108, in findings and in refusals."""

from itertools import islice
from pathlib import Path

from msgspec import Struct

from valohai_steps.ide.update.obstacles.refused import Refused
from valohai_steps.model.finding import Finding, Fix, Related
from valohai_steps.model.step import StepFact
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot

_MOST_OTHERS = 20  # who copies a file a thousand times sees where to begin


class Clash(Struct, frozen=True):
    """A step of `path` and other files that declare one of its name, the first of them."""

    path: Path
    step: StepFact
    others: tuple[tuple[Path, StepFact], ...]
    message: str

    @property
    def refused(self) -> Refused:
        """Why the step is not written."""
        return Refused(self.path, self.message, self.step.name_span)


def clash_of(snapshot: Snapshot, path: Path, step: StepFact, yaml: Path) -> Clash | None:
    """The clash of a step of `path`; None when no other file declares its name, or all share it."""
    found = (
        (there, other)
        for there, other in snapshot.steps_named(yaml, step.name)
        if there != path and not (step.is_multifile and other.is_multifile)
        if snapshot.real(there) != snapshot.real(path)
    )
    others = tuple(islice(found, _MOST_OTHERS))
    if not others:
        return None
    names = dict.fromkeys(str(snapshot.source_in(there, yaml)) for there, _ in others)
    *first, last = (*names, "others") if next(found, None) is not None else names
    where = f"{', '.join(first)} and {last}" if first else last
    message = (
        f"step {step.name!r} is also declared in {where}; rename one of them, or give both multifile=True "
        "when they are one step in two files"
    )
    return Clash(path, step, others, message)


def clash_finding(snapshot: Snapshot, clash: Clash, yaml: Path) -> Finding:
    """VH108, once for its place, with the others as related places and a new name as its fix."""
    name = clash.step.name
    related = tuple(
        Related(other.name_span, f"step {name!r} is also declared here", there)
        for there, other in clash.others
    )
    edit = _renaming(snapshot, clash, yaml)
    fixes = () if edit is None else (Fix(f"Rename this step to {edit.text!r}", (edit,)),)
    return Finding("VH108", clash.step.name_span, clash.message, related, fixes)


def _renaming(snapshot: Snapshot, clash: Clash, yaml: Path) -> TextEdit | None:
    """A free name in place of this step's alone; None where no plain literal gives it."""
    name, span = clash.step.name, clash.step.name_span
    literal = snapshot.readable_text(clash.path)[span.start : span.end]
    if literal not in (f'"{name}"', f"'{name}'"):
        return None
    file = readable(snapshot.yaml(yaml))
    number = 2
    while _is_taken(snapshot, f"{name}{number}", yaml) or (file and file.step(f"{name}{number}")):
        number += 1
    return TextEdit(Span(span.start + 1, span.end - 1), f"{name}{number}")


def _is_taken(snapshot: Snapshot, name: str, yaml: Path) -> bool:
    return any(True for _ in snapshot.steps_named(yaml, name))
