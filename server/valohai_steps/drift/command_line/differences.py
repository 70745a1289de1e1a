"""What a step passes, against what its script takes: one difference for each thing that is wrong."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from msgspec import Struct

from valohai_steps.config.reader import Node, YamlItem, YamlStep
from valohai_steps.config.tree.scalar_places import PlacesInside
from valohai_steps.drift.command_line.passing.passed_lines import PassedLine, PassedWord
from valohai_steps.model.command_line import ArgumentFact, CommandLineFact
from valohai_steps.model.text import Span


class ScriptRead(Struct, frozen=True):
    """A script that a step runs, as far as its command line goes.

    `name` is for messages. `reads_parameters`: it has other ways to Valohai's parameters: `named` are those
    that it asks for by name, `everything` when it reads the file of all.
    """

    name: str
    path: PurePath
    fact: CommandLineFact
    named: frozenset[str] = frozenset()
    everything: bool = False


class Difference(Struct, frozen=True):
    """One difference. `yaml` is its place there, `python` the one in `path` (None: it has none there).

    `message` is for both sides. `item` and `argument` are what it is about; `meant` is what was likely meant.
    `files` are what the command runs.
    """

    code: str
    message: str
    step: YamlStep
    script: ScriptRead
    yaml: Span
    python: Span | None
    path: PurePath
    item: YamlItem | None = None
    argument: ArgumentFact | None = None
    meant: ArgumentFact | None = None
    files: tuple[str, ...] = ()


class About(Struct, frozen=True):
    """What a difference is about; `python` is its place there, if it is not the argument's."""

    item: YamlItem | None = None
    argument: ArgumentFact | None = None
    meant: ArgumentFact | None = None
    python: Span | None = None


class Side(Struct, frozen=True):
    """One run, with what is needed to say where things stand."""

    places: PlacesInside
    step: YamlStep
    script: ScriptRead
    line: PassedLine

    @property
    def fact(self) -> CommandLineFact:
        """What the script takes."""
        return self.script.fact

    def difference(self, code: str, message: str, yaml: Span, about: About) -> Difference:
        """A difference of this run; without a place in Python it is at the call that reads the words."""
        blamed, path, python = about.meant or about.argument, self.script.path, about.python
        if blamed is not None:
            path = blamed.path or path
            python = python or blamed.name_span
        elif python is None:
            python, path = self.fact.span, self.fact.path or path
        item, argument, meant = about.item, about.argument, about.meant
        files = self.line.run.files
        return Difference(
            code, message, self.step, self.script, yaml, python, path, item, argument, meant, files
        )

    def place_of(self, word: PassedWord) -> Span:
        """Where a word stands in valohai.yaml: the parameter's name, or the text of the command."""
        if word.whole:
            return word.parameters[0].name_span
        return self.command_place(word.source)

    def command_place(self, part: Span) -> Span:
        """A part of the command's line as a place in the file; the step's name where it has none."""
        node = command_node(self.step, self.line.run.line)
        found = None if node is None else self.places.place(node, part)
        return self.step.name_span if found is None else found


def command_node(step: YamlStep, line: int) -> Node | None:
    """The scalar that a line of the command is."""
    command = step.get("command")
    if command is None:
        return None
    if command.node.kind == "sequence":
        return command.node.items[line] if line < len(command.node.items) else None
    return command.node


def place_of_key(item: YamlItem, *keys: str) -> Span:
    """The value of the first of these keys that the parameter has; its name without one."""
    for key in keys:
        entry = item.get(key)
        if entry is not None:
            return entry.node.span
    return item.name_span


def choice_place(item: YamlItem, value: object) -> Span:
    """Where one of the choices stands."""
    entry = item.get("choices")
    for node in entry.node.items if entry is not None else ():
        if node.value == value and type(node.value) is type(value):
            return node.span
    return place_of_key(item, "choices")


def once(differences: Sequence[Difference]) -> Iterator[Difference]:
    """Each difference once: several values of one parameter are refused for one reason."""
    seen: set[tuple[str, Span, Span | None, PurePath]] = set()
    for each in differences:
        key = (each.code, each.yaml, each.python, each.path)
        if key not in seen:
            seen.add(key)
            yield each
