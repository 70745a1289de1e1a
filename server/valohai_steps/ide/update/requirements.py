"""The lines that the requirements file of a step's command lacks: for the runtime, and to run notebooks."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path, PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.config.lint.nearest import all_of
from valohai_steps.config.reader import YamlStep
from valohai_steps.drift.commands.requirement_lines import (
    flaw_of_requirements,
    generated_line,
    requirement_lines,
)
from valohai_steps.drift.commands.requirements import (
    asks_for,
    installed_files,
    installed_projects,
    lacking_for_notebooks,
    names_of,
    with_requirements,
)
from valohai_steps.ide.update.obstacles.refused import Refused
from valohai_steps.project.disk.files import UnreadableFile, readable
from valohai_steps.project.disk.packages import requirements_of
from valohai_steps.project.reach import flaw_of_place
from valohai_steps.project.settings.settings import setting_span
from valohai_steps.project.snapshot import Snapshot

_SUFFIXES = ("", ".txt", ".in", ".pip")


class RequirementsEdit(Struct, frozen=True):
    """One requirements file, before (None: there is none) and after. `typed`: a person has named it.

    `added` are the requirements that it gets, in words.
    """

    path: Path
    before: str | None
    after: str
    added: str
    typed: bool = False


class RequirementsNote(Struct, frozen=True):
    """Why a file does not get the line that is missing, and what to do."""

    path: Path
    message: str


RequirementsPlan = RequirementsEdit | RequirementsNote | Refused | None


def plan_requirements(snapshot: Snapshot, yaml: Path, steps: Sequence[YamlStep]) -> RequirementsPlan:
    """What the requirements of these steps lack; None when nothing, or when switched off.

    The file is that of the settings, else one that a command of the steps installs. What is wrong with it
    never keeps valohai.yaml from being written, unless the settings name it.
    """
    settings = snapshot.settings(yaml)
    if settings.requirements is False:
        return None
    if isinstance(settings.requirements, str):
        path = yaml.parent / settings.requirements
        plan = _refusal(snapshot, yaml, path) or _plan(snapshot, [path], _wanted(snapshot, yaml, steps))
        return replace(plan, typed=_is_typed(snapshot)) if isinstance(plan, RequirementsEdit) else plan
    commands = [entry.value for step in steps if (entry := step.get("command")) is not None]
    if any(_projects_ask(snapshot, yaml.parent, command) for command in commands):
        return None
    names = dict.fromkeys(
        name for command in commands for name in installed_files(command) if _is_plain(name)
    )
    flaws = {yaml.parent / name: flaw_of_place(yaml.parent / name, snapshot.reach(yaml)) for name in names}
    found = [path for path, flaw in flaws.items() if flaw is None]
    if found:
        return _plan(snapshot, found, _wanted(snapshot, yaml, steps))
    for path, flaw in flaws.items():
        why = (flaw or "").partition(";")[0]
        return RequirementsNote(path, f"{why}; {settings.runtime} was not added")
    return _note_of_project(snapshot, yaml, commands)


def _wanted(snapshot: Snapshot, yaml: Path, steps: Sequence[YamlStep]) -> dict[str, frozenset[str]]:
    """The requirements of these steps, each with the distributions that count as it."""
    runtime = snapshot.settings(yaml).runtime
    stated = ((step.get("command"), step.get("image")) for step in steps)
    for_notebooks = (
        lacking_for_notebooks(command.value, image.value)
        for command, image in stated
        if command is not None and image is not None
    )
    return {each: names_of(each, runtime) for each in (runtime, *chain.from_iterable(for_notebooks))}


def _is_typed(snapshot: Snapshot) -> bool:
    return bool(snapshot.overrides.get("requirements"))


def _refusal(snapshot: Snapshot, yaml: Path, path: Path) -> Refused | None:
    """Why the file that is set may not be written."""
    home = snapshot.settings_path(yaml)
    typed = _is_typed(snapshot)
    flaw = _flaw_of_file(snapshot, path)
    if flaw is None and not typed:
        place = flaw_of_place(path, snapshot.reach(yaml))
        flaw = f"'requirements' {place}" if place else None
    if flaw is None:
        return None
    if typed or home is None:
        return Refused(path, flaw)
    return Refused(home, flaw, setting_span(snapshot.readable_text(home), "requirements"))


def _flaw_of_file(snapshot: Snapshot, path: Path) -> str | None:
    text = snapshot.text(path) if path.suffix in _SUFFIXES else None
    if isinstance(text, UnreadableFile):
        return None  # a note says so
    flaw = "its name does not end in .txt or .in" if path.suffix not in _SUFFIXES else None
    flaw = flaw or flaw_of_requirements(text or "")
    return (
        f"{path.name} is not a requirements file: {flaw}; name one such as requirements.txt" if flaw else None
    )


def _plan(
    snapshot: Snapshot, paths: Sequence[Path], wanted: Mapping[str, frozenset[str]]
) -> RequirementsPlan:
    seen: dict[Path, str] = {}
    notes: list[RequirementsNote] = []
    for path in paths:
        why = _read_all(snapshot, path, seen)
        notes += [RequirementsNote(path, f"{why}; {_are_not_added(wanted)}")] if why else []
    lacking = [
        each
        for each, names in wanted.items()
        if not any(_asks(snapshot, path, text, names) for path, text in seen.items())
    ]
    if not lacking:
        return None
    for path in paths:
        if any(note.path == path for note in notes):
            continue
        before = seen.get(path)
        locked = _lock(path, before or "", lacking)
        if locked is None:
            return RequirementsEdit(path, before, with_requirements(before or "", lacking), all_of(lacking))
        notes.append(locked)
    return notes[0] if notes else None


def _are_not_added(lacking: Collection[str]) -> str:
    return f"{all_of(lacking)} {'was' if len(lacking) == 1 else 'were'} not added"


def _lock(path: Path, text: str, lacking: Collection[str]) -> RequirementsNote | None:
    """Why lines of ours would be lost there, or would break it."""
    number, added = generated_line(text), all_of(lacking)
    if number is not None:
        why = f"a program writes this file (line {number}); add {added} to what it is generated from"
        return RequirementsNote(path, f"{why}, and generate it again")
    if any(line.is_hashed for line in requirement_lines(text)):
        hashes = "its hash" if len(lacking) == 1 else "their hashes"
        return RequirementsNote(path, f"it is locked by hashes; add {added} with {hashes}")
    flaw = flaw_of_requirements(text)
    return RequirementsNote(path, f"{flaw}; {_are_not_added(lacking)}") if flaw else None


def _asks(snapshot: Snapshot, path: Path, text: str, names: frozenset[str]) -> bool:
    if asks_for(text, names):
        return True
    local = (line.local for line in requirement_lines(text))
    return any(_needs(snapshot, path.parent, each, names) for each in local if each is not None)


def _projects_ask(snapshot: Snapshot, folder: Path, command: object) -> bool:
    runtime = snapshot.settings(folder / "valohai.yaml").runtime
    names = names_of(runtime, runtime)
    return any(_needs(snapshot, folder, name, names) for name in installed_projects(command))


def _needs(snapshot: Snapshot, folder: Path, name: str, names: frozenset[str]) -> bool:
    """Whether a project or wheel of this machine requires one of these distributions."""
    path = folder / name
    return flaw_of_place(path, snapshot.reach(folder / "any")) is None and any(
        asks_for(each, names) for each in requirements_of(path)
    )


def _note_of_project(snapshot: Snapshot, yaml: Path, commands: Iterable[object]) -> RequirementsNote | None:
    """A step that installs the project needs the runtime from there."""
    runtime = snapshot.settings(yaml).runtime
    pyproject = yaml.parent / "pyproject.toml"
    if any("." in installed_projects(command) for command in commands) and snapshot.exists(pyproject):
        return RequirementsNote(
            pyproject, f"the project does not require {runtime}; add it to its dependencies"
        )
    return None


def _is_plain(name: str) -> bool:
    """Whether the name is that of a file below the repository: no URL, nothing the shell would expand."""
    parts = PurePosixPath(name).parts
    return not (name.startswith("/") or ".." in parts or "://" in name or set(name) & set("$`{}*?[]<>|;&~"))


def _read_all(snapshot: Snapshot, path: Path, seen: dict[Path, str]) -> str | None:
    """Add the text of a requirements file and of all it includes, each once; why it cannot be read.

    What it includes and cannot be read, pip will complain of.
    """
    text = snapshot.text(path)
    if isinstance(text, UnreadableFile):
        return text.why
    waiting = [(path, text)] if text is not None and path not in seen else []
    while waiting:
        each, text = waiting.pop()
        seen[each] = text
        for line in requirement_lines(text):
            included = each.parent / line.includes if line.includes else None
            if included is not None and included not in seen:
                found = _included(snapshot, included)
                waiting += [(included, found)] if found is not None else []
    return None


def _included(snapshot: Snapshot, path: Path) -> str | None:
    return readable(snapshot.text(path)) if flaw_of_place(path, snapshot.reach(path)) is None else None
