"""What is said of an argument and its parameter, on either side: for hovers and lenses."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from valohai_steps.config.reader import YamlFile, YamlItem, YamlStep
from valohai_steps.drift.command_line.differences import ScriptRead
from valohai_steps.drift.command_line.parameters_for import parameter_for
from valohai_steps.drift.command_line.passing.parameter_words import parameter_type_of
from valohai_steps.ide.command_line.bindings import ScriptRun, lines_with_values, script_runs
from valohai_steps.ide.command_line.findings import command_line_differences
from valohai_steps.ide.command_line.made_steps.generation import steps_with_arguments
from valohai_steps.model.command_line import ArgumentFact
from valohai_steps.model.step import Static
from valohai_steps.model.text import Span
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import readable
from valohai_steps.project.readings.command_lines import script_read
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.command_line.uses.namespace_uses import namespace_uses


class StepLine(Struct, frozen=True):
    """A line over a parser: what a step makes of it. `step` is empty when no step runs the script."""

    span: Span
    title: str
    step: str = ""


def lines_over_script(snapshot: Snapshot, path: Path) -> Iterator[StepLine]:
    """One line for each step that runs a script; one more where it runs it again with other arguments."""
    script, yaml = _script(snapshot, path), snapshot.yaml_path(path)
    file = snapshot.sound_yaml(yaml)
    if script is None or script.fact.path is not None or file is None:
        return
    span = script.fact.span
    if script.fact.parser is None:
        if any(True for _ in _runs(snapshot, yaml, file, script)):
            yield StepLine(span, f"{script.fact.library}: not compared with {yaml.name}")
        return
    counts = dict.fromkeys(
        (each.step.name, len(each.passed), len(each.passed) + len(each.missing))
        for each in steps_with_arguments(snapshot, yaml, file, script)
    )
    problems = problems_of_runs(snapshot, yaml) if counts else Counter()
    for step, passed, total in counts:
        title = f"step {step}: {passed} of {total} arguments are parameters"
        yield StepLine(span, f"{title}, {state_of_run(problems, script, step)}", step)


# The problems between a step, by its name, and a script, by identity.
Problems: TypeAlias = Mapping[tuple[str, int], int]


def problems_of_runs(snapshot: Snapshot, yaml: Path) -> Problems:
    """How many problems there are between the steps of a valohai.yaml and the scripts that they run."""
    items = readable(snapshot.items(yaml))
    found = () if items is None else command_line_differences(snapshot, yaml, items)
    return Counter((each.step.name, id(each.script)) for each in found)


def state_of_run(problems: Problems, script: ScriptRead, step: str) -> str:
    """`no problems`, or how many of the `problems` are those between a step and its script."""
    if script.fact.parser is None:
        return "not compared"
    count = problems.get((step, id(script)), 0)
    return "no problems" if not count else f"{count} {'problem' if count == 1 else 'problems'}"


def default_hints(snapshot: Snapshot, path: Path) -> Iterator[tuple[int, str]]:
    """Where valohai.yaml has another default, or the beginning of a flag: the offset behind it, and what."""
    script, yaml = _script(snapshot, path), snapshot.yaml_path(path)
    file = snapshot.sound_yaml(yaml)
    if script is None or script.fact.parser is None or file is None:
        return
    values: dict[int, dict[str, None]] = {}
    for run in _runs(snapshot, yaml, file, script):
        for item, argument in run.taken():
            default, entry = argument.default, item.get("default")
            if not isinstance(default, Static) or not default.literal or default.origin is not None:
                continue
            if argument.path is None and entry is not None and parameter_type_of(item) != "flag":
                form = parameter_for(argument, script.fact.library)
                if entry.value is not None and entry.value != form.default:
                    values.setdefault(default.span.end, {})[str(entry.value)] = None
        for each in run.abbreviated():
            if each.argument.path is None:
                values.setdefault(each.flag.span.end, {})[each.short] = None
    for offset, said in sorted(values.items()):
        yield offset, f"{yaml.name}: {', '.join(said)}"


def argument_words(snapshot: Snapshot, path: Path, offset: int) -> tuple[Span, str] | None:
    """What stands at `offset` as an argument of a script, or as the parameter for one."""
    return _of_parameter(snapshot, path, offset) if is_yaml(path) else _of_argument(snapshot, path, offset)


def _of_argument(snapshot: Snapshot, path: Path, offset: int) -> tuple[Span, str] | None:
    script, yaml = _script(snapshot, path), snapshot.yaml_path(path)
    file = readable(snapshot.yaml(yaml))
    found = None if script is None else _argument_at(snapshot, path, script, offset)
    if script is None or found is None or file is None:
        return None
    argument, place = found
    lines = [_described(argument, script)]
    for run in _runs(snapshot, yaml, file, script):
        step = run.step
        item = next((item for item, taken in run.taken() if taken is argument), None)
        default = None if item is None else item.get("default")
        if item is None:
            lines.append(f"step `{step.name}`: no parameter")
        else:
            shown = "" if default is None else f", default `{default.value}`"
            lines.append(f"step `{step.name}`: parameter `{item.name}`{shown}{_beginning(run, item)}")
    return place, "  \n".join(lines)


def _argument_at(
    snapshot: Snapshot, path: Path, script: ScriptRead, offset: int
) -> tuple[ArgumentFact, Span] | None:
    """The argument whose flag stands at an offset, or that is read there, with the place of its name."""
    arguments = () if script.fact.parser is None else tuple(script.fact.parser.everything)
    for each in arguments:
        if each.path is None and each.name_span.contains(offset):
            return each, each.name_span
    source = readable(snapshot.source(path)) if arguments and script.fact.path is None else None
    if source is None or script.fact.library != "argparse":
        return None
    uses = namespace_uses(source.syntax, script.fact.span)
    for name, span in (*uses.attributes, *uses.keys):
        argument = next((each for each in arguments if each.dest == name), None)
        if argument is not None and span.contains(offset):
            return argument, span
    return None


def _of_parameter(snapshot: Snapshot, yaml: Path, offset: int) -> tuple[Span, str] | None:
    file = snapshot.sound_yaml(yaml)
    for step in file.steps if file is not None else ():
        for item in step.parameters:
            if item.name_span.contains(offset):
                lines = list(_of_item(snapshot, yaml, step, item))
                return (item.name_span, "  \n".join(lines)) if lines else None
    return None


def _of_item(snapshot: Snapshot, yaml: Path, step: YamlStep, item: YamlItem) -> Iterator[str]:
    for line in lines_with_values(snapshot, yaml, step):
        script = script_read(snapshot, yaml, line.run.files)
        if script is not None and script.fact.parser is not None:
            run = ScriptRun(step, line, script)
            taken = next((each for known, each in run.taken() if known.name == item.name), None)
            if taken is not None:
                yield f"`{script.name}` takes it as {_described(taken, script)}{_beginning(run, item)}"


def _beginning(run: ScriptRun, item: YamlItem) -> str:
    """What is said of a parameter that only passes the beginning of a flag."""
    found = next((each for each in run.abbreviated() if each.item.name == item.name), None)
    return "" if found is None else f", as `{found.short}`: only the beginning of `{found.flag.text}`"


def _described(argument: ArgumentFact, script: ScriptRead) -> str:
    form = parameter_for(argument, script.fact.library)
    flag = ", ".join(f"`{each.text}`" for each in argument.flags) or f"`{argument.name}`"
    default = "required" if form.required else f"default `{form.default}`" if form.default is not None else ""
    return " · ".join(filter(None, (flag, form.type, default, argument.description)))


def detail_of(argument: ArgumentFact, library: str) -> str:
    """The type and the default of an argument in a few words, without marks."""
    form = parameter_for(argument, library)
    default = "required" if form.required else f"default {form.default}" if form.default is not None else ""
    return " · ".join(filter(None, (form.type, default)))


def _runs(snapshot: Snapshot, yaml: Path, file: YamlFile, script: ScriptRead) -> Iterator[ScriptRun]:
    return (run for run in script_runs(snapshot, yaml, file.steps) if run.script is script)


def _script(snapshot: Snapshot, path: Path) -> ScriptRead | None:
    read = script_at(snapshot, path)
    return read if read is not None and not read.fact.stale else None


def script_at(snapshot: Snapshot, path: Path) -> ScriptRead | None:
    """What a Python file takes from its command line, also as it was before it was half-typed."""
    yaml = snapshot.yaml_path(path)
    return script_read(snapshot, yaml, (str(snapshot.source_in(path, yaml)),))
