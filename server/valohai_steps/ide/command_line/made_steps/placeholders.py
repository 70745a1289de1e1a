"""Placeholders for parameters, written into a command behind what it passes already."""

from collections.abc import Sequence

from valohai_steps.config.reader import YamlStep
from valohai_steps.config.writer import Operation, Set
from valohai_steps.drift.command_line.parameters_for import parameter_for
from valohai_steps.drift.command_line.passing.passed_lines import is_passed, placeholders
from valohai_steps.drift.commands.folders import command_lines
from valohai_steps.drift.commands.runs import runs
from valohai_steps.model.command_line import ArgumentFact
from valohai_steps.model.patterns import pattern

_BY_VALUE = pattern(r"(?<!\S)--?[\w-]+([= ])\{parameter-value:[^{}\s]+\}(?!\S)")


def passing(step: YamlStep, files: Sequence[str], arguments: Sequence[ArgumentFact]) -> list[Operation]:
    """The command of a step with a placeholder for each argument, where it runs one of these `files`.

    Nothing for those that it passes already, and where the place is not sure: the command does not start the
    file itself, or more than once, or an argument is taken by its place.
    """
    entry = step.get("command")
    passed = placeholders(step)
    lacking = [each for each in arguments if not is_passed(each.name, passed)]
    if entry is None or not lacking or any(each.is_positional for each in lacking):
        return []
    lines = command_lines(entry.value)
    found = [run for run in runs(lines) if run.files == tuple(files) and not run.is_shell]
    if len(found) != 1:
        return []
    line, end = lines[found[0].line], found[0].last
    words = _words(
        line[found[0].first : end], lacking, alone="{" not in "".join(lines) and not step.parameters
    )
    path = (*step.path, "command")
    whole = (*path, found[0].line) if isinstance(entry.value, list) else path
    return [Set(whole, f"{line[:end]} {words}{line[end:]}")]


def _words(run: str, arguments: Sequence[ArgumentFact], *, alone: bool) -> str:
    """What passes the arguments, in the style of the placeholders that are there; `alone`: there is none."""
    if alone:
        return "{parameters}"
    styles = [match[1] for match in _BY_VALUE.finditer(run)]
    one = styles[0] if len(set(styles)) == 1 and len(styles) == run.count("{") else None
    return " ".join(_placeholder(each, one) for each in arguments)


def _placeholder(argument: ArgumentFact, between: str | None) -> str:
    """`--x={parameter-value:x}`, where there is a value for certain; else `{parameter:x}`."""
    form = parameter_for(argument)
    if between is None or form.type == "flag" or form.multiple is not None or form.default is None:
        return f"{{parameter:{argument.name}}}"
    texts = [flag.text for flag in argument.flags]
    flag = next((text for text in texts if text.startswith("--")), texts[0])
    return f"{flag}{between}{{parameter-value:{argument.name}}}"
