"""What Python owns of the steps that run a script, with the setting `arguments = "own"`."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from valohai_steps.config.reader import YamlItem, YamlStep
from valohai_steps.config.writer import Append, Operation, Set
from valohai_steps.drift.command_line.differences import ScriptRead
from valohai_steps.drift.command_line.parameters_for import parameter_for
from valohai_steps.ide.command_line.made_steps.untaken import removing, untaken
from valohai_steps.model.command_line import ArgumentFact
from valohai_steps.model.step import PythonValue
from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.command_line.input_paths import input_paths


class StepArguments(Struct, frozen=True):
    """A step that runs `files`: the arguments that are parameters of it, and those that could be."""

    step: YamlStep
    passed: tuple[ArgumentFact, ...]
    missing: tuple[ArgumentFact, ...]
    files: tuple[str, ...] = ()


class Owned(Struct, frozen=True):
    """The operations that bring steps up to date, and the names of the parameters that they change.

    `removed` are those that they take out: each the name of a step, "parameter", and its own.
    """

    operations: tuple[Operation, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[tuple[str, str, str], ...] = ()

    @property
    def gone(self) -> tuple[str, ...]:
        """Each parameter that goes, once."""
        return tuple(dict.fromkeys(name for *_, name in self.removed))


def input_folders_of(snapshot: Snapshot, script: Path) -> list[str]:
    """The inputs that a script names by their folder, in order."""
    tree = readable(snapshot.source(script))
    return (
        list(dict.fromkeys(each.name for each in input_paths(tree.syntax).known)) if tree is not None else []
    )


def owned(
    snapshot: Snapshot,
    yaml: Path,
    running: Sequence[StepArguments],
    script: ScriptRead,
    adding: Sequence[Operation],
) -> Owned:
    """The inputs that steps lack, the types, choices and ways of passing that Python states otherwise, and
    the parameters that it takes no longer. `adding` are the operations that add parameters.
    """
    folders, operations, changed = (
        input_folders_of(snapshot, Path(script.path)),
        list[Operation](),
        list[str](),
    )
    removed: dict[tuple[str, str, str], None] = {}
    for each in {each.step.path: each for each in running}.values():  # a step may run it twice
        for item, argument in _generated_by(each):
            sets = list(_settings(item, argument, script.fact.library))
            operations += sets
            changed += [item.name] if sets else []
        names = {item.name for item in each.step.inputs}
        path = (*each.step.path, "inputs")
        operations += [
            Append(path, {"name": name, "optional": True}) for name in folders if name not in names
        ]
        gone = tuple(untaken(snapshot, yaml, each.step, script))
        operations += removing(each.step, gone, adding)
        removed.update(dict.fromkeys((each.step.name, "parameter", item.name) for item in gone))
    return Owned(tuple(operations), tuple(dict.fromkeys(changed)), tuple(removed))


def _generated_by(each: StepArguments) -> Iterator[tuple[YamlItem, ArgumentFact]]:
    """The parameters by the names that they would be generated with; others are the YAML's own."""
    items = {item.name: item for item in each.step.parameters}
    for argument in each.passed:
        if argument.name in items and not argument.conditional:
            yield items[argument.name], argument


def _settings(item: YamlItem, argument: ArgumentFact, library: str) -> Iterator[Set]:
    for key, value in _claims(argument, library).items():
        stated = item.get(key)
        if stated is None and (key, value) == ("type", "string"):
            continue  # the type of a parameter that states none
        if stated is None or (stated.merged_from is None and stated.value != value):
            yield Set((*item.path, key), value)


def _claims(argument: ArgumentFact, library: str) -> dict[str, PythonValue]:
    """What Python states; a type that it does not state is the YAML's, and so is every default."""
    form, found = parameter_for(argument, library), dict[str, PythonValue]()
    if form.cannot:
        return found
    if form.type == "flag" or argument.conversion.stated:
        found["type"] = form.type
    if form.type == "flag":
        ways = {"pass-true-as": form.pass_true_as, "pass-false-as": form.pass_false_as}
        found.update({key: word for key, word in ways.items() if word is not None})
    if form.choices:
        found["choices"] = list(form.choices)
    return found
