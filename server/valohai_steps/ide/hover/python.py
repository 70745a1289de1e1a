"""What a step, a parameter or an input is, where Python declares or reads it; and what an argument is for."""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.ide.hover.code_block import code_block
from valohai_steps.ide.hover.pipelines import drawn_in_python
from valohai_steps.ide.hover.words import Hover, declared_words, step_text, step_words, yaml_words
from valohai_steps.ide.navigation.index import steps_read
from valohai_steps.ide.update.comparison import compare_step
from valohai_steps.ide.update.update import Refused, preview
from valohai_steps.model.schema.item_keys import ARGUMENTS, KEYS
from valohai_steps.model.step import StepFact, ValueRead
from valohai_steps.project.disk.files import UnreadableFile, readable
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.cursor.enclosing import EnclosingRole, name_of, surroundings
from valohai_steps.source.python_file import PythonFile


def python_hover(snapshot: Snapshot, path: Path, offset: int) -> Hover | None:
    """What is at `offset` of a Python file, in code points."""
    python = readable(snapshot.python(path))
    if python is None:
        return None
    for step in python.steps:
        if not step.stale and (found := _in_call(snapshot, path, step, offset)) is not None:
            return found
    for read in python.reads:
        if read.name_span.contains(offset):
            lines = list(_declarations(snapshot, path, python, read))
            return Hover(read.name_span, "\n\n".join(lines)) if lines else None
    if snapshot.typed_python(path) is None:
        return None
    return drawn_in_python(snapshot, path, offset) or _word(python, offset)


def _in_call(snapshot: Snapshot, path: Path, step: StepFact, offset: int) -> Hover | None:
    yaml = snapshot.yaml_path(path)
    for span in (step.name_span, step.callee_span):
        if span.contains(offset):
            return Hover(span, step_words(snapshot, path, step, yaml) + _shown(snapshot, path, step, yaml))
    if not any(fact.name_span.contains(offset) for fact in (*step.parameters, *step.inputs)):
        return None
    file = snapshot.yaml(yaml)
    if isinstance(file, UnreadableFile):
        return None
    compared = compare_step(snapshot, path, step, yaml, file)
    found = file.step(step.name) if file is not None else None
    for subject in ("parameter", "input"):
        for item in compared.declared.items(subject):
            if item.name_span.contains(offset):
                words = declared_words(subject, item, compared.drifts, yaml.name, found)
                return Hover(item.name_span, words)
    return None


def _shown(snapshot: Snapshot, path: Path, step: StepFact, yaml: Path) -> str:
    """The step as valohai.yaml has it; where it has none, what a new step would be."""
    file = snapshot.yaml(yaml)
    if isinstance(file, UnreadableFile):
        return ""
    found = file.step(step.name) if file is not None else None
    if file is not None and found is not None:
        return f"\n\nIn {yaml.name}:\n\n{code_block('yaml', step_text(file, found))}"
    generated = preview(snapshot, path, step.name)
    block = "" if isinstance(generated, Refused) else code_block("yaml", generated)
    return f"\n\nA new step would be:\n\n{block}" if block else ""


def _declarations(snapshot: Snapshot, path: Path, python: PythonFile, read: ValueRead) -> Iterator[str]:
    """What declares a name that is read: each step of the file; else of those that run or import it."""
    yaml = snapshot.yaml_path(path)
    file = snapshot.yaml(yaml)
    if isinstance(file, UnreadableFile):
        return
    steps = python.steps or steps_read(snapshot, path)
    in_python = {step.name for step in steps if isinstance(step, StepFact)}
    for step in steps:
        if isinstance(step, StepFact):
            compared = compare_step(snapshot, path, step, yaml, file)
            found = file.step(step.name) if file is not None else None
            for item in compared.declared.items(read.kind):
                if item.name == read.name:
                    words = declared_words(read.kind, item, compared.drifts, yaml.name, found)
                    yield _of_step(words, step.name)
        elif step.name not in in_python:
            for entry in step.items(read.kind):
                if entry.name == read.name:
                    yield _of_step(yaml_words(read.kind, entry, yaml.name), step.name)


def _of_step(words: str, step: str) -> str:
    line, blank, rest = words.partition("\n")
    return f"{line} · step `{step}`{blank}{rest}"


def _word(python: PythonFile, offset: int) -> Hover | None:
    """An argument or a key, explained."""
    around = surroundings(python, offset)
    first = around.item.pieces[0] if around is not None and around.item.pieces else None
    if around is None or first is None or around.item.sign is None or not first.span.contains(offset):
        return None
    name = name_of(python.text, around.item) or ""
    if around.role is EnclosingRole.ARGUMENTS:
        word = ARGUMENTS.get(name)
    else:
        word = (
            KEYS[around.kind].get(name.replace("_", "-")) if around.role is EnclosingRole.DEFINITION else None
        )
    if word is None:
        return None
    return Hover(first.span, f"**{word.name}** {word.takes}\n\n{word.markdown}")
