"""Python itself as the oracle of values: programs run in processes of their own, beside a stub `valohai`."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from tests.source.oracle.runner import shown
from tests.source.workspace import Folder
from valohai_steps.model.step import ParameterFact, Static, StepFact
from valohai_steps.source.python_file import PythonFile, read_module

_RUNNER = Path(__file__).with_name("runner.py")
_AT_ONCE = 500


@dataclass(frozen=True)
class Program:
    """A program of the test's own: its main file, and the modules that it may import, by path."""

    source: str
    modules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """What Python did: each `prepare()` that ran, as (step, what it got), and the exception that ended it."""

    calls: tuple[tuple[str, str], ...]
    error: str


def run_programs(programs: Sequence[Program]) -> list[Run]:
    """Run each program, many in one process, each in a child of it. Raises CalledProcessError."""
    found: list[Run] = []
    for start in range(0, len(programs), _AT_ONCE):
        chunk = programs[start : start + _AT_ONCE]
        sent = json.dumps([[program.source, dict(program.modules)] for program in chunk])
        done = subprocess.run(
            [sys.executable, "-I", str(_RUNNER)], input=sent, capture_output=True, text=True, check=True
        )
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(answers) == len(chunk), done.stderr
        found += [Run(tuple((step, got) for step, got in calls), error) for calls, error in answers]
    return found


def read_program(program: Program) -> PythonFile:
    """The program, read as a workspace of its files."""
    files = {"train.py": program.source, **program.modules}
    return read_module(program.source, Folder(files, PurePath()))


def differences(program: Program, run: Run, file: PythonFile | None = None) -> Iterator[str]:
    """Every value that is read as known, and that some run of its call did not get.

    `file` is the program as it was read, when it was.
    """
    steps = (file or read_program(program)).steps
    names = [step.name for step in steps]
    for step in steps:
        if not step.complete or step.stale or names.count(step.name) > 1:
            continue
        said = shown(values_of(step))
        for name, got in run.calls:
            if name == step.name and got != said:
                yield f"step {name}: read {said}, got {got}"


def is_known(file: PythonFile) -> bool:
    """Whether every step is read as complete."""
    return bool(file.steps) and all(step.complete and not step.stale for step in file.steps)


def values_of(step: StepFact) -> dict[str, object]:
    """What a complete step says its call gets, as keyword arguments."""
    values: dict[str, object] = {}
    for name in ("image", "environment", "upload_store", "multifile"):
        value = getattr(step, name)
        if isinstance(value, Static):
            values[name] = value.value
    for name, facts in (("default_parameters", step.parameters), ("default_inputs", step.inputs)):
        given = {fact.name: _value(fact) for fact in facts}
        if given:
            values[name] = given
    return values


def _value(fact: ParameterFact) -> object:
    stated = {} if fact.default is None else {"default": fact.default}
    if not fact.nested:
        return _plain(stated.get("default"))
    return {
        **{key: _plain(value) for key, value in stated.items()},
        **{attribute.name: _plain(attribute.value) for attribute in fact.attributes},
    }


def _plain(value: object) -> object:
    return value.value if isinstance(value, Static) else value


def is_python(source: str) -> bool:
    """Whether a text compiles."""
    try:
        ast.parse(source)
        compile(source, "program", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True
