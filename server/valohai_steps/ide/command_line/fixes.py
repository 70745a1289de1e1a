"""Quick fixes for what a step passes and its script does not take, on either side, proven by their effect."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from valohai_steps.config.reader import YamlFile, YamlItem, YamlStep
from valohai_steps.config.renaming import Respelling, respell
from valohai_steps.config.structure import flaw_of_step
from valohai_steps.config.used_names import used_names
from valohai_steps.config.writer import Append, Operation, Refusal, Remove, Set, edit_yaml
from valohai_steps.drift.command_line.differences import Difference
from valohai_steps.drift.command_line.matching.conversion import FALSE_WORDS
from valohai_steps.drift.command_line.parameters_for import ParameterForm, form_as_mapping, parameter_for
from valohai_steps.drift.commands.folders import command_lines
from valohai_steps.ide.command_line.findings import command_line_differences
from valohai_steps.ide.command_line.made_steps.placeholders import passing
from valohai_steps.ide.command_line.python_fixes import python_fixes
from valohai_steps.ide.update.file_edits import FileEdits
from valohai_steps.model.command_line import ArgumentFact
from valohai_steps.model.step import PythonValue
from valohai_steps.model.text import Span, TextEdit, apply_edits
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import readable
from valohai_steps.project.draft import drafted
from valohai_steps.project.readings.command_lines import script_read
from valohai_steps.project.snapshot import Snapshot

_ONLY_THERE = ("default", "choices", "min", "max")
_SHAPE = ("type", "default", "choices", "min", "max", "multiple", "pass-as", "pass-true-as", "pass-false-as")


class ArgumentFix(Struct, frozen=True):
    """The edits of `path`, a script or a valohai.yaml, that settle one difference; the first is preferred.

    `confirm` says what they take away; empty when nothing.
    """

    code: str
    title: str
    path: Path
    edits: tuple[TextEdit, ...]
    confirm: str = ""
    beside: tuple[FileEdits, ...] = ()  # what the other file needs with them


def argument_fixes(snapshot: Snapshot, path: Path, span: Span) -> Iterator[ArgumentFix]:
    """The fixes for what is shown at `span` of a script or a valohai.yaml."""
    yaml = snapshot.yaml_path(path)
    items, file = readable(snapshot.items(yaml)), snapshot.sound_yaml(yaml)
    if items is None or file is None:
        return
    for each in command_line_differences(snapshot, yaml, items):
        place = each.yaml if is_yaml(path) else each.python if each.path == path else None
        step = file.step(each.step.name)
        if place is None or step is None or not (place.covers(span) or span.covers(place)):
            continue
        for fix in _fixes(snapshot, yaml, file, step, each):
            if fix.edits and _settles(snapshot, yaml, fix, each):
                yield fix


def _settles(snapshot: Snapshot, yaml: Path, fix: ArgumentFix, difference: Difference) -> bool:
    """Whether the difference is gone when the edits are applied, and none is new."""
    items = readable(snapshot.items(yaml))
    text = readable(snapshot.text(fix.path))
    if items is None or text is None:
        return False
    texts = {each.path: apply_edits(snapshot.readable_text(each.path), each.edits) for each in fix.beside}
    after = drafted(snapshot, {**texts, fix.path: apply_edits(text, fix.edits)})
    changed = readable(after.items(yaml))
    script = script_read(after, yaml, (str(after.source_in(Path(difference.script.path), yaml)),))
    if changed is None or not changed.is_readable or script is None or script.fact.stale:
        return False  # of half a script nothing would be said
    before = [(each.code, each.message) for each in command_line_differences(snapshot, yaml, items)]
    left = [(each.code, each.message) for each in command_line_differences(after, yaml, changed)]
    one = (difference.code, difference.message)
    return left.count(one) < before.count(one) and set(left) <= set(before)


def _fixes(
    snapshot: Snapshot, yaml: Path, file: YamlFile, step: YamlStep, each: Difference
) -> Iterator[ArgumentFix]:
    own = each.item
    item = None if own is None else next((one for one in step.parameters if one.name == own.name), None)
    if item is not None and each.code in ("VH131", "VH135"):
        yield from _renamed(yaml, file, step, item, each)
    for title, operations, confirm in _yaml_operations(file, step, item, each):
        edits = flaw_of_step(step) or edit_yaml(file, operations)
        if not isinstance(edits, Refusal):
            asked = f"{confirm} from {yaml.name}" if confirm else ""
            yield ArgumentFix(each.code, f"{title} in {yaml.name}", yaml, edits, asked)
    script = Path(each.path)
    text = snapshot.readable_text(script)
    for fix in python_fixes(text, item, each):
        beside = edit_yaml(file, fix.beside) if fix.beside else ()
        if not isinstance(beside, Refusal):
            others = (FileEdits(yaml, beside),) if beside else ()
            yield ArgumentFix(each.code, f"{fix.title} in {script.name}", script, (fix.edit,), beside=others)


_Offer = tuple[str, list[Operation], str]


def _yaml_operations(
    file: YamlFile, step: YamlStep, item: YamlItem | None, each: Difference
) -> Iterator[_Offer]:
    library = each.script.fact.library
    match each.code:
        case "VH131" | "VH135" if item is not None:
            yield from _passed_otherwise(item, each, library)
            yield f"Remove parameter {item.name}", [Remove(item.path)], _asked(file, step, item)
        case "VH132" if each.argument is not None:
            mapping = form_as_mapping(parameter_for(each.argument, library))
            yield f"Add parameter {mapping['name']}", [Append((*step.path, "parameters"), mapping)], ""
        case "VH133" | "VH136" if item is not None and each.argument is not None:
            old, new = f"{{parameter:{item.name}}}", f"{{parameter-value:{item.name}}}"
            if old in file.text[each.yaml.start : each.yaml.end]:
                yield f"Use {new}", _command_with(step, old, new), ""
            yield from _reshaped(item, each.argument, library)
        case "VH134" if item is not None and each.argument is not None:
            script = each.script.path.name
            yield f"Pass {item.name} to {script}", passing(step, each.files, [each.argument]), ""
        case "VH134":
            run = file.text[each.yaml.start : each.yaml.end]
            yield "Add {parameters} to the command", _command_with(step, run, f"{run} {{parameters}}"), ""
        case _:
            return


def _asked(file: YamlFile, step: YamlStep, item: YamlItem) -> str:
    """What a person is asked before a parameter goes, with the first place that uses it."""
    asked = f"Remove parameter {item.name!r}"
    for use in used_names(file):
        if (use.step, use.kind, use.name) == (step.name, "parameter", item.name):
            return f"{asked}, which {use.what} uses,"
    return asked


def _renamed(
    yaml: Path, file: YamlFile, step: YamlStep, item: YamlItem, each: Difference
) -> Iterator[ArgumentFix]:
    """The parameter by the argument's name, here and wherever the file names it."""
    form = None if each.meant is None else parameter_for(each.meant, each.script.fact.library)
    named = item.get("name")
    if form is None or named is None or form.pass_as is not None:
        return
    if form.name in (one.name for one in step.parameters):
        return
    uses = [
        Respelling(use.node, use.part, form.name)
        for use in used_names(file)
        if (use.step, use.kind, use.name) == (step.name, "parameter", item.name)
    ]
    done = respell(file, [Respelling(named.node, Span(0, len(item.name)), form.name), *uses])
    if not isinstance(done, Refusal):
        title = f"Rename {item.name} to {form.name} in {yaml.name}"
        yield ArgumentFix(each.code, title, yaml, done.edits)


def _passed_otherwise(item: YamlItem, each: Difference, library: str) -> Iterator[_Offer]:
    """Another way to pass it."""
    form = None if each.meant is None else parameter_for(each.meant, library)
    if form is not None and form.pass_true_as is None:
        passed = form.pass_as or (f"--{form.name}" if form.type == "flag" else f"--{form.name}={{v}}")
        yield f"Pass {item.name} as {passed}", [Set((*item.path, "pass-as"), passed)], ""


def _reshaped(item: YamlItem, argument: ArgumentFact, library: str) -> Iterator[_Offer]:
    """The parameter with the type, the choices and the ways of passing that Python wants."""
    form = parameter_for(argument, library)
    wanted = {key: value for key, value in form_as_mapping(form).items() if key in _SHAPE}
    kept = _kept_default(item, form)
    if kept is not None:
        wanted["default"] = kept
    operations: list[Operation] = []
    for key in _SHAPE:
        stated = item.get(key)
        if key in wanted and (stated is None or stated.value != wanted[key]):
            operations.append(Set((*item.path, key), wanted[key]))
        elif key not in wanted and stated is not None and stated.merged_from is None:
            operations.append(Remove((*item.path, key)))
    if form.optional and item.get("optional") is None:
        operations.append(Set((*item.path, "optional"), form.optional))
    gone = [key for key in _ONLY_THERE if item.get(key) is not None and _is_lost(item, key, wanted.get(key))]
    title = f"Declare {item.name} as the script takes it"
    if not operations:
        return
    if not gone:
        yield title, operations, ""
        return
    kept = [each for each in operations if each.path not in [(*item.path, key) for key in gone]]
    if kept:  # which counts where nothing is wrong then
        yield f"{title}, with its {' and '.join(gone)}", kept, ""
    yield title, operations, f"Remove {' and '.join(gone)} of parameter {item.name!r}"


def _is_lost(item: YamlItem, key: str, wanted: PythonValue) -> bool:
    """Whether a value goes, or a list of them is one of Python's."""
    stated = item.get(key)
    if stated is None or stated.merged_from is not None:
        return False
    return wanted is None or (key == "default" and isinstance(stated.value, list) and stated.value != wanted)


def _kept_default(item: YamlItem, form: ParameterForm) -> PythonValue:
    """The default that the YAML has, as the parameter's new type has it; None when Python's counts."""
    entry = item.get("default")
    value = None if entry is None else entry.value
    if form.type == "flag" and isinstance(value, (str, bool)):
        return str(value).lower() not in FALSE_WORDS
    return None


def _command_with(step: YamlStep, old: str, new: str) -> list[Operation]:
    """The command with a part of it replaced, in the first line that holds it."""
    entry = step.get("command")
    if entry is None:
        return []
    for number, line in enumerate(command_lines(entry.value)):
        if old in line:
            path = (*step.path, "command")
            whole = (*path, number) if isinstance(entry.value, list) else path
            return [Set(whole, line.replace(old, new, 1))]
    return []
