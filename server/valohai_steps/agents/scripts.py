"""What a script without prepare() takes from the command line that a step gives it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, Struct

from valohai_steps.agents.surroundings import Surroundings
from valohai_steps.agents.values import plain
from valohai_steps.config.reader import YamlStep
from valohai_steps.drift.command_line.differences import ScriptRead
from valohai_steps.drift.command_line.parameters_for import parameter_for
from valohai_steps.ide.command_line.bindings import lines_with_values
from valohai_steps.ide.command_line.made_steps.generation import steps_with_arguments
from valohai_steps.project.disk.files import readable
from valohai_steps.project.readings.command_lines import script_read


class ScriptArgument(Struct, frozen=True):
    """An argument of a script."""

    name: str
    flags: Annotated[list[str], Meta(description="How it is given; none: by its position.")]
    type: Annotated[str, Meta(description="The type that a parameter for it has.")]
    default: Any
    required: bool
    parameter: Annotated[bool, Meta(description="True: a parameter of the step sets it.")]


class DescribedScript(Struct, frozen=True):
    """A script that reads its own command line, by argparse, click or the like."""

    path: str
    library: str
    arguments: list[ScriptArgument]


def scripts_of(around: Surroundings, yaml: Path, step: YamlStep) -> Iterator[DescribedScript]:
    """The scripts that a step runs, as far as their arguments are known."""
    snapshot = around.snapshot
    file = readable(snapshot.yaml(yaml))
    for read in _read_scripts(around, yaml, step):
        if read.fact.parser is None or file is None:
            continue
        for each in steps_with_arguments(snapshot, yaml, file, read):
            if each.step is step:
                arguments = [
                    ScriptArgument(
                        form.name,
                        [flag.text for flag in argument.flags],
                        form.type,
                        plain(form.default),
                        form.required,
                        argument in each.passed,
                    )
                    for argument in (*each.passed, *each.missing)
                    for form in (parameter_for(argument, read.fact.library),)
                ]
                yield DescribedScript(around.shown(Path(read.path)), read.fact.library, arguments)
                break


def script_lines(script: DescribedScript) -> Iterator[str]:
    """The script in words."""
    yield f"{script.path} takes ({script.library}):"
    for each in script.arguments:
        default = "required" if each.required else f"default {each.default}"
        whether = "" if each.parameter else "; not a parameter of the step"
        yield f"- {', '.join(each.flags) or each.name}: {each.type}, {default}{whether}"


def _read_scripts(around: Surroundings, yaml: Path, step: YamlStep) -> list[ScriptRead]:
    """The scripts in the workspace that the step runs, each once."""
    lines = lines_with_values(around.snapshot, yaml, step)
    names = dict.fromkeys(name for line in lines for name in line.run.files)
    read = (script_read(around.snapshot, yaml, (name,)) for name in names)
    found = {each.path: each for each in read if each is not None and not around.leaves(Path(each.path))}
    return list(found.values())
