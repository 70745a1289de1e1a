"""Random lines for a command line that was read: most are what it takes, with values of the right kind."""

import random
from collections.abc import Iterator

from valohai_steps.model.command_line import ArgumentFact, ParserFact

OF_KIND = {
    "int": ("1", "3", "-1", "12"),
    "float": ("0.5", "1", "-1", "1e-3"),
    "truth": ("true", "false", "1", "no"),
}
ANYTHING = ("1", "x", "0.5", "-1", "true", "a", "", "-", "--", "a=b", "-x", "--none")
OF_ANY_KIND = ("x", "a b", "1", "2020-01-01", "12345678-1234-5678-1234-567812345678", "/tmp")  # noqa: S108  # a word


def random_line(chance: random.Random, parser: ParserFact, *, orderly: float = 0.88) -> list[str]:
    """A line; `orderly` is how likely each part of it is one that the parser takes."""
    words: list[list[str]] = []
    for argument in parser.arguments:
        if argument.action == "help":
            continue
        if argument.is_positional:
            words += [[value] for value in _values(chance, argument, orderly)]
            continue
        needed = argument.required and chance.random() < orderly
        times = chance.choice((0, 0, 1, 1, 2, 3)) or needed
        for _ in range(times):
            words.insert(chance.randrange(len(words) + 1), list(_option(chance, argument, orderly)))
    if chance.random() > orderly:
        words.insert(chance.randrange(len(words) + 1), [chance.choice(ANYTHING)])
    line = [word for part in words for word in part]
    if parser.commands and chance.random() < orderly + 0.07:
        command = chance.choice(parser.commands)
        line += [chance.choice(command.names), *random_line(chance, command.parser, orderly=orderly)]
    return line


def _option(chance: random.Random, argument: ArgumentFact, orderly: float) -> Iterator[str]:
    flag = chance.choice([*(each.text for each in argument.flags), *argument.off_flags])
    if argument.is_switch or argument.action == "both":
        yield flag if chance.random() < orderly else f"{flag}=1"
        return
    values = _values(chance, argument, orderly)
    if len(values) == 1 and chance.random() < 0.5:
        yield f"{flag}={values[0]}" if flag.startswith("--") else flag + values[0]
        return
    yield flag
    yield from values


def _values(chance: random.Random, argument: ArgumentFact, orderly: float) -> list[str]:
    """Values for one use of an argument, now and then the wrong ones."""
    match argument.nargs:
        case int(amount):
            pass
        case "*":
            amount = chance.randrange(3)
        case "?":
            amount = chance.randrange(2)
        case "+":
            amount = chance.randrange(1, 3)
        case _:
            amount = 1
    if chance.random() > orderly + 0.07:
        amount = max(0, amount + chance.choice((-1, 1)))
    return [_value(chance, argument, orderly) for _ in range(amount)]


def _value(chance: random.Random, argument: ArgumentFact, orderly: float) -> str:
    if chance.random() > orderly:
        return chance.choice(ANYTHING)
    if argument.choices:
        return str(chance.choice(argument.choices))
    return chance.choice(OF_KIND.get(argument.conversion.kind, OF_ANY_KIND))
