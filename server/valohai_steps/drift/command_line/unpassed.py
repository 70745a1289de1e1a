"""VH134 for single parameters: the script takes them, and no placeholder of the command is theirs."""

from collections.abc import Iterator

from valohai_steps.drift.command_line.differences import About, Difference, Side
from valohai_steps.drift.command_line.matching.outcome import Taking
from valohai_steps.drift.command_line.parameters_for import arguments_at
from valohai_steps.drift.command_line.passing.passed_lines import are_own, is_passed


def unpassed(side: Side, taking: Taking, passed: frozenset[str]) -> Iterator[Difference]:
    """The parameters of a step that reach the script in no way, although it takes them.

    `passed` are the placeholders of the command. Nothing where the shell fills in a word, where a placeholder
    may be meant for one of them, or where the script reads the parameters by itself.
    """
    if side.script.everything or taking.uncertain or not are_own(passed, side.step):
        return
    if not all(word.known for word in side.line.words):
        return
    given = {id(each.argument) for each in taking.taken}
    arguments = {each.name: each for each in arguments_at(taking.parser, ()) if id(each) not in given}
    for item in side.step.parameters:
        argument = arguments.get(item.name)
        if argument is not None and item.name not in side.script.named and not is_passed(item.name, passed):
            message = (
                f"step {side.step.name!r} does not pass parameter {item.name} to {side.script.name}; "
                f"add {{parameter:{item.name}}} to the command"
            )
            yield side.difference("VH134", message, item.name_span, About(item, argument))
