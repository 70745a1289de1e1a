"""Names that the workspace knows: what a step declares, what valohai.yaml has and Python lacks, images."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from valohai_steps.config.reader import YamlFile, YamlItem
from valohai_steps.drift.declaration import ABSENT, DEFAULT_IMAGE, DeclaredItem, declare
from valohai_steps.ide.completion.item import KnownName
from valohai_steps.ide.navigation.index import steps_read
from valohai_steps.ide.update.drift_fixes import as_python
from valohai_steps.model.step import PythonValue, Static, StepFact
from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.python_file import PythonFile

_SHOWN_STEPS = 3


def declared_names(snapshot: Snapshot, path: Path, python: PythonFile, kind: str) -> Iterator[KnownName]:
    """What `valohai.parameters()` or `inputs()` of a file can read, each name once.

    A file that declares no step reads what those declare that run it, or that import it.
    """
    yaml = snapshot.yaml_path(path)
    source = snapshot.source_in(path, yaml)
    found: dict[str, KnownName] = {}
    for step in python.steps or steps_read(snapshot, path):
        if isinstance(step, StepFact):
            declared = declare(step, source)
            for item in declared.items(kind):
                found.setdefault(item.name, _of_python(item, step.name))
        else:
            for entry in step.items(kind):
                found.setdefault(entry.name, _of_yaml(entry, step.name, yaml.name))
    yield from found.values()


def only_in_yaml(snapshot: Snapshot, path: Path, step: str, kind: str) -> Iterator[KnownName]:
    """The parameters or inputs of a step in valohai.yaml."""
    yaml = snapshot.yaml_path(path)
    file = _yaml(snapshot, yaml)
    found = file.step(step) if file is not None else None
    for item in found.items(kind) if found is not None else ():
        yield _of_yaml(item, step, yaml.name)


def undeclared_steps(snapshot: Snapshot, path: Path, offset: int) -> Iterator[KnownName]:
    """The steps of valohai.yaml that no Python declares, but for a call whose name stands at `offset`."""
    yaml = snapshot.yaml_path(path)
    file = _yaml(snapshot, yaml)
    declared = {
        step.name
        for source, step in snapshot.steps_of(yaml)
        if source != path or not step.name_span.contains(offset)
    }
    for step in file.steps if file is not None else ():
        if step.name and step.name not in declared:
            image = step.get("image")
            detail = str(image.value) if image is not None and image.value is not None else ""
            yield KnownName(step.name, detail, f"A step of {yaml.name} that no Python file declares.")


def values_used(snapshot: Snapshot, path: Path, key: str) -> Iterator[KnownName]:
    """The values that steps of the workspace have for `image`, `environment` or `upload-store`.

    Those used most come first; of images, that of new steps comes last.
    """
    used: dict[str, list[str]] = {}
    for step, value in _uses(snapshot, key):
        if isinstance(value, str) and value:
            used.setdefault(value, []).append(step)
    for value, _ in Counter({value: len(set(steps)) for value, steps in used.items()}).most_common():
        yield KnownName(value, _users(used[value]))
    standard = snapshot.settings(path).image or DEFAULT_IMAGE
    if key == "image" and standard not in used:
        yield KnownName(standard, "the image of new steps")


def _uses(snapshot: Snapshot, key: str) -> Iterator[tuple[str, PythonValue]]:
    """(step, value) for each step that states a value, on either side."""
    paths = sorted(snapshot.sources | set(snapshot.documents))
    for yaml in dict.fromkeys(snapshot.yaml_path(path) for path in paths):
        file = _yaml(snapshot, yaml)
        for step in file.steps if file is not None else ():
            entry = step.get(key)
            if entry is not None:
                yield step.name, entry.value
        for _, fact in snapshot.steps_of(yaml):
            value = _stated(fact, key)
            if isinstance(value, Static):
                yield fact.name, value.value


def _stated(step: StepFact, key: str) -> object:
    return {"image": step.image, "environment": step.environment, "upload-store": step.upload_store}[key]


def _users(steps: list[str]) -> str:
    names = list(dict.fromkeys(steps))
    more = f" and {len(names) - _SHOWN_STEPS} more" if len(names) > _SHOWN_STEPS else ""
    return f"used by {', '.join(names[:_SHOWN_STEPS])}{more}"


def _of_python(item: DeclaredItem, step: str) -> KnownName:
    claims = {claim.key: claim.value for claim in item.claims if claim.value is not ABSENT}
    return _known(item.name, claims, f"Declared by step `{step}`.")


def _of_yaml(item: YamlItem, step: str, yaml: str) -> KnownName:
    keys = ("type", "default", "description")
    found = {key: entry.value for key in keys if (entry := item.get(key)) is not None}
    return _known(item.name, found, f"Declared by step `{step}` of {yaml}.")


def _known(name: str, values: dict[str, PythonValue], declared: str) -> KnownName:
    default = values.get("default")
    text = as_python(default) if isinstance(default, (bool, int, float, str, list)) else None
    shown = f"default {text}" if text is not None else None
    detail = ", ".join(str(part) for part in (values.get("type"), shown) if part is not None)
    description = values.get("description")
    documentation = f"{description}\n\n{declared}" if isinstance(description, str) else declared
    return KnownName(name, detail, documentation, text)


def _yaml(snapshot: Snapshot, path: Path) -> YamlFile | None:
    """A valohai.yaml; None when there is none that can be read."""
    return readable(snapshot.yaml(path))
