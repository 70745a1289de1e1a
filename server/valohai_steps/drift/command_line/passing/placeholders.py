"""What stands in braces in a step's command, and which parameters that passes."""

from valohai_steps.config.reader import YamlStep
from valohai_steps.drift.commands.folders import command_lines
from valohai_steps.model.patterns import pattern

# `{(.+?)}` of the vendor; without the second brace it is none, and nothing behind it on the line is one.
PLACEHOLDER = pattern(r"{(.[^}\n]*)(}?)")
EVERYTHING = ("parameters", "params")


def lines_of(step: YamlStep) -> list[str]:
    """The lines of a step's command as they are written."""
    command = step.get("command")
    return [] if command is None else command_lines(command.value)


def placeholders(step: YamlStep) -> frozenset[str]:
    """What stands in braces in the command."""
    found = (match for line in lines_of(step) for match in PLACEHOLDER.finditer(line) if match[2])
    return frozenset(match[1] for match in found)


def is_passed(name: str, found: frozenset[str]) -> bool:
    """Whether one of the `placeholders` of a command passes a parameter: its own, or one for all."""
    return not found.isdisjoint(_passing(name))


def are_own(found: frozenset[str], step: YamlStep) -> bool:
    """Whether all `placeholders` of a command are Valohai's: none is misspelt, or meant for the shell."""
    own = (each for item in step.parameters for each in _passing(item.name))
    return found.issubset(("source-path", *EVERYTHING, *own))


def _passing(name: str) -> tuple[str, ...]:
    return (*EVERYTHING, f"parameter:{name}", f"parameter-value:{name}")
