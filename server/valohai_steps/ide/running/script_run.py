"""Running a script on this machine as a step of valohai.yaml runs it, with the values that it has there."""

import shlex
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from valohai_steps.config.reader import YamlItem, YamlStep
from valohai_steps.drift.command_line.matching.taking import take
from valohai_steps.drift.command_line.parameters_for import ParameterForm, arguments_at, parameter_for
from valohai_steps.drift.command_line.passing.parameter_words import (
    default_flags,
    multiple_of,
    parameter_type_of,
    value_of,
    words_of,
)
from valohai_steps.drift.command_line.passing.passed_lines import PassedLine, passed_lines
from valohai_steps.drift.command_line.samples import sample_value
from valohai_steps.ide.command_line.bindings import ScriptRun, lines_with_values
from valohai_steps.ide.running.run_command import Override, RunCommand, on_valohai, operand, run_command
from valohai_steps.ide.update.update import Refused
from valohai_steps.model.command_line import ArgumentFact
from valohai_steps.project.binding import is_yaml
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
    file = snapshot.sound_yaml(yaml)
    for step in file.steps if file is not None else ():
        for run, full in _runs(snapshot, yaml, step) if name in (None, step.name) else ():
            if is_yaml(path) or Path(run.script.path) == path:
                return _command(yaml, run, full)
    return None


def _runs(snapshot: Snapshot, yaml: Path, step: YamlStep) -> Iterator[tuple[ScriptRun, ScriptRun]]:
    """Each run of a script, with the defaults, and with a value for every parameter."""
    lines = passed_lines(step, default_flags(step), lambda each: shell_script(snapshot, yaml, each))
    for line, full in zip(lines, lines_with_values(snapshot, yaml, step), strict=False):
        script = script_read(snapshot, yaml, line.run.files)
        is_same = line.run.files == full.run.files
        if script is not None and script.fact.parser is not None and _is_plain(line) and is_same:
            yield ScriptRun(step, line, script), ScriptRun(step, full, script)


def _is_plain(line: PassedLine) -> bool:
    return line.run.named is not None and all(word.known for word in line.words)


def _command(yaml: Path, run: ScriptRun, full: ScriptRun) -> RunCommand:
    source, folder = Path(run.script.path), yaml.parent / run.line.run.folder
    words = tuple(word.text for word in run.line.words)
    file = source.relative_to(folder) if source.is_relative_to(folder) else source
    program = ["python", operand(PurePosixPath(file.as_posix()))]
    return RunCommand(
        run.step.name,
        shlex.join([*program, *words]),
        source,
        folder,
        tuple(_overrides(run, full)),
        on_valohai(run.step.name),
        (*program, *words),
        words,
        runtime=False,
    )


def _overrides(run: ScriptRun, full: ScriptRun) -> Iterator[Override]:
    """Each parameter whose words the script takes, and each argument that it needs and no word gives.

    `full` is the same run with a value for every parameter.
    """
    seen: set[str] = set()
    for item, argument in full.taken():
        found = None if item.name in seen else _given(run, full, item, argument)
        if found is not None:
            seen.add(item.name)
            yield found
    for argument in _missing(full):
        form = parameter_for(argument, full.script.fact.library)
        if form.name not in seen:
            seen.add(form.name)
            yield _asked(argument, form)


def _given(run: ScriptRun, full: ScriptRun, item: YamlItem, argument: ArgumentFact) -> Override | None:
    """A parameter by the words that Valohai passes it as; else by one more flag, if that counts instead."""
    is_flag, several, is_own = parameter_type_of(item) == "flag", multiple_of(item), _is_own(full, item)
    takes_one = argument.action == "store" and argument.nargs in (None, "?") and argument.flags
    if not is_own and (is_flag or not takes_one or item.get("pass-as") is not None):
        return None
    one = words_of(item, ["{v}"] if several else "{v}") if is_own and not is_flag else None
    separator = _text(item, "multiple-separator") or ","
    return Override(
        item.name,
        "parameter",
        parameter_type_of(item),
        _default(item, separator),
        _text(item, "description"),
        choices=_choices(item),
        minimum=_number(item, "min"),
        maximum=_number(item, "max"),
        separator=separator if several else None,
        optional=not argument.required,
        spelled=None if one is None else tuple(one),
        repeats=several == "repeat",
        on=tuple(words_of(item, True) or ()) if is_flag else None,
        off=tuple(words_of(item, False) or ()) if is_flag else None,
        replaces=_places(run, item) if is_own else (),
    )


def _is_own(full: ScriptRun, item: YamlItem) -> bool:
    """Whether the words of a parameter are those that Valohai writes, and no text of the command."""
    value = sample_value(item) if item.get("default") is None else value_of(item, {})
    own = [full.line.words[place] for place in _places(full, item)]
    words = words_of(item, True if parameter_type_of(item) == "flag" else value)
    return all(word.whole for word in own) and [word.text for word in own] == words


def _places(run: ScriptRun, item: YamlItem) -> tuple[int, ...]:
    """The places of the words that pass a parameter now."""
    words = enumerate(run.line.words)
    return tuple(at for at, word in words if item.name in (each.name for each in word.parameters))


def _missing(run: ScriptRun) -> Iterator[ArgumentFact]:
    """The arguments that the script needs and that no word of the step gives."""
    fact = run.script.fact
    if fact.parser is None:
        return
    words = [word.text for word in run.line.words]
    given = {taken.argument.span for taken in take(fact.parser, fact.library, words).taken}
    for argument in arguments_at(fact.parser, words):
        if argument.span not in given and parameter_for(argument, fact.library).required:
            yield argument


def _asked(argument: ArgumentFact, form: ParameterForm) -> Override:
    """An argument that the step does not pass."""
    is_flag = form.type == "flag"
    one = tuple((form.pass_as or f"--{form.name}={{v}}").split())
    is_many = not is_flag and (argument.nargs in ("+", "*") or isinstance(argument.nargs, int))
    flag = next((each.text for each in argument.flags if each.text.startswith("--")), None)
    flag = flag or next((each.text for each in argument.flags), None)
    is_spread = is_many and form.multiple is None
    several = is_many or form.multiple is not None
    return Override(
        form.name,
        "parameter",
        form.type,
        None,
        form.description,
        choices=tuple(map(str, form.choices or ())),
        minimum=form.min,
        maximum=form.max,
        separator=(form.separator or ",") if several else None,
        spelled=("{v}",) if is_spread else one,
        before=(flag,) if is_spread and flag is not None else (),
        repeats=is_spread or form.multiple == "repeat",
        on=(form.pass_true_as or form.pass_as or f"--{form.name}",) if is_flag else None,
        off=((form.pass_false_as,) if form.pass_false_as else ()) if is_flag else None,
    )


def _default(item: YamlItem, separator: str) -> str | None:
    """A default as a person types it: true or false, several joined."""
    entry = item.get("default")
    value = None if entry is None else entry.value
    if isinstance(value, list):
        return separator.join(map(str, value))
    if value is None:
        return None
    return str(value).lower() if parameter_type_of(item) == "flag" else str(value)


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
