"""The values that a step is judged with beside its defaults: samples, both sides of a flag, each choice."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from valohai_steps.config.reader import YamlItem, YamlStep
from valohai_steps.drift.command_line.passing.parameter_words import multiple_of, parameter_type_of, words_of
from valohai_steps.drift.command_line.passing.passed_lines import PassedLine, ShellScripts, passed_lines
from valohai_steps.model.step import PythonValue

_SAMPLES: Mapping[str, PythonValue] = MappingProxyType({"integer": 1, "float": 1.0})


def needed_values(step: YamlStep) -> dict[str, PythonValue]:
    """A sample for each parameter that must be given a value, because it has none and is not optional."""
    found: dict[str, PythonValue] = {}
    for item in step.parameters:
        kind, optional, default = parameter_type_of(item), item.get("optional"), item.get("default")
        has_default = default is not None and default.value is not None
        if kind != "flag" and not has_default and not (optional is not None and optional.value is True):
            found[item.name] = sample_value(item)
    return found


def values_to_try(item: YamlItem) -> Iterator[tuple[PythonValue, bool]]:
    """The values to try beside the default, and whether one is a mere sample."""
    if parameter_type_of(item) == "flag":
        for value in (True, False):
            if words_of(item, value):
                yield value, False
        return
    choices = item.get("choices")
    if choices is not None and choices.node.kind == "sequence":
        several = multiple_of(item) is not None
        yield from (([node.value] if several else node.value, False) for node in choices.node.items)
    elif item.get("default") is None:
        yield sample_value(item), True


def passed_again(
    step: YamlStep,
    shell: ShellScripts | None,
    lines: Sequence[PassedLine],
    values: Mapping[str, PythonValue],
) -> list[PassedLine | None]:
    """What each run of a step, all of which are given, gets with other values.

    None where something else is run then: a parameter may be the name of the program, or of the file.
    """
    again = list(passed_lines(step, values, shell))
    return [
        again[number] if number < len(again) and again[number].run.files == line.run.files else None
        for number, line in enumerate(lines)
    ]


def sample_value(item: YamlItem) -> PythonValue:
    """A value that nothing is said about: only the flag in front of it is judged."""
    choices = item.get("choices")
    if choices is not None and choices.node.items:
        return choices.node.items[0].value
    return _SAMPLES.get(parameter_type_of(item), "x")
