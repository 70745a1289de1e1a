"""What is said of a step, a parameter or an input, on either side."""

from pathlib import Path
from textwrap import dedent

from msgspec import Struct

from valohai_steps.config.reader import YamlFile, YamlItem, YamlStep
from valohai_steps.drift.compare import Drift
from valohai_steps.drift.declaration import ABSENT, DeclaredItem
from valohai_steps.drift.plan import summarise_kinds
from valohai_steps.ide.update.comparison import compare_step
from valohai_steps.ide.update.obstacles.refused import unclear_words
from valohai_steps.model.step import PythonValue, StepFact
from valohai_steps.model.text import Span
from valohai_steps.project.disk.files import UnreadableFile
from valohai_steps.project.snapshot import Snapshot

# Of a step in a hover; the file has the rest.
_MOST_LINES = 40


class Hover(Struct, frozen=True):
    """Markdown about the text at `span`."""

    span: Span
    markdown: str


def step_words(snapshot: Snapshot, source: Path, step: StepFact, yaml: Path) -> str:
    """The step, and how far both files agree on it."""
    if not step.is_certain:
        return f"**{step.name}** step · cannot update: {unclear_words(snapshot, source, step)}"
    file = snapshot.yaml(yaml)
    if isinstance(file, UnreadableFile):
        return f"**{step.name}** step · cannot update: {yaml.name} cannot be read"
    plan = compare_step(snapshot, source, step, yaml, file).plan
    state = f"in sync with {yaml.name}"
    if plan.changes:
        behind = f"not in {yaml.name} yet" if plan.found is None else f"{yaml.name} is out of date"
        state = f"{summarise_kinds(plan.changes)} ({behind})"
    return f"**{step.name}** step · {state}"


def step_text(file: YamlFile, step: YamlStep, most: int | None = _MOST_LINES) -> str:
    """The item of a step as it is written, without its indentation, and no more than `most` lines of it."""
    document, index, *_ = step.path
    span = file.documents[int(document)].items[int(index)].span
    start = max(file.text.rfind("\n", 0, span.start), file.text.rfind("\r", 0, span.start)) + 1
    lines = dedent(file.text[start : span.end]).rstrip().splitlines()
    if most is not None and len(lines) > most:
        lines = [*lines[: most - 1], "    ..."]
    return "\n".join(lines)


def declared_words(
    subject: str,
    item: DeclaredItem,
    drifts: tuple[Drift, ...],
    yaml: str,
    found: YamlStep | None = None,
) -> str:
    """A parameter or input that Python declares: type, flag, and both values where they differ.

    `found` is its step in valohai.yaml, which may describe what Python does not.
    """
    claims = {claim.key: claim.value for claim in item.claims}
    kind = "input" if subject == "input" else claims.get("type", "type not known")
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
    return _described(" · ".join(parts), claims.get("description") or _description(subject, item, found))


def _description(subject: str, item: DeclaredItem, found: YamlStep | None) -> PythonValue:
    for entry in found.items(subject) if found is not None else ():
        description = entry.get("description") if entry.name == item.name else None
        if description is not None:
            return description.value
    return None


def yaml_words(subject: str, item: YamlItem, yaml: str) -> str:
    """A parameter or input that only valohai.yaml declares."""
    kind, default = item.get("type"), item.get("default")
    of_type = "input" if subject == "input" else kind.value if kind is not None else "string"
    parts = [f"**{item.name}** {of_type}", f"`--{item.name}`"]
    if default is not None:
        parts.append(f"{yaml} `{default.value!r}`")
    description = item.get("description")
    return _described(" · ".join(parts), description.value if description is not None else None)


def _described(line: str, description: PythonValue) -> str:
    return f"{line}\n\n{description}" if isinstance(description, str) and description else line
