"""The arguments of the script that a step runs, where a parameter gets its name: with type and default."""

from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from functools import partial
from pathlib import Path

from valohai_steps.config.cursor.named import commands_of, names_in, text_of
from valohai_steps.config.cursor.outline import Mapping
from valohai_steps.config.rendering.scalar_text import Quoting, scalar_text
from valohai_steps.drift.command_line.parameters_for import (
    ParameterForm,
    arguments_at,
    form_as_mapping,
    parameter_for,
)
from valohai_steps.drift.commands import files_run
from valohai_steps.ide.completion.item import Completion, CompletionKind, KnownName
from valohai_steps.ide.completion.yaml.page import Page
from valohai_steps.ide.completion.yaml.writing import offered_value
from valohai_steps.model.command_line import CommandLineFact
from valohai_steps.model.step import PythonValue
from valohai_steps.project.files import FileError
from valohai_steps.project.imports import WorkspaceImports
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.python_file import Syntax

# What decides how the value arrives; the rest is for the step's author to say.
_WRITTEN = ("type", "default", "multiple", "multiple-separator", "pass-as", "pass-true-as", "pass-false-as")


def arguments_of_script(page: Page) -> Iterator[Completion]:
    """What the step's script takes from its command line, less what the step has as parameters."""
    section, own = page.section, page.place.mapping
    fact = _fact(page, section) if section is not None else None
    if fact is None or fact.parser is None or own is None or section is None:
        return
    given = {*names_in(section, "parameters")} - {text_of(own, "name")}
    for argument in arguments_at(fact.parser, ()):
        form = parameter_for(argument, fact.library)
        if form.name not in given and not form.hidden and not form.cannot:
            yield _written(page, own, form)


def _written(page: Page, own: Mapping, form: ParameterForm) -> Completion:
    keys = form_as_mapping(form)
    shown = f"default {keys['default']}" if "default" in keys else ""
    detail = ", ".join(filter(None, (form.type, shown)))
    known = KnownName(form.name, detail, form.description or "", below=tuple(_lines(own, keys)))
    return offered_value(page.place, known, CompletionKind.PARAMETER)


def _lines(own: Mapping, keys: Dictionary[str, PythonValue]) -> Iterator[str]:
    """The keys that come with the name, as far as the parameter lacks them."""
    for key in _WRITTEN:
        value = keys.get(key)
        if value is None or own.has(key) or own.is_flow:
            continue
        values = value if isinstance(value, list) else [value]
        texts = [
            scalar_text(each, Quoting(), flow=isinstance(value, list)) for each in values if _is_plain(each)
        ]
        if len(texts) == len(values):
            yield f"{key}: [{', '.join(texts)}]" if isinstance(value, list) else f"{key}: {texts[0]}"


def _is_plain(value: PythonValue) -> bool:
    return isinstance(value, (str, int, float))


def _fact(page: Page, step: Mapping) -> CommandLineFact | None:
    """What the first script of the step takes that is there."""
    snapshot = page.snapshot
    names = files_run(list(commands_of(step)), text_of(step, "source-path") or None)
    for name in sorted(names):
        path = page.path.parent / name
        try:
            text = snapshot.text(path) if path.suffix == ".py" else None
        except FileError:
            continue  # its own finding says so where it is open
        if text is not None:
            from valohai_steps.source.command_line.reader import read_command_line  # where a script is read

            imports = WorkspaceImports(path, snapshot.root(path), partial(_syntax, snapshot))
            return read_command_line(text, imports).fact
    return None


def _syntax(snapshot: Snapshot, path: Path) -> Syntax | None:
    """The tree of a file that the script imports."""
    try:
        text = snapshot.text(path)
    except FileError:
        return None  # what cannot be read defines no name
    return Syntax(text) if text is not None else None
