"""What a step, a parameter or an input is, under the cursor: its YAML, its flag, both its values."""

from pathlib import Path

from msgspec import Struct

from valohai_steps.drift.compare import Drift
from valohai_steps.drift.declaration import ABSENT, DeclaredItem
from valohai_steps.drift.plan import Plan
from valohai_steps.ide.update import Refused, preview, step_drifts
from valohai_steps.model.step import StepFact
from valohai_steps.model.text import Span
from valohai_steps.project.snapshot import Snapshot


class Hover(Struct, frozen=True):
    """Markdown about the text at `span`."""

    span: Span
    markdown: str


def hover(snapshot: Snapshot, path: Path, offset: int) -> Hover | None:
    """What is at `offset` of a Python file, in code points. Raises FileError."""
    python = snapshot.python(path)
    for step in python.steps if python is not None else ():
        if step.stale:
            continue
        yaml = snapshot.yaml_path(path)
        declared, plan, drifts = step_drifts(snapshot, path, step, yaml, snapshot.yaml(yaml))
        if step.name_span.contains(offset) or step.callee_span.contains(offset):
            span = step.name_span if step.name_span.contains(offset) else step.callee_span
            return Hover(span, _step(snapshot, path, step, plan, yaml.name))
        for subject, items in (("parameter", declared.parameters), ("input", declared.inputs)):
            for item in items:
                if item.name_span.contains(offset):
                    return Hover(item.name_span, _item(subject, item, drifts, yaml.name))
    return None


def _step(snapshot: Snapshot, path: Path, step: StepFact, plan: Plan, yaml: str) -> str:
    if not step.complete:
        return f"**{step.name}** step · not complete: see the findings"
    state = f"{plan.summary} to write to {yaml}" if plan.changes else f"in sync with {yaml}"
    generated = preview(snapshot, path)
    shown = "" if isinstance(generated, Refused) else f"\n\n```yaml\n{generated}```"
    return f"**{step.name}** step · {state}{shown}"


def _item(subject: str, item: DeclaredItem, drifts: tuple[Drift, ...], yaml: str) -> str:
    claims = {claim.key: claim.value for claim in item.claims}
    kind = claims.get("type", "input")
    parts = [f"**{item.name}** {kind}", f"`--{item.name}`"]
    if "default" in claims and claims["default"] is not ABSENT:
        parts.append(f"Python `{claims['default']!r}`")
    for drift in drifts:
        if drift.subject == subject and drift.name == item.name:
            if drift.key is None:
                parts.append(f"not in {yaml} (VH202)")
            elif drift.yaml is not None:
                named = "" if drift.key == "default" else f"{drift.key} "
                parts.append(f"{yaml} {named}`{drift.yaml.value!r}` (VH202)")
            else:
                parts.append(f"{yaml} lacks {drift.key} (VH202)")
    return " · ".join(parts)
