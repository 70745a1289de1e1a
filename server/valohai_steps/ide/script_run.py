"""Running a script on this machine as a step of valohai.yaml runs it, with the values that it has there."""

import shlex
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from valohai_steps.config.reader import YamlItem, YamlStep
from valohai_steps.drift.command_line.passing import (
    PassedLine,
    default_flags,
    parameter_type_of,
    passed_lines,
)
from valohai_steps.ide.command_line.bindings import ScriptRun
from valohai_steps.ide.run_command import Override, RunCommand, on_valohai, operand, run_command
from valohai_steps.ide.update.update import Refused
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import readable
from valohai_steps.project.readings.command_lines import script_read, shell_script
from valohai_steps.project.snapshot import Snapshot


def how_to_run(snapshot: Snapshot, path: Path, name: str | None = None) -> RunCommand | Refused:
    """The command for a step that Python declares, else for a script that a step runs."""
    found = run_command(snapshot, path, name)
    return found if isinstance(found, RunCommand) else script_run(snapshot, path, name) or found


def script_run(snapshot: Snapshot, path: Path, name: str | None = None) -> RunCommand | None:
    """The command for the step `name`, or the first that runs a script; None when there is none that could.

    `path` is the script or the valohai.yaml. A module (`python -m`) and words that only the shell of the
    step knows cannot be run from here.
    """
    yaml = path if is_yaml(path) else snapshot.yaml_path(path)
    file = readable(snapshot.yaml(yaml))
    for step in file.steps if file is not None and file.is_readable else ():
        for run in _runs(snapshot, yaml, step) if name in (None, step.name) else ():
            if is_yaml(path) or Path(run.script.path) == path:
                return _command(yaml, run)
    return None


def _runs(snapshot: Snapshot, yaml: Path, step: YamlStep) -> Iterator[ScriptRun]:
    for line in passed_lines(step, default_flags(step), lambda each: shell_script(snapshot, yaml, each)):
        script = script_read(snapshot, yaml, line.run.files)
        if script is not None and script.fact.parser is not None and _is_plain(line):
            yield ScriptRun(step, line, script)


def _is_plain(line: PassedLine) -> bool:
    return line.run.named is not None and all(word.known for word in line.words)


def _command(yaml: Path, run: ScriptRun) -> RunCommand:
    source, folder = Path(run.script.path), yaml.parent / run.line.run.folder
    words = tuple(word.text for word in run.line.words)
    file = source.relative_to(folder) if source.is_relative_to(folder) else source
    program = ["python", operand(PurePosixPath(file.as_posix()))]
    return RunCommand(
        run.step.name,
        shlex.join([*program, *words]),
        source,
        folder,
        tuple(_overrides(run)),
        on_valohai(run.step.name),
        (*program, *words),
        words,
        runtime=False,
    )


def _overrides(run: ScriptRun) -> Iterator[Override]:
    """The parameters that another `--name=value` behind the words gives another value."""
    seen: set[str] = set()
    for item, argument in run.taken():
        takes_one = argument.action == "store" and argument.nargs in (None, "?") and argument.flags
        if not takes_one or item.name in seen or item.get("pass-as") or parameter_type_of(item) == "flag":
            continue
        seen.add(item.name)
        yield Override(
            item.name,
            "parameter",
            parameter_type_of(item),
            _text(item, "default"),
            _text(item, "description"),
            choices=_choices(item),
            minimum=_number(item, "min"),
            maximum=_number(item, "max"),
            optional=not argument.required,
        )


def _text(item: YamlItem, key: str) -> str | None:
    entry = item.get(key)
    return None if entry is None or entry.value is None else str(entry.value)


def _choices(item: YamlItem) -> tuple[str, ...]:
    entry = item.get("choices")
    return (
        tuple(str(each) for each in entry.value)
        if entry is not None and isinstance(entry.value, list)
        else ()
    )


def _number(item: YamlItem, key: str) -> float | None:
    entry = item.get(key)
    value = None if entry is None else entry.value
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
