"""Steps and parameters of valohai.yaml, made from what a script takes from its command line."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from valohai_steps.config.reader import YamlFile, YamlStep, read_yaml
from valohai_steps.config.structure import flaw_of_file, flaw_of_step
from valohai_steps.config.writer import Append, Operation, Refusal, edit_yaml
from valohai_steps.drift.command_line.differences import ScriptRead
from valohai_steps.drift.command_line.matching.taking import take
from valohai_steps.drift.command_line.parameters_for import arguments_at, form_as_mapping, parameter_for
from valohai_steps.drift.command_line.passing.passed_lines import PassedLine, is_passed, placeholders
from valohai_steps.drift.declaration import DEFAULT_IMAGE
from valohai_steps.ide.command_line.bindings import lines_with_values
from valohai_steps.ide.command_line.made_steps.owning import Owned, StepArguments, input_folders_of, owned
from valohai_steps.ide.command_line.made_steps.placeholders import passing
from valohai_steps.ide.command_line.made_steps.scripts import script_of
from valohai_steps.ide.update.file_changes import FileChange
from valohai_steps.ide.update.obstacles.refused import Refused, refuse_file
from valohai_steps.ide.update.obstacles.used_removals import uses_of
from valohai_steps.model.command_line import ArgumentFact
from valohai_steps.model.step import PythonValue
from valohai_steps.model.text import TextEdit, apply_edits
from valohai_steps.project.disk.files import UnreadableFile
from valohai_steps.project.reach import flaw_of_target
from valohai_steps.project.readings.command_lines import script_read
from valohai_steps.project.snapshot import Snapshot

_REQUIREMENTS = "requirements.txt"
SEVERAL_SCRIPTS = "several scripts read their own command line; update them one by one"


class ArgumentUpdate(Struct, frozen=True):
    """What valohai.yaml becomes.

    `running` are the steps that run the script already; then `edits` add to them. `summary` says in a few
    words what is added and removed, `advice` what is left to do by hand; `removed` are the parameters that
    go, `in_use` the places that use them: those go only when a person insists.
    """

    yaml: Path
    before: str | None
    edits: tuple[TextEdit, ...]
    running: tuple[StepArguments, ...] = ()
    summary: str = ""
    advice: str = ""
    removed: tuple[str, ...] = ()
    in_use: tuple[Refused, ...] = ()

    @property
    def after(self) -> str:
        """The new text."""
        return apply_edits(self.before or "", self.edits)


def plan_arguments(
    snapshot: Snapshot, path: Path, add: Sequence[str] = (), yaml: Path | None = None
) -> ArgumentUpdate | Refused:
    """A step for a script that no step runs; else the arguments in `add` ("all" for every one) as parameters.

    Where Python owns the parameters (setting `arguments`), every one is added unasked, and those go that the
    script takes no longer.
    """
    script, target = script_of(snapshot, path), yaml or snapshot.yaml_path(path)
    if script is None:
        return Refused(path, "no valohai.prepare() call in this file; name the file that makes one")
    misplaced = _misplaced(snapshot, path, target, typed=yaml is not None)
    if misplaced is not None:
        return misplaced
    found = snapshot.yaml(target)
    if isinstance(found, UnreadableFile):
        return refuse_file(found)
    before, file = (None, read_yaml("")) if found is None else (found.text, found)
    for finding in file.problems:
        return Refused(target, finding.message, finding.span)
    broken = flaw_of_file(file)
    if broken is not None:
        return Refused(target, broken.reason, broken.span)
    running = tuple(steps_with_arguments(snapshot, target, file, script))
    own = snapshot.settings(path).arguments == "own" and not add
    add = ("all",) if own else add
    made = _added(target, running, add, script) if running else _generated(snapshot, target, file, script)
    if isinstance(made, Refused):
        return made
    more = owned(snapshot, target, running, script, made) if own else Owned()
    everything = [*made, *more.operations]
    edits = edit_yaml(file, everything)
    if isinstance(edits, Refusal):
        return Refused(target, edits.reason, edits.span)
    said, advice = _summary(everything, more), _to_pass(apply_edits(before or "", edits), running, everything)
    in_use = tuple(uses_of(snapshot, target, file, more.removed))
    return ArgumentUpdate(target, before, edits, running, said, advice, more.gone, in_use)


def _misplaced(snapshot: Snapshot, path: Path, target: Path, *, typed: bool) -> Refused | None:
    """Why what the repository names is not written to; what a person has `typed` may lie anywhere."""
    for each in () if typed else snapshot.refused_settings(path):
        if each.name == "yaml":
            return Refused(each.path, each.reason, each.span)
    flaw = flaw_of_target(target, None if typed else snapshot.reach(target))
    return None if flaw is None else Refused(target, flaw)


def argument_change(snapshot: Snapshot, update: ArgumentUpdate, *, typed: bool = False) -> FileChange:
    """The file that an update writes; `typed`: a person has named it, so that it may lie anywhere."""
    within = () if typed else snapshot.reach(update.yaml)
    otherwise = "name another file with --yaml"
    said = "; ".join(filter(None, (update.summary, update.advice)))
    return FileChange(update.yaml, update.before, update.after, said, otherwise, within)


def show_step(snapshot: Snapshot, path: Path) -> str | Refused:
    """The steps for a script as a new valohai.yaml would hold them."""
    script, empty = script_of(snapshot, path), read_yaml("")
    if script is None:
        return Refused(path, "no valohai.prepare() call in this file; name the file that makes one")
    operations = _generated(snapshot, snapshot.yaml_path(path), empty, script)
    edits = operations if isinstance(operations, Refused) else edit_yaml(empty, operations)
    if isinstance(edits, (Refused, Refusal)):
        return Refused(path, edits.reason, edits.span)
    return apply_edits("", edits)


def steps_with_arguments(
    snapshot: Snapshot, yaml: Path, file: YamlFile, script: ScriptRead
) -> Iterator[StepArguments]:
    """Every step that runs a script, with what it passes of the arguments."""
    for step in file.steps:
        for line in lines_with_values(snapshot, yaml, step):
            if script_read(snapshot, yaml, line.run.files) is script:
                yield _with_arguments(step, script, line)


def _with_arguments(step: YamlStep, script: ScriptRead, line: PassedLine) -> StepArguments:
    parser = script.fact.parser
    assert parser is not None  # `script_of` asked  # noqa: S101
    words = [word.text for word in line.words]
    taking = take(parser, script.fact.library, words)
    given = {id(taken.argument) for taken in taking.taken}
    names = {item.name for item in step.parameters}
    arguments = arguments_at(taking.parser, ())
    passed = tuple(each for each in arguments if id(each) in given or each.name in names)
    rest = (each for each in arguments if each not in passed and not each.hidden)
    missing = tuple(each for each in rest if not parameter_for(each).cannot)
    return StepArguments(step, passed, missing, line.run.files)


def _generated(
    snapshot: Snapshot, yaml: Path, file: YamlFile, script: ScriptRead
) -> list[Operation] | Refused:
    """A new step; one for each sub-command, where the script wants one."""
    path, parser = Path(script.path), script.fact.parser
    assert parser is not None  # `script_of` asked  # noqa: S101
    name = path.stem if path.stem != "__main__" else path.parent.name
    words: list[tuple[str, ...]] = [(command.names[0],) for command in parser.commands]
    if not words or (not parser.commands_required and parser.arguments):
        words = [()]
    found: list[Operation] = []
    for each in words:
        step = "-".join((name, *each))
        if file.step(step) is not None:
            return Refused(yaml, f"there is a step {step!r} that runs another file; rename it, or the script")
        found.append(Append((0,), {"step": _step(snapshot, yaml, script, step, each)}))
    return found


def _step(
    snapshot: Snapshot, yaml: Path, script: ScriptRead, name: str, words: tuple[str, ...]
) -> Mapping[str, PythonValue]:
    path, parser = Path(script.path), script.fact.parser
    assert parser is not None  # `script_of` asked  # noqa: S101
    source = shlex.quote(str(snapshot.source_in(path, yaml)))
    run = " ".join(("python", source, *map(shlex.quote, words), "{parameters}"))
    installs = snapshot.exists(yaml.parent / _REQUIREMENTS)
    found: dict[str, PythonValue] = {
        "name": name,
        "image": snapshot.settings(path).image or DEFAULT_IMAGE,
        "command": [f"pip install -r {_REQUIREMENTS}", run] if installs else run,
        "parameters": [
            _parameter(each, script)
            for each in arguments_at(parser, words)
            if not each.hidden and not parameter_for(each, script.fact.library).cannot
        ],
        "inputs": [{"name": folder, "optional": True} for folder in input_folders_of(snapshot, path)],
    }
    return {key: value for key, value in found.items() if value != []}


def _parameter(argument: ArgumentFact, script: ScriptRead) -> dict[str, PythonValue]:
    """The parameter; one that the script takes only under a condition is passed only when it is asked for."""
    found = form_as_mapping(parameter_for(argument, script.fact.library))
    if argument.conditional and found["type"] != "flag":
        found.pop("default", None)
        found["optional"] = True
    return found


def _added(
    yaml: Path, running: Sequence[StepArguments], names: Sequence[str], script: ScriptRead
) -> list[Operation] | Refused:
    """The parameters that are asked for, in every step that runs the script and lacks them."""
    found: list[Operation] = []
    known = {each.name for step in running for each in (*step.passed, *step.missing)}
    for name in names:
        if name != "all" and name not in known:
            listed = ", ".join(sorted(known)) or "none"
            return Refused(Path(script.path), f"the script takes no argument {name!r}; it takes {listed}")
    for each in running:
        chosen = [argument for argument in each.missing if "all" in names or argument.name in names]
        flaw = flaw_of_step(each.step) if chosen else None
        if flaw is not None:
            return Refused(yaml, flaw.reason, flaw.span)
        path = (*each.step.path, "parameters")
        found += [Append(path, _parameter(argument, script)) for argument in chosen]
        found += passing(each.step, each.files, chosen)
    return found


def _summary(operations: Sequence[Operation], more: Owned) -> str:
    values = [each.value for each in operations if isinstance(each, Append)]
    steps = sum(isinstance(value, dict) and "step" in value for value in values)
    if steps:
        return f"{steps} {'step' if steps == 1 else 'steps'} added"
    names = dict.fromkeys(str(value["name"]) for value in values if isinstance(value, dict))
    said = [f"added {', '.join(names)}"] if names else []
    said += [f"changed {', '.join(more.changed)}"] if more.changed else []
    removed = f"removed {', '.join(more.gone)}"
    return "; ".join([*said, removed] if more.removed else said)


def _to_pass(after: str, running: Sequence[StepArguments], operations: Sequence[Operation]) -> str:
    """What is left to add to the command by hand, for parameters that are added and nothing passes."""
    names = [
        str(each.value["name"])
        for each in operations
        if isinstance(each, Append) and each.path[-1] == "parameters" and isinstance(each.value, dict)
    ]
    file = read_yaml(after) if names else None
    steps = [] if file is None else [file.step(each.step.name) for each in running]
    passed = [placeholders(step) for step in steps if step is not None]
    lacking = dict.fromkeys(name for name in names for each in passed if not is_passed(name, each))
    words = " ".join(f"{{parameter:{name}}}" for name in lacking)
    return f"add {words} to the command, which does not pass it yet" if words else ""


def running_line(script: str, each: StepArguments) -> str:
    """What is said of a step that runs a script already."""
    total = len(each.passed) + len(each.missing)
    said = f"step {each.step.name} runs {script}"
    if not each.missing:
        alone = "its only argument is a parameter"
        return f"{said}; {alone if total == 1 else f'all {total} arguments are parameters'}"
    names = ", ".join(argument.name for argument in each.missing)
    count = len(each.missing)
    are = "is not a parameter" if count == 1 else "are not parameters"
    them = "it" if count == 1 else "them"
    return f"{said}; {count} of {total} arguments {are} ({names}); --add all adds {them}"
