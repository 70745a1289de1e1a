"""What the placeholders of a command become with the defaults of the step's parameters."""

from collections.abc import Mapping
from shlex import quote

from valohai_steps.config.reader import YamlStep
from valohai_steps.drift.command_line.passing.parameter_words import default_flags, value_of, words_of
from valohai_steps.drift.command_line.passing.passed_lines import EVERYTHING
from valohai_steps.model.step import PythonValue


def written_for(
    step: YamlStep, placeholder: str, values: Mapping[str, PythonValue] | None = None
) -> str | None:
    """What stands in the command for a placeholder, named without its braces; None for one of no meaning.

    `values` are those of a node's override, by name. A parameter without a value is left out.
    """
    kind, _, name = placeholder.partition(":")
    given = {**default_flags(step), **(values or {})}
    known = [(item, value_of(item, given)) for item in step.parameters]
    if placeholder in EVERYTHING:
        return " ".join(quote(word) for item, value in known for word in words_of(item, value) or ())
    if placeholder == "source-path":
        source = step.get("source-path")
        return quote(str(source.value)) if source is not None else None
    found = next(((item, value) for item, value in known if item.name == name), None)
    if found is None:
        return None
    if kind == "parameter":
        return " ".join(map(quote, words_of(*found) or ()))
    return quote(str(found[1])) if kind == "parameter-value" and found[1] is not None else None
