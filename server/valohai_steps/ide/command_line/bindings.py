"""Which parameter of a step sets which argument of the script that it runs."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from valohai_steps.config.reader import YamlItem, YamlStep
from valohai_steps.drift.command_line.differences import ScriptRead
from valohai_steps.drift.command_line.matching.taking import take
from valohai_steps.drift.command_line.passing.parameter_words import parameter_type_of
from valohai_steps.drift.command_line.passing.passed_lines import PassedLine, passed_lines, settled_files
from valohai_steps.drift.command_line.samples import sample_value
from valohai_steps.model.command_line import ArgumentFact, Flag
from valohai_steps.project.readings.command_lines import script_read, shell_script
from valohai_steps.project.snapshot import Snapshot


class Abbreviated(Struct, frozen=True):
    """A parameter whose word, `short`, is only the beginning of a flag (`allow_abbrev` of argparse)."""

    item: YamlItem
    argument: ArgumentFact
    flag: Flag
    short: str


class ScriptRun(Struct, frozen=True):
    """One run of a script by a step, with a value for every parameter."""

    step: YamlStep
    line: PassedLine
    script: ScriptRead

    def taken(self) -> Iterator[tuple[YamlItem, ArgumentFact]]:
        """The parameters whose words the script takes, each with the argument."""
        parser = self.script.fact.parser
        if parser is None:
            return
        words = [word.text for word in self.line.words]
        for taken in take(parser, self.script.fact.library, words).taken:
            for place in taken.words:
                yield from ((item, taken.argument) for item in self.line.words[place].parameters)

    def abbreviated(self) -> Iterator[Abbreviated]:
        """The parameters that pass only the beginning of a flag, which argparse takes for it."""
        for item, argument in self.taken():
            flags = {flag.text: flag for flag in argument.flags}
            for word in self.line.words:
                short = word.text.partition("=")[0]
                meant = next((flag for flag in flags if flag.startswith(short)), None)
                if item in word.parameters and meant and len(short) > 1 and short not in flags:
                    yield Abbreviated(item, argument, flags[meant], short)


def script_runs(snapshot: Snapshot, yaml: Path, steps: Iterable[YamlStep]) -> Iterator[ScriptRun]:
    """Every run of a script that reads its own command line; the lines of no other step are built."""
    for step in steps:
        settled = settled_files(step)
        if settled is not None and not any(script_read(snapshot, yaml, files) for files in settled):
            continue
        for line in lines_with_values(snapshot, yaml, step):
            script = script_read(snapshot, yaml, line.run.files)
            if script is not None:
                yield ScriptRun(step, line, script)


def lines_with_values(snapshot: Snapshot, yaml: Path, step: YamlStep) -> tuple[PassedLine, ...]:
    """What a step passes when every parameter has a value: a sample where valohai.yaml has none."""
    samples = {item.name: True for item in step.parameters if parameter_type_of(item) == "flag"}
    missing = {item.name: sample_value(item) for item in step.parameters if item.get("default") is None}
    return passed_lines(step, {**missing, **samples}, lambda name: shell_script(snapshot, yaml, name))
