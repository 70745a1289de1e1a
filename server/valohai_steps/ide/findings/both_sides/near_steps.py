"""VH201 for a step that valohai.yaml has already, by nearly the same name: renamed rather than made twice."""

from pathlib import Path

from msgspec.structs import replace

from valohai_steps.config.reader import YamlFile, YamlStep
from valohai_steps.ide.findings.both_sides.undeclared_reads import steps_running
from valohai_steps.model.finding import Finding, Fix, Related
from valohai_steps.model.step import StepFact
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.checks.fixes import nearest


def with_near_step(snapshot: Snapshot, path: Path, step: StepFact, file: YamlFile, found: Finding) -> Finding:
    """The finding that a step is missing, unless the command of one with a similar name runs this file."""
    yaml = snapshot.yaml_path(path)
    near = near_step(snapshot, path, step, file)
    if near is None:
        return found
    name, span = step.name, step.name_span
    literal = snapshot.readable_text(path)[span.start : span.end]
    edit = TextEdit(Span(span.start + 1, span.end - 1), near.name)
    fix = Fix(f"Rename this step to {near.name!r}", (edit,))
    return replace(
        found,
        message=f"{yaml.name} runs this file as step {near.name!r}; rename that step to {name!r}, or this "
        f"one to {near.name!r}",
        related=(Related(near.name_span, f"step {near.name!r} runs this file", yaml),),
        fixes=(fix,) if literal in (f'"{name}"', f"'{name}'") and near.name.isprintable() else (),
    )


def near_step(snapshot: Snapshot, path: Path, step: StepFact, file: YamlFile) -> YamlStep | None:
    """The step by a name like that of `step` whose command runs this file, and that no Python declares."""
    yaml = snapshot.yaml_path(path)
    running = [
        each
        for each in steps_running(snapshot, yaml, file, path)
        if not any(True for _ in snapshot.steps_named(yaml, each.name))
    ]
    inside = [each for each in running if step.name in each.name or each.name in step.name]
    name = nearest(step.name, [each.name for each in running]) if not inside else inside[0].name
    return next((each for each in running if name and each.name == name), None)
