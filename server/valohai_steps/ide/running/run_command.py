"""The command line that runs a step on this machine, as the runtime reads it, and what may be overridden."""

import os
import shlex
from collections.abc import Iterator
from pathlib import Path, PurePath, PurePosixPath
from typing import Literal

from msgspec import Struct

from valohai_steps.drift.declaration import parameter_type, remote_uris
from valohai_steps.ide.update.update import Refused
from valohai_steps.model.step import InputFact, ParameterFact, PythonValue, Static, StepFact
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import readable
from valohai_steps.project.python.notebooks import is_notebook
from valohai_steps.project.snapshot import Snapshot


class Override(Struct, frozen=True):
    """A parameter or input that the command line can give another value.

    `type` is Valohai's type of a parameter, None for an input and where nothing tells. `default` is the text
    behind `--name=` that means the default; None when there is none, or it can only be known at run time.
    `choices` are the only values, as they are written behind `--name=`; none: any. With a `separator` the
    value is several, joined by it. `optional`: it may be left empty.

    `spelled` are the words that pass a value, which `{v}` stands for; with a separator and `repeats` those of
    each of several, behind the words `before`. `on` and `off` are the words of a flag; None where it is
    spelled as other values are. `replaces` are the places in the run's `words` that a given value replaces.
    """

    name: str
    kind: Literal["parameter", "input"]
    type: str | None
    default: str | None
    description: str | None
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    separator: str | None = None
    optional: bool = False
    spelled: tuple[str, ...] | None = None
    before: tuple[str, ...] = ()
    repeats: bool = False
    on: tuple[str, ...] | None = None
    off: tuple[str, ...] | None = None
    replaces: tuple[int, ...] = ()


class RunCommand(Struct, frozen=True):
    """How to run a step of `file` in `folder`, that of valohai.yaml: here (`command`), on Valohai (`vh`).

    `command` and `vh` are written for a POSIX shell; `line` are the words of `command`, for any other.
    `words` follow the file whatever is overridden: what valohai.yaml passes to a script without `prepare()`.
    `runtime`: it imports the runtime, which calls `prepare()`.
    """

    step: str
    command: str
    file: Path
    folder: Path
    overrides: tuple[Override, ...]
    vh: str
    line: tuple[str, ...]
    words: tuple[str, ...] = ()
    runtime: bool = True


def run_command(snapshot: Snapshot, path: Path, name: str | None = None) -> RunCommand | Refused:
    """The command for the step `name`, or the first one, of a Python file, a notebook or a valohai.yaml.

    It gives every parameter its default, so that one value can be changed.
    """
    found = _step(snapshot, path, name)
    if found is None:
        return Refused(path, _missing(path, name))
    source, step = found
    yaml = snapshot.yaml_path(source)
    overrides = () if is_notebook(source) else tuple(_overrides(step))
    options = [
        option
        for override, fact in zip(overrides, step.parameters, strict=False)  # inputs follow: they keep theirs
        for option in _options(fact, override)
    ]
    words = [*_program(snapshot.source_in(source, yaml)), *options]
    return RunCommand(
        step.name, shlex.join(words), source, yaml.parent, overrides, on_valohai(step.name), tuple(words)
    )


def on_valohai(step: str) -> str:
    """The line of a POSIX shell that runs a step on Valohai, with the files as they are here."""
    return f"vh execution run --adhoc {shlex.quote(step)}"


def in_folder(folder: PurePath, command: str, *, windows: bool = os.name == "nt") -> str:
    """What to do to run a command in a folder; Windows PowerShell has no `&&`, cmd no `'`."""
    return f"in {folder}: {command}" if windows else f"cd {shlex.quote(str(folder))} && {command}"


def _step(snapshot: Snapshot, path: Path, name: str | None) -> tuple[Path, StepFact] | None:
    if is_yaml(path):
        steps = list(snapshot.steps_of(path))
    else:
        python = readable(snapshot.python(path))
        steps = [(path, step) for step in python.steps] if python is not None else []
    return next((found for found in steps if name in (None, found[1].name)), None)


def _missing(path: Path, name: str | None) -> str:
    if name is None:
        return "no step is declared here; call valohai.prepare(step=...) to declare one"
    where = "no Python file declares" if is_yaml(path) else "this file does not declare"
    return f"{where} the step {name!r}; check its name"


def _program(source: PurePosixPath) -> list[str]:
    if is_notebook(source):
        # A kernel has no command line of the step's own: a notebook runs with its defaults.
        output = source.with_name(f"{source.stem}.output{source.suffix}")
        return ["papermill", "-k", "python3", operand(source), operand(output)]
    return ["python", operand(source)]


def operand(source: PurePosixPath) -> str:
    """The path as a word that no program takes for an option."""
    return f"./{source}" if str(source).startswith("-") else str(source)


def _overrides(step: StepFact) -> Iterator[Override]:
    for parameter in step.parameters:
        default = _default(parameter)
        stated = _stated(parameter, "type")
        kind = stated if isinstance(stated, str) else parameter_type(default)
        separator = _separator(parameter)
        texts = _texts(default, separator) if default is not None else None
        whole = texts[0] if texts is not None and len(texts) == 1 else None
        yield Override(
            parameter.name,
            "parameter",
            kind,
            whole,
            _description(parameter),
            choices=_choices(parameter),
            minimum=_number(parameter, "min"),
            maximum=_number(parameter, "max"),
            separator=separator if isinstance(default, (list, tuple)) or _is_multiple(parameter) else None,
            optional=_stated(parameter, "optional") is True,
        )
    for each in step.inputs:
        uris = remote_uris(_default(each))
        # Several URIs of an input follow one flag as several words, so no single text means them all.
        default = uris[0] if len(uris) == 1 else None
        yield Override(each.name, "input", None, default, _description(each))


def _options(parameter: ParameterFact, override: Override) -> Iterator[str]:
    """The words that give a parameter its default; none where no text does."""
    if override.default is not None:
        yield f"--{parameter.name}={override.default}"
        return
    default = _default(parameter)
    for text in (_texts(default, _separator(parameter)) or ()) if default is not None else ():
        yield f"--{parameter.name}={text}"


def _texts(value: PythonValue, separator: str | None) -> list[str] | None:
    """What stands behind each `--name=` to mean a default; None when nothing does.

    `separator` is None where each flag takes one element (`multiple: repeat`).
    """
    if not isinstance(value, (list, tuple)):
        return [_text(value)] if isinstance(value, (bool, int, float, str)) else None
    elements = [_text(element) for element in value if isinstance(element, (bool, int, float, str))]
    if len(elements) != len(value) or "" in elements:
        return None
    if separator is None:
        return elements or None
    if any(separator in element for element in elements):
        return None
    return [separator.join(elements)]


def _text(value: bool | float | str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else repr(value)


def _separator(parameter: ParameterFact) -> str | None:
    stated = _stated(parameter, "multiple-separator")
    if _stated(parameter, "multiple") == "repeat":
        return None
    return stated if isinstance(stated, str) and stated else ","


def _is_multiple(parameter: ParameterFact) -> bool:
    return _stated(parameter, "multiple") not in (None, False)


def _choices(parameter: ParameterFact) -> tuple[str, ...]:
    stated = _stated(parameter, "choices")
    values = stated if isinstance(stated, (list, tuple)) else ()
    return tuple(_text(value) for value in values if isinstance(value, (bool, int, float, str)))


def _number(parameter: ParameterFact, key: str) -> float | None:
    stated = _stated(parameter, key)
    return stated if isinstance(stated, (int, float)) and not isinstance(stated, bool) else None


def _default(fact: ParameterFact | InputFact) -> PythonValue:
    return fact.default.value if isinstance(fact.default, Static) else None


def _description(fact: ParameterFact) -> str | None:
    stated = _stated(fact, "description")
    return stated if isinstance(stated, str) else None


def _stated(fact: ParameterFact, key: str) -> PythonValue:
    values = (each.value for each in fact.attributes if each.name.replace("_", "-") == key)
    return next((value.value for value in values if isinstance(value, Static)), None)
