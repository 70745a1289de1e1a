"""One step of Python beside that of valohai.yaml, as every keystroke asks; nothing is written from here."""

from pathlib import Path

from msgspec import Struct

from valohai_steps.config.reader import YamlFile, YamlStep
from valohai_steps.drift.compare import Drift, compare
from valohai_steps.drift.declaration import DEFAULT_IMAGE, DeclaredStep, declare
from valohai_steps.drift.plan import Plan, make_plan
from valohai_steps.model.step import StepFact
from valohai_steps.project.memo import KnownComparison
from valohai_steps.project.snapshot import Snapshot


class StepComparison(Struct, frozen=True):
    """One step of Python beside that of valohai.yaml: what Python says, the differences, and their cure."""

    declared: DeclaredStep
    plan: Plan
    drifts: tuple[Drift, ...]


def compare_step(
    snapshot: Snapshot, path: Path, step: StepFact, yaml: Path, file: YamlFile | None
) -> StepComparison:
    """One step against its valohai.yaml; a missing file is compared as an empty one."""
    found = file.step(step.name) if file is not None else None
    declared, drifts = _beside(snapshot, path, step, yaml, found)
    return StepComparison(declared, make_plan(declared, found, drifts), drifts)


def _beside(
    snapshot: Snapshot, path: Path, step: StepFact, yaml: Path, found: YamlStep | None
) -> tuple[DeclaredStep, tuple[Drift, ...]]:
    """The comparison that was made of the very same; of what more files decide, anew."""
    if found is None or step.is_multifile:
        return compare_yaml_step(snapshot, path, step, yaml, found)
    image, key = _image(snapshot, path), (path, yaml, step.name)
    known = snapshot.memo.beside.get(key)
    if known is None or known.step is not step or known.found is not found or known.image != image:
        snapshot.memo.count("steps compared")
        made = compare_yaml_step(snapshot, path, step, yaml, found)
        known = snapshot.memo.beside[key] = KnownComparison(step, found, image, *made)
    return known.declared, known.drifts


def compare_yaml_step(
    snapshot: Snapshot, path: Path, step: StepFact, yaml: Path, found: YamlStep | None
) -> tuple[DeclaredStep, tuple[Drift, ...]]:
    """One step against the one of its name in valohai.yaml, wherever that was read."""
    as_project = found is None and _installs_project(snapshot, yaml.parent)
    source = snapshot.source_in(path, yaml)
    declared = declare(step, source, _image(snapshot, path), as_project=as_project)
    others = (
        str(snapshot.source_in(other, yaml))
        for other, fact in (snapshot.steps_named(yaml, step.name) if step.is_multifile else ())
        if other != path and fact.is_multifile
    )
    return declared, compare(declared, found, others)


def _image(snapshot: Snapshot, path: Path) -> str:
    return snapshot.settings(path).image or DEFAULT_IMAGE


def _installs_project(snapshot: Snapshot, folder: Path) -> bool:
    """Whether a new step there is installed by `pip install .`: a project without a requirements file."""
    if snapshot.exists(folder / "requirements.txt") or not snapshot.exists(folder / "pyproject.toml"):
        return False
    from valohai_steps.project.disk.packages import is_project  # for such a folder

    return is_project(snapshot.readable_text(folder / "pyproject.toml"))
