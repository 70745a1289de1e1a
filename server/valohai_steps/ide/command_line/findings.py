"""VH131 to VH136: what steps pass to scripts, against what these take; on both sides, each with the other."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from valohai_steps.config.items.file import ItemFile, moved
from valohai_steps.config.items.part import Part
from valohai_steps.config.model.steps import YamlItem
from valohai_steps.config.tree.node import Entry
from valohai_steps.drift.command_line.passing.passed_lines import passed_lines
from valohai_steps.model.finding import Finding, Related
from valohai_steps.model.text import Span
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import readable
from valohai_steps.project.memo import JudgedFile, JudgedPart, StateOfScripts
from valohai_steps.project.readings.command_lines import (
    deciding_files,
    file_of_command,
    script_read,
    shell_script,
)
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.text.ignore_comments import not_ignored

if TYPE_CHECKING:
    from valohai_steps.drift.command_line.differences import Difference

_OF_VALUES = frozenset({"VH133", "VH136"})
_WRONG_BY_ITSELF = frozenset({"VH302", "VH304", "VH305", "VH308"})
# The keys of a parameter that decide how its values are passed.
_HOW_IT_IS_PASSED = ("type", "multiple", "multiple-separator", "pass-as", "pass-true-as", "pass-false-as")


def command_line_differences(snapshot: Snapshot, yaml: Path, file: ItemFile) -> "Iterator[Difference]":
    """Every difference of a valohai.yaml, item by item; places in it count in the file."""
    if snapshot.settings(yaml).arguments == "off":
        return
    judged = _judged(snapshot, yaml, file)
    for number, part in enumerate(file.parts):
        if part.steps and (found := judged[id(part)].differences):
            for each in _without_echoes(snapshot, yaml, file, number, found):
                yield replace(each, yaml=each.yaml.shifted(file.starts[number]))


def _judged(snapshot: Snapshot, yaml: Path, file: ItemFile) -> dict[int, JudgedPart]:
    """The judgement of each part with steps, by identity. Nothing is looked up while only YAML is typed."""
    known = snapshot.memo.judged.get(yaml)
    state = state_of_scripts(snapshot)
    if known is not None and known.file is file and known.state == state:
        return known.parts
    before = {} if known is None else known.parts
    changed = None if known is None else _changed_documents(known.state, state)
    parts = dict[int, JudgedPart]()
    for part in (each for each in file.parts if each.steps):
        judged = before.get(id(part))
        if judged is not None and changed is not None and judged.files.isdisjoint(changed):
            parts[id(part)] = judged  # most of a long file, at each keystroke
        else:
            parts[id(part)] = _of_part(snapshot, yaml, judged, part)
    snapshot.memo.judged[yaml] = JudgedFile(file, state, parts)
    return parts


def state_of_scripts(snapshot: Snapshot) -> StateOfScripts:
    """What scripts depend on: the open files but YAML, and how often something has changed on the disk."""
    opened = tuple((path, document) for path, document in snapshot.documents.items() if not is_yaml(path))
    return (snapshot.memo.counts.get("files forgotten", 0), snapshot.roots, opened)


def _changed_documents(before: StateOfScripts, now: StateOfScripts) -> frozenset[Path] | None:
    """The open files that are others between two states; None when something changed on the disk as well."""
    if before[:2] != now[:2]:
        return None
    old, new = dict(before[2]), dict(now[2])
    return frozenset(path for path in old.keys() | new.keys() if old.get(path) is not new.get(path))


def _of_part(snapshot: Snapshot, yaml: Path, judged: JudgedPart | None, part: Part) -> JudgedPart:
    """The judgement of a part; what was `judged` of it counts as long as its scripts are the same."""
    if judged is not None and _is_current(snapshot, yaml, judged):
        return replace(judged, files=_deciding(snapshot, yaml, judged.names, judged.shells))
    snapshot.memo.count("command lines judged")
    found: list[Difference] = []
    names: list[tuple[str, ...]] = []
    shells: dict[str, str | None] = {}

    def text_of(name: str) -> str | None:
        return shells.setdefault(name, shell_script(snapshot, yaml, name))

    for step in part.steps:
        run = [line.run.files for line in passed_lines(step, shell=text_of)]
        names += run
        reads = [script_read(snapshot, yaml, each) for each in run]
        if any(read is not None for read in reads):
            from valohai_steps.drift.command_line.judging import differences  # with the first script

            found += differences(part.text, step, reads, text_of)
    scripts = tuple(script_read(snapshot, yaml, each) for each in names)
    files = _deciding(snapshot, yaml, names, shells)
    return JudgedPart(part, tuple(names), scripts, shells, files, tuple(found))


def _is_current(snapshot: Snapshot, yaml: Path, judged: JudgedPart) -> bool:
    """Whether the scripts are those that were judged, looked up anew."""
    snapshot.memo.count("scripts looked up", len(judged.names))
    if any(shell_script(snapshot, yaml, name) != text for name, text in judged.shells.items()):
        return False
    scripts = (script_read(snapshot, yaml, names) for names in judged.names)
    return all(one is other for one, other in zip(scripts, judged.scripts, strict=True))


def _deciding(
    snapshot: Snapshot, yaml: Path, names: Iterable[tuple[str, ...]], shells: Iterable[str]
) -> frozenset[Path]:
    paths = (file_of_command(snapshot, yaml, name) for name in shells)
    scripts = (deciding_files(snapshot, yaml, each) for each in names)
    return frozenset(path for path in paths if path is not None).union(*scripts)


def _without_echoes(
    snapshot: Snapshot, yaml: Path, file: ItemFile, number: int, found: "Sequence[Difference]"
) -> "Iterator[Difference]":
    """The differences of a part, but for values of parameters that valohai.yaml is wrong about by itself.

    What is passed follows from that mistake, as long as it is told: a default of another type, a placeholder
    in `pass-as` that Valohai does not fill in.
    """
    wrong = None
    for each in found:
        if each.item is not None and each.code in _OF_VALUES:
            if wrong is None:
                wrong = list(_told_mistakes(snapshot, yaml, file, number))
            if any(_follows(each.yaml, each.item, span) for span in wrong):
                continue
        yield each


def _told_mistakes(snapshot: Snapshot, yaml: Path, file: ItemFile, number: int) -> Iterator[Span]:
    """Where a part is wrong by itself, and the settings and the comments leave that a finding."""
    settings, start = snapshot.settings(yaml), file.starts[number]
    codes = {code for code in _WRONG_BY_ITSELF if settings.severity(code) is not None}
    found = (moved(each, start) for each in file.parts[number].findings if each.code in codes)
    for each in not_ignored(file.text, found, lambda _: file.comments()):
        yield each.span.shifted(-start)


def _follows(place: Span, item: YamlItem, mistake: Span) -> bool:
    """Whether a difference at a place of a parameter follows from a mistake in it."""
    if not item.span.covers(mistake):
        return False
    if place.covers(mistake) or mistake.covers(place):
        return True
    default = item.get("default")
    if default is not None and _is_in(default, place) and _is_in(default, mistake):
        return True
    passing = (item.get(key) for key in _HOW_IT_IS_PASSED)
    return any(entry is not None and _is_in(entry, mistake) for entry in passing)


def _is_in(entry: Entry, span: Span) -> bool:
    return entry.key_span.covers(span) or entry.node.span.covers(span)


def files_concerned(snapshot: Snapshot, yaml: Path) -> Iterator[Path]:
    """The Python files that have a finding because of a valohai.yaml, whether they mention Valohai or not."""
    file = readable(snapshot.items(yaml))
    if file is not None and file.is_readable:
        yield from dict.fromkeys(
            Path(each.path) for each in command_line_differences(snapshot, yaml, file) if each.python
        )


def of_yaml(snapshot: Snapshot, yaml: Path, file: ItemFile) -> Iterator[Finding]:
    """The findings of a valohai.yaml."""
    for each in command_line_differences(snapshot, yaml, file):
        related: tuple[Related, ...] = ()
        if each.python is not None:
            related = (Related(each.python, f"defined here in {each.path.name}", each.path),)
        yield Finding(each.code, each.yaml, each.message, related)


def of_python(snapshot: Snapshot, path: Path, yaml: Path) -> Iterator[Finding]:
    """The findings of a script, or of a file in which a part of its arguments is declared."""
    file = readable(snapshot.items(yaml))
    if file is None or not file.is_readable:
        return
    said: set[tuple[str, Span, str]] = set()
    for each in command_line_differences(snapshot, yaml, file):
        if each.path == path and each.python is not None:
            key = (each.code, each.python, each.message)
            if key in said:
                continue  # a default and a choice that are one value
            said.add(key)
            related = (Related(each.yaml, f"step {each.step.name!r} in {yaml.name}", yaml),)
            yield Finding(each.code, each.python, each.message, related)
