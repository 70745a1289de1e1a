"""What can be done with arguments that are in order: as parameters, and with the defaults of either side."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from valohai_steps.config.items.file import ItemFile
from valohai_steps.config.reader import YamlFile, YamlItem
from valohai_steps.config.structure import flaw_of_step
from valohai_steps.config.writer import Refusal, Set, edit_yaml
from valohai_steps.drift.command_line.matching.conversion import NotTaken, converted
from valohai_steps.drift.command_line.parameters_for import parameter_for
from valohai_steps.drift.command_line.passing.parameter_words import parameter_type_of
from valohai_steps.ide.command_line.bindings import ScriptRun, script_runs
from valohai_steps.ide.command_line.findings import command_line_differences
from valohai_steps.ide.command_line.made_steps.generation import (
    plan_arguments,
    steps_with_arguments,
)
from valohai_steps.ide.command_line.made_steps.owning import StepArguments
from valohai_steps.ide.command_line.made_steps.scripts import script_of
from valohai_steps.ide.update.drift_fixes import as_python
from valohai_steps.ide.update.file_edits import FileEdits
from valohai_steps.ide.update.obstacles.refused import Refused
from valohai_steps.ide.update.obstacles.removals import removal_of
from valohai_steps.model.command_line import ArgumentFact
from valohai_steps.model.step import PythonValue, Static
from valohai_steps.model.text import Span, TextEdit, apply_edits
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import UnreadableFile, readable
from valohai_steps.project.draft import drafted
from valohai_steps.project.snapshot import Snapshot


class Refactoring(Struct, frozen=True):
    """A change that nothing demands; it adds no difference between a step and its script.

    `confirm` is what a person is asked before something is taken away; empty when nothing is.
    """

    title: str
    edits: FileEdits
    confirm: str = ""


def refactorings(snapshot: Snapshot, path: Path, span: Span) -> Iterator[Refactoring]:
    """Those for the argument, the parser or the parameter at `span`."""
    yaml = snapshot.yaml_path(path)
    file = snapshot.yaml(yaml)
    if isinstance(file, UnreadableFile) or (file is not None and not file.is_readable):
        return
    found = _in_yaml(snapshot, yaml, file, span) if is_yaml(path) else _in_python(snapshot, path, file, span)
    for each in found:
        if each.edits.edits and (each.edits.creates or _adds_nothing(snapshot, yaml, each.edits)):
            yield each


def _adds_nothing(snapshot: Snapshot, yaml: Path, edits: FileEdits) -> bool:
    """Whether no difference is there with the edits that was not there before."""
    after = drafted(snapshot, {edits.path: apply_edits(snapshot.readable_text(edits.path), edits.edits)})
    items, changed = readable(snapshot.items(yaml)), readable(after.items(yaml))
    if changed is None or not changed.is_readable:
        return False
    before = _said(snapshot, yaml, items) if items is not None else set()
    return _said(after, yaml, changed) <= before


def _said(snapshot: Snapshot, yaml: Path, items: ItemFile) -> set[tuple[str, str]]:
    return {(each.code, each.message) for each in command_line_differences(snapshot, yaml, items)}


def _in_python(snapshot: Snapshot, path: Path, file: YamlFile | None, span: Span) -> Iterator[Refactoring]:
    script, yaml = script_of(snapshot, path), snapshot.yaml_path(path)
    parser = script.fact.parser if script is not None else None
    if script is None or parser is None or snapshot.settings(path).arguments == "off":
        return
    argument = next(
        (each for each in parser.everything if each.path is None and each.span.covers(span)), None
    )
    at_parser = script.fact.path is None and script.fact.span.covers(span)
    if argument is None and not at_parser:
        return
    running = [] if file is None else list(steps_with_arguments(snapshot, yaml, file, script))
    if running and snapshot.settings(path).arguments == "own":
        yield from _of_owner(snapshot, path)
    if argument is None:
        yield from _of_parser(snapshot, path, running)
        return
    yield from _additions(snapshot, path, running, argument)
    if file is not None:
        runs = [run for run in script_runs(snapshot, yaml, file.steps) if run.script is script]
        several = len({run.step.name for run in runs}) > 1
        for run in runs:
            for item, taken in run.taken():
                if taken is argument:
                    place = _Parameter(yaml, file, run, item, run.step.name if several else "")
                    yield from _of_default(path, place, argument)


def _of_parser(snapshot: Snapshot, path: Path, running: Sequence[StepArguments]) -> Iterator[Refactoring]:
    """A whole step, or every argument that is no parameter yet."""
    missing = {argument.name for each in running for argument in each.missing}
    if running and not missing:
        return
    plan = plan_arguments(snapshot, path, ("all",) if running else ())
    count = (
        f"all {len(missing)} arguments" if len(missing) > 1 else "the one argument that is not a parameter"
    )
    names = ", ".join(dict.fromkeys(each.step.name for each in running if each.missing))
    title = f"Add {count} to step {names}" if running else f"Generate a step for {path.name}"
    if not isinstance(plan, Refused):
        yield Refactoring(title, FileEdits(plan.yaml, plan.edits, creates=plan.before is None))


def _of_owner(snapshot: Snapshot, path: Path) -> Iterator[Refactoring]:
    """What `valohai-steps update` does where Python owns the parameters."""
    plan = plan_arguments(snapshot, path)
    if not isinstance(plan, Refused):
        things = [f"parameter {name!r}" for name in plan.removed]
        edits = FileEdits(plan.yaml, plan.edits, destructive=plan.edits if things else ())
        title = f"Update {plan.yaml.name} ({plan.summary})"
        yield Refactoring(title, edits, removal_of(things, plan.yaml.name, plan.in_use))


def _additions(
    snapshot: Snapshot, path: Path, running: Sequence[StepArguments], argument: ArgumentFact
) -> Iterator[Refactoring]:
    names = dict.fromkeys(each.step.name for each in running if argument in each.missing)
    plan = plan_arguments(snapshot, path, (argument.name,)) if names else None
    if plan is not None and not isinstance(plan, Refused):
        flag = next((each.text for each in argument.flags if each.span == argument.name_span), argument.name)
        title = f"Add {flag} to step {', '.join(names)}"
        yield Refactoring(title, FileEdits(plan.yaml, plan.edits))


def _of_default(path: Path, place: "_Parameter", argument: ArgumentFact) -> Iterator[Refactoring]:
    form = parameter_for(argument, place.run.script.fact.library)
    entry, default = place.item.get("default"), argument.default
    stated = None if entry is None else entry.value
    if form.type != "flag" and parameter_type_of(place.item) != "flag" and stated != form.default:
        literal = _python_literal(stated)
        taken = _is_taken(argument, stated, place.run.script.fact.library)
        if (
            literal is not None
            and taken
            and isinstance(default, Static)
            and default.literal
            and default.origin is None
        ):
            of_step = f" of step {place.step}" if place.step else ""
            edits = FileEdits(path, (TextEdit(default.span, literal),))
            yield Refactoring(f"Use valohai.yaml's default{of_step} here", edits)
        if form.default is not None:
            yield from place.with_value("default", form.default, "Use this default in valohai.yaml")
    if place.item.get("type") is None:
        yield from place.with_value("type", form.type, "State the type in valohai.yaml")


def _is_taken(argument: ArgumentFact, value: PythonValue, library: str) -> bool:
    """Whether the script takes a value that valohai.yaml has as its default."""
    try:
        converted(argument, str(value), library)
    except NotTaken:
        return False
    return True


class _Parameter(Struct, frozen=True):
    """The parameter that sets an argument; `step` names its step where there are several."""

    yaml: Path
    file: YamlFile
    run: ScriptRun
    item: YamlItem
    step: str

    def with_value(self, key: str, value: PythonValue, title: str) -> Iterator[Refactoring]:
        """The parameter with another value for one key."""
        in_step = f", step {self.step}" if self.step else ""
        edits = flaw_of_step(self.run.step) or edit_yaml(self.file, [Set((*self.item.path, key), value)])
        if not isinstance(edits, Refusal):
            yield Refactoring(f"{title}{in_step}", FileEdits(self.yaml, edits))


def _python_literal(value: PythonValue) -> str | None:
    """A default of valohai.yaml as Python writes it; None for what is no plain value."""
    if isinstance(value, str) and value.isprintable():
        return json.dumps(value, ensure_ascii=False)
    return as_python(value) if isinstance(value, (bool, int, float, str)) else None


def _in_yaml(snapshot: Snapshot, yaml: Path, file: YamlFile | None, span: Span) -> Iterator[Refactoring]:
    """The type of a parameter that states none, as its script takes it."""
    if file is None or snapshot.settings(yaml).arguments == "off":
        return
    here = [step for step in file.steps if any(item.span.covers(span) for item in step.parameters)]
    for run in script_runs(snapshot, yaml, here):
        for item, argument in run.taken():
            if item.span.covers(span) and item.get("type") is None:
                form = parameter_for(argument, run.script.fact.library)
                place = _Parameter(yaml, file, run, item, "")
                yield from place.with_value("type", form.type, f"State the type of {item.name}: {form.type}")
