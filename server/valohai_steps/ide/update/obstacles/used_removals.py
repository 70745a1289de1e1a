"""What an update would take out of valohai.yaml although something still uses it."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from valohai_steps.config.reader import YamlFile
from valohai_steps.drift.plan import Plan
from valohai_steps.ide.update.obstacles.refused import Refused, line_of
from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot

Named = tuple[str, str, str]  # step, "parameter" or "input", name


def used_removals(
    snapshot: Snapshot, yaml: Path, file: YamlFile, plans: Sequence[Plan], sources: Sequence[Path]
) -> Iterator[Refused]:
    """Each place, in valohai.yaml or in the Python of `sources`, that uses what the plans remove."""
    removed = {
        (plan.declared.name, change.drift.subject, change.drift.name)
        for plan in plans
        for change in plan.changes
        if change.destructive and change.drift.key is None
    }
    return uses_of(snapshot, yaml, file, removed, sources)


def uses_of(
    snapshot: Snapshot, yaml: Path, file: YamlFile, removed: Collection[Named], sources: Sequence[Path] = ()
) -> Iterator[Refused]:
    """Each place that uses what is removed."""
    for use in _uses(snapshot, yaml, file, removed, sources) if removed else ():
        yield replace(use, place=line_of(snapshot, use))


def _uses(
    snapshot: Snapshot, yaml: Path, file: YamlFile, removed: Collection[Named], sources: Sequence[Path]
) -> Iterator[Refused]:
    from valohai_steps.config.used_names import used_names  # for a removal

    for use in used_names(file):
        if (use.step, use.kind, use.name) in removed:
            what = f"{use.kind} {use.name!r} of step {use.step!r}"
            yield Refused(
                yaml, f"{use.what} uses {what}, which Python does not declare; declare it", use.span
            )
    yield from _reads(snapshot, removed, sources, yaml.name)


def _reads(
    snapshot: Snapshot, removed: Collection[Named], sources: Sequence[Path], name: str
) -> Iterator[Refused]:
    for path in sources:
        python = readable(snapshot.python(path))
        steps = {step.name for step in python.steps} if python is not None else set()
        for read in python.reads if python is not None else ():
            if any((step, read.kind, read.name) in removed for step in steps):
                why = f"this reads {read.kind} {read.name!r}, which only {name} declares; declare it here"
                yield Refused(path, why, read.name_span)
