"""The arguments of the script that a step runs, where a parameter gets its name: with type and default."""

from collections.abc import Iterator
from collections.abc import Mapping as Dictionary

from valohai_steps.config.cursor.named import commands_of, names_in, text_of
from valohai_steps.config.cursor.outline.pieces import Mapping
from valohai_steps.config.rendering.scalar_text import Quoting, scalar_text
from valohai_steps.drift.command_line.parameters_for import (
    ParameterForm,
    arguments_at,
    form_as_mapping,
    parameter_for,
)
from valohai_steps.drift.commands.runs import files_run
from valohai_steps.ide.completion.item import Completion, CompletionKind, KnownName
from valohai_steps.ide.completion.yaml.page import Page
from valohai_steps.ide.completion.yaml.text.writing import offered_value
from valohai_steps.model.command_line import CommandLineFact
from valohai_steps.model.step import PythonValue
from valohai_steps.project.readings.command_lines import script_read

# What decides how the value arrives; the rest is for the step's author to say.
_WRITTEN = ("type", "default", "multiple", "multiple-separator", "pass-as", "pass-true-as", "pass-false-as")


def arguments_of_script(page: Page) -> Iterator[Completion]:
    """What the step's script takes from its command line, less what the step has as parameters."""
    section, own = page.section, page.place.mapping
    if own is None or section is None:
        return
    given = {*names_in(section, "parameters")} - {text_of(own, "name")}
    yield from (_written(page, own, form) for form in _forms(page, section) if form.name not in given)


def argument_names(page: Page) -> Iterator[str]:
    """The names of what the script of the step at the cursor takes and a parameter can pass."""
    if page.section is not None:
        yield from (form.name for form in _forms(page, page.section))


def _forms(page: Page, step: Mapping) -> Iterator[ParameterForm]:
    fact = _fact(page, step)
    if fact is None or fact.parser is None:
        return
    for argument in arguments_at(fact.parser, ()):
        form = parameter_for(argument, fact.library)
        if not form.hidden and not form.cannot:
            yield form


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
    names = files_run(list(commands_of(step)), text_of(step, "source-path") or None)
    read = script_read(page.snapshot, page.path, tuple(sorted(names)))
    return read.fact if read is not None else None
