"""The cases of tests/fixtures/command_lines: scripts with what each argument becomes, steps with findings."""

import json
from pathlib import Path, PurePath
from typing import Any

from tests.source.workspace import Folder
from valohai_steps.drift.command_line.parameters_for import ParameterForm, arguments_at, parameter_for
from valohai_steps.drift.commands.folders import command_lines
from valohai_steps.drift.commands.runs import runs
from valohai_steps.source.command_line.reader import CommandLine, read_command_line

FOLDER = Path(__file__).parents[1] / "fixtures" / "command_lines"
Case = dict[str, Any]


def cases(name: str) -> list[Case]:
    """All cases of one file."""
    found: list[Case] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return found


def read_case(case: Case) -> CommandLine:
    """The script of a case, read."""
    return read_command_line(case["source"], Folder(case["files"], PurePath()))


def forms_of(case: Case, line: CommandLine) -> dict[str, ParameterForm]:
    """What Valohai's YAML should hold, by the flag that names the argument, or the positional."""
    if line.fact is None or line.fact.parser is None:
        return {}
    words = next(runs(command_lines(case["command"]))).words
    before = [word.text for word in words[: [word.text for word in words].index("{parameters}")]]
    found = {}
    for argument in arguments_at(line.fact.parser, before):
        flags = [flag.text for flag in argument.flags]
        named = next((flag for flag in flags if flag.lstrip("-") == argument.name), argument.name)
        found[named] = parameter_for(argument, line.fact.library)
    return found
