"""Quick fixes for one difference, both ways: Python's value into valohai.yaml, or the other way round."""

import ast
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.config.reader import YamlFile
from valohai_steps.config.writer import Refusal
from valohai_steps.drift.compare import Drift
from valohai_steps.drift.declaration import ABSENT
from valohai_steps.drift.plan import Change, Plan, change_of, named, plan_edits
from valohai_steps.ide.update.comparison import compare_step
from valohai_steps.ide.update.obstacles.clashes import clash_of
from valohai_steps.ide.update.obstacles.removals import removal
from valohai_steps.ide.update.obstacles.used_removals import used_removals
from valohai_steps.model.step import PythonValue
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import readable
from valohai_steps.project.python.python_source import PythonSource
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.evaluation.literal_values import read_literal

# Keys whose value stands in Python as a literal of its own, so that it can be replaced there.
_REPLACEABLE = ("default", "image", "environment", "upload-store")


class DriftFix(Struct, frozen=True):
    """The edits of `path`, a Python file or a valohai.yaml, that settle one difference.

    `confirm` says what they take out that is only there; empty when nothing. `is_second`: another fix of the
    same difference is likelier to be meant.
    """

    title: str
    path: Path
    edits: tuple[TextEdit, ...]
    confirm: str = ""
    is_second: bool = False

    @property
    def destructive(self) -> bool:
        """Whether something goes that is only in valohai.yaml."""
        return bool(self.confirm)


def drift_fixes(snapshot: Snapshot, path: Path, span: Span) -> Iterator[DriftFix]:
    """The fixes for the differences shown at `span` of a Python file or a valohai.yaml."""
    yaml = snapshot.yaml_path(path)
    file = snapshot.sound_yaml(yaml)
    if file is None:
        return
    for source, step in snapshot.steps_of(yaml):
        if (source != path and not is_yaml(path)) or not step.is_certain:
            continue
        plan = compare_step(snapshot, source, step, yaml, file).plan
        for change in plan.changes:
            shown = _shown_at(change.drift, plan, in_yaml=is_yaml(path))
            if plan.found is not None and shown is not None and (shown.covers(span) or span.covers(shown)):
                if clash_of(snapshot, source, step, yaml) is None:
                    yield from _into_yaml(snapshot, file, (source, yaml), plan, change)
                yield from _other_way(snapshot, source, yaml, change.drift)


def _into_yaml(
    snapshot: Snapshot, file: YamlFile, paths: tuple[Path, Path], plan: Plan, change: Change
) -> Iterator[DriftFix]:
    """The fix of one change; of one half of a renaming, both together first."""
    source, yaml = paths
    alone = change_of(change.drift)
    wanted: list[tuple[str, tuple[Change, ...]]] = [(alone.label, (alone,))]
    if change.renaming is not None:
        label = f"Rename {change.drift.subject} {' to '.join(change.renaming)}"
        wanted.insert(0, (label, tuple(each for each in plan.changes if each.renaming == change.renaming)))
    for number, (label, changes) in enumerate(wanted):
        part = replace(plan, changes=changes)
        edits = plan_edits(file, (part,))
        if not isinstance(edits, Refusal) and edits:
            in_use = tuple(used_removals(snapshot, yaml, file, (part,), (source,)))
            title = f"{label} in {yaml.name} (as in {source.name})"
            yield DriftFix(title, yaml, edits, removal(yaml.name, changes, in_use), is_second=number > 0)


def _shown_at(drift: Drift, plan: Plan, *, in_yaml: bool) -> Span | None:
    """Where the finding of a difference stands (as `drift.findings` puts it)."""
    if in_yaml:
        return drift.yaml.span if drift.yaml else drift.anchor
    return drift.python.span if drift.python else plan.declared.name_span


def _other_way(snapshot: Snapshot, source: Path, yaml: Path, drift: Drift) -> Iterator[DriftFix]:
    python = readable(snapshot.source(source))
    literal = None if python is None else _literal(python, drift)
    if python is not None and literal is not None and drift.python is not None:
        title = f"Set {named(drift)} to {literal} in {source.name} (as in {yaml.name})"
        yield DriftFix(title, source, (python.edit(drift.python.span, literal),))


def _literal(source: PythonSource, drift: Drift) -> str | None:
    """The YAML's value as a literal of Python; None where no one literal stands for it there."""
    if drift.key not in _REPLACEABLE or drift.python is None or drift.yaml is None:
        return None
    value = drift.python.value
    try:
        written = ast.literal_eval(source.python_at(drift.python.span).strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None  # computed, or written elsewhere: not ours to replace
    if value is ABSENT or _listed(written) != _listed(value):
        return None
    return as_python(drift.yaml.value)


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def as_python(value: PythonValue) -> str | None:
    """The literal as most people write it: texts in double quotes; None where no literal gives the value.

    There is none for `.inf`, `.nan` and dates of YAML.
    """
    try:
        text, same = _written(value), repr(value)
        return text if repr(read_literal(text)) == same else None
    except (ValueError, RecursionError):  # no literal; or more digits than Python writes
        return None


def _written(value: PythonValue) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    text = repr(value)
    return f'"{text[1:-1]}"' if isinstance(value, str) and '"' not in value and "'" not in value else text
