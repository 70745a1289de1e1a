"""Files without `prepare()`: what they read, against the steps of valohai.yaml whose commands run them."""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from valohai_steps.config.reader import YamlFile, YamlStep
from valohai_steps.drift.commands.runs import files_run
from valohai_steps.model.finding import Finding, Fix, Related
from valohai_steps.model.step import ValueRead
from valohai_steps.model.text import TextEdit
from valohai_steps.project.disk.files import readable
from valohai_steps.project.python.notebooks import is_notebook
from valohai_steps.project.python.python_source import PythonSource
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.checks import fixes
from valohai_steps.source.python_file import PythonFile


def files_of(step: YamlStep) -> frozenset[str]:
    """The Python files that a step's command runs, as seen from the folder of valohai.yaml."""
    command, stated = step.get("command"), step.get("source-path")
    stated_path = stated.value if stated is not None and isinstance(stated.value, str) else None
    return frozenset() if command is None else files_run(command.value, stated_path)


def steps_running(snapshot: Snapshot, yaml: Path, file: YamlFile, path: Path) -> tuple[YamlStep, ...]:
    """The steps of `file`, what `yaml` says, whose command runs a Python file.

    All commands are looked through once, until valohai.yaml says something else.
    """
    known = snapshot.memo.running.get(yaml)
    if known is None or known[0] is not file:
        known = snapshot.memo.running[yaml] = (file, {})
    source = str(snapshot.source_in(path, yaml))
    found = known[1].get(source)
    if found is None:
        snapshot.memo.count("steps searched", len(file.steps))
        found = known[1][source] = tuple(steps_with_command(file, source))
    return found


def steps_with_command(file: YamlFile, source: str) -> Iterator[YamlStep]:
    """The steps whose command runs a file, named as seen from the folder of valohai.yaml."""
    path = PurePosixPath(source)
    # Reading a command as a shell does takes long: most do not even hold the name.
    name = path.parent.name if path.stem == "__main__" else path.stem
    for step in file.steps:
        command, stated = step.get("command"), step.get("source-path")
        if name in f"{command and command.value} {stated and stated.value}" and source in files_of(step):
            yield step


def undeclared_reads(
    snapshot: Snapshot, path: Path, python: PythonFile, yaml: Path, file: YamlFile
) -> Iterator[Finding]:
    """VH121 for a file that declares no step itself and is run by at least one step of valohai.yaml."""
    if python.calls or not python.reads:
        return
    steps = steps_running(snapshot, yaml, file, path)
    for read in python.reads if steps else ():
        names = [item.name for step in steps for item in step.items(read.kind)]
        if read.name not in names:
            yield _finding(readable(snapshot.source(path)), read, names, steps, yaml)


def undeclared_folders(snapshot: Snapshot, path: Path, yaml: Path) -> Iterator[Finding]:
    """VH121 for the folders of inputs that a file names in its strings, and no step that runs it has."""
    from valohai_steps.source.command_line.input_paths import input_paths  # for a file without a call

    source = None if is_notebook(path) else readable(snapshot.source(path))
    found = () if source is None else input_paths(source.syntax).known
    file = snapshot.sound_yaml(yaml) if found else None
    if file is None:
        return
    steps = steps_running(snapshot, yaml, file, path)
    names = [item.name for step in steps for item in step.inputs]
    for each in found if steps else ():
        if each.name not in names:
            finding = _finding(source, ValueRead("input", each.name, each.span), names, steps, yaml)
            bare = (replace(fix, edits=tuple(map(_unquoted, fix.edits))) for fix in finding.fixes)
            yield replace(finding, fixes=tuple(bare))


def _unquoted(edit: TextEdit) -> TextEdit:
    """The edit of a name that stands inside of a string."""
    return TextEdit(edit.span, edit.text.strip("\"'"))


def _finding(
    source: PythonSource | None, read: ValueRead, names: list[str], steps: Sequence[YamlStep], yaml: Path
) -> Finding:
    near = fixes.nearest(read.name, names)
    stated = ", ".join(repr(step.name) for step in steps)
    hint = f"did you mean {near!r}?" if near else f"declare it in {yaml.name}"
    message = f"{stated} in {yaml.name} runs this file and declares no {read.kind} {read.name!r}; {hint}"
    span = None if source is None else source.into(read.name_span)
    offered: tuple[Fix, ...] = ()
    if near is not None and source is not None and span is not None:
        offered = (source.fix(fixes.rename(span, near, quoted=True)),)
    related = tuple(Related(step.name_span, f"step {step.name!r} runs this file", yaml) for step in steps)
    return Finding("VH121", read.name_span, message, related, offered)
