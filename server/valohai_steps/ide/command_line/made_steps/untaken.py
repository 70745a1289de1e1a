"""Parameters that a script no longer takes: with the setting `arguments = "own"` they go."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from valohai_steps.config.reader import YamlItem, YamlStep
from valohai_steps.config.writer import Operation, Remove
from valohai_steps.drift.command_line.differences import ScriptRead
from valohai_steps.drift.command_line.matching.taking import take
from valohai_steps.drift.command_line.passing.passed_lines import PassedLine
from valohai_steps.ide.command_line.bindings import lines_with_values
from valohai_steps.model.command_line import ParserFact
from valohai_steps.project.readings.command_lines import script_read
from valohai_steps.project.snapshot import Snapshot


def untaken(snapshot: Snapshot, yaml: Path, step: YamlStep, script: ScriptRead) -> Iterator[YamlItem]:
    """The parameters that pass a flag of their own name which the script refuses.

    None where not all that the script takes is known, where it takes a parameter by other ways, and where
    another file gets it too. Flags of any of its sub-commands are taken.
    """
    fact, parser = script.fact, script.fact.parser
    if parser is None or parser.open or fact.leftovers or fact.stale or script.everything:
        return
    lines = lines_with_values(snapshot, yaml, step)
    known = _flags(parser)
    for item in step.parameters:
        passing = [line for line in lines if any(item in word.parameters for word in line.words)]
        if passing and item.name not in script.named:
            alone = all(script_read(snapshot, yaml, line.run.files) is script for line in passing)
            if alone and all(_refuses(parser, fact.library, line, item, known) for line in passing):
                yield item


def removing(step: YamlStep, items: Sequence[YamlItem], adding: Sequence[Operation]) -> list[Operation]:
    """The operations that take parameters out of a step; `adding` may put others into the same list."""
    path = (*step.path, "parameters")
    if items and len(items) == len(step.parameters) and not any(each.path == path for each in adding):
        return [Remove(path)]
    return [Remove(item.path) for item in items]


def _flags(parser: ParserFact) -> set[str]:
    on = {flag.text for argument in parser.everything for flag in argument.flags}
    return on.union(*(argument.off_flags for argument in parser.everything))


def _refuses(parser: ParserFact, library: str, line: PassedLine, item: YamlItem, known: set[str]) -> bool:
    mine = [place for place, word in enumerate(line.words) if item in word.parameters]
    flag = line.words[mine[0]].text.partition("=")[0]
    own = all(line.words[place].whole for place in mine) and flag.lstrip("-") == item.name
    if not own or not flag.startswith("-") or flag in known:
        return False
    shell = frozenset(place for place, word in enumerate(line.words) if not word.known)
    taking = take(parser, library, [word.text for word in line.words], shell)
    return not taking.uncertain and any(
        each.kind == "flag" and each.word == mine[0] for each in taking.refusals
    )
