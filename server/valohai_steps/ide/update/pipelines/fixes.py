"""Quick fixes for one difference of a pipeline, both ways."""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.config.reader import YamlFile
from valohai_steps.config.writer import Refusal, edit_yaml
from valohai_steps.drift.compare import Drift
from valohai_steps.drift.pipelines.plan import operations_of
from valohai_steps.drift.plan import named
from valohai_steps.ide.update.drift_fixes import DriftFix, as_python
from valohai_steps.ide.update.obstacles.removals import removal
from valohai_steps.ide.update.pipelines.made import sound_pipeline
from valohai_steps.ide.update.pipelines.planning import drift_places, plan_for
from valohai_steps.model.pipeline import PipelineFact
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.readings.pipelines import pipelines_of
from valohai_steps.project.snapshot import Snapshot


def pipeline_fixes(snapshot: Snapshot, path: Path, span: Span) -> Iterator[DriftFix]:
    """The fixes for the differences shown at `span` of a Python file or a valohai.yaml."""
    yaml = snapshot.yaml_path(path)
    file = snapshot.sound_yaml(yaml)
    if file is None:
        return
    for source, _ in pipelines_of(snapshot, yaml):
        fact = sound_pipeline(snapshot, source, yaml) if source == path or is_yaml(path) else None
        if isinstance(fact, PipelineFact):
            yield from _of_pipeline(snapshot, source, yaml, file, (fact, is_yaml(path), span))


def _of_pipeline(
    snapshot: Snapshot, source: Path, yaml: Path, file: YamlFile, asked: tuple[PipelineFact, bool, Span]
) -> Iterator[DriftFix]:
    fact, in_yaml, span = asked
    plan = plan_for(fact, file)
    if plan.found is None:
        return
    for change, shown in drift_places(plan, in_yaml=in_yaml):
        if not (shown.covers(span) or span.covers(shown)):
            continue
        edits = edit_yaml(file, operations_of(plan, (change,)))
        if not isinstance(edits, Refusal) and edits:
            title = f"{change.label} in {yaml.name} (as in {source.name})"
            yield DriftFix(title, yaml, edits, removal(yaml.name, (change,)))
        literal = _python_edit(snapshot, source, change.drift)
        if literal is not None:
            title = f"Set {named(change.drift)} to {literal.text} in {source.name} (as in {yaml.name})"
            yield DriftFix(title, source, (literal,))


def _python_edit(snapshot: Snapshot, source: Path, drift: Drift) -> TextEdit | None:
    """The literal in Python with the value of valohai.yaml; None where no literal gives it."""
    if drift.key is None or drift.key == "type" or drift.python is None or drift.yaml is None:
        return None
    span, value = drift.python.span, drift.python.value
    written = snapshot.readable_text(source)[span.start : span.end]
    if written not in (as_python(value), repr(value)):
        return None  # computed, or written elsewhere: not ours to replace
    literal = as_python(drift.yaml.value)
    return None if literal is None else TextEdit(span, literal)
