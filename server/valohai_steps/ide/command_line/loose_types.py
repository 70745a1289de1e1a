"""VH309 where a script says itself what it makes of the words: then a type that is left out does no harm."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from valohai_steps.config.items.file import ItemFile
from valohai_steps.model.finding import Finding
from valohai_steps.model.text import Span
from valohai_steps.project.snapshot import Snapshot

_CODE = "VH309"


def without_harmless_types(
    snapshot: Snapshot, yaml: Path, file: ItemFile, findings: Iterable[Finding]
) -> Iterator[Finding]:
    """The findings of a valohai.yaml, but for the types of parameters that their script converts itself.

    The script has the last word: `type=int` makes 3 of "3", whatever type the parameter has.
    """
    loose: list[Finding] = []
    for finding in findings:
        if finding.code == _CODE:
            loose.append(finding)
        else:
            yield finding
    converted = list(_converted(snapshot, yaml, file)) if loose else []
    for finding in loose:
        if not any(place.covers(finding.span) for place in converted):
            yield finding


def _converted(snapshot: Snapshot, yaml: Path, file: ItemFile) -> Iterator[Span]:
    """The defaults of untyped parameters that a script takes as what it says."""
    from valohai_steps.ide.command_line.bindings import script_runs  # for a parameter without a type

    for part, start in zip(file.parts, file.starts, strict=False):
        for run in script_runs(snapshot, yaml, part.steps):
            for item, argument in run.taken():
                default = item.get("default")
                if default is not None and item.get("type") is None and argument.conversion.stated:
                    yield default.node.span.shifted(start)
