"""Beside each default: the flag that overrides it, and the type that Valohai will give it."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from valohai_steps.drift.declaration import declare
from valohai_steps.ide.command_line.words import default_hints
from valohai_steps.model.text import Span
from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot


class InlayHint(Struct, frozen=True):
    """A label at `offset`, in code points, behind the entry it is about."""

    offset: int
    label: str


def inlay_hints(snapshot: Snapshot, path: Path, span: Span) -> Iterator[InlayHint]:
    """The hints inside `span`: `--learning-rate: float`, `--training-set: input`."""
    python = readable(snapshot.python(path))
    if python is not None and not python.calls and path.suffix == ".py":
        for offset, label in default_hints(snapshot, path):
            if span.contains(offset):
                yield InlayHint(offset, label)
    for step in python.steps if python is not None else ():
        if step.stale:
            continue  # the text there is being typed: a hint would jump about
        declared = declare(step, snapshot.source_in(path, snapshot.yaml_path(path)))
        for item in declared.parameters:
            kind = next((claim.value for claim in item.claims if claim.key == "type"), "type not known")
            if span.covers(item.span) and kind is not None:
                yield InlayHint(item.span.end, f"--{item.name}: {kind}")
        for item in declared.inputs:
            if span.covers(item.span):
                yield InlayHint(item.span.end, f"--{item.name}: input")
