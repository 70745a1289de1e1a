"""What is wrong between items, before it has a place in the file."""

from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct

from valohai_steps.config.lint.nearest import hint
from valohai_steps.config.model.items import Step
from valohai_steps.config.model.names import Name


class At(Struct, frozen=True):
    """A place: the number of an item, and of the place in it."""

    item: int
    place: int


class Verdict(Struct, frozen=True):
    """A finding whose places are numbers. `text` is what may be meant, to be written at its place;
    `declares` what could be added to a step instead: the step, `parameters` or `inputs`, the name."""

    code: str
    at: At
    message: str
    related: tuple[tuple[At, str], ...] = ()
    text: str | None = None
    title: str = ""
    declares: tuple[str, str, str] | None = None
    removes: bool = False


def unknown(at: int, name: Name, known: Collection[str], noun: str, where: str = "") -> Verdict:
    """VH306: a name that is not there."""
    near, end = hint(name.text, known, noun)
    return Verdict("VH306", At(at, name.place), f"there is no {noun} {name.text!r}{where}{end}", text=near)


def unknown_names(number: int, names: Sequence[Name], step: Step, noun: str) -> Iterator[Verdict]:
    """VH306 for each parameter or input that a step does not have."""
    listed = step.known_parameters if noun == "parameter" else step.known_inputs
    if listed is None or step.name is None:
        return
    known = [each.text for each in listed]
    for name in names:
        if name.text not in known:
            found = unknown(number, name, known, noun, f" in step {step.name.text}")
            yield Verdict(
                found.code,
                found.at,
                found.message,
                text=found.text,
                declares=None if step.doubled else (step.name.text, f"{noun}s", name.text),
            )
