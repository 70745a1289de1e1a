"""VH136: values that are taken, and arrive as something else."""

from collections.abc import Iterator

from valohai_steps.config.reader import YamlItem
from valohai_steps.drift.command_line.differences import About, Difference, Side, place_of_key
from valohai_steps.drift.command_line.matching.conversion import FALSE_WORDS
from valohai_steps.drift.command_line.matching.outcome import Taken, Taking
from valohai_steps.drift.command_line.passing.parameter_words import (
    multiple_of,
    parameter_type_of,
    value_of,
    words_of,
)
from valohai_steps.model.command_line import ArgumentFact
from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import PythonValue, Static
from valohai_steps.model.text import Span

_FLAG = pattern("--?[A-Za-z]")


def changed_values(side: Side, taking: Taking, only: YamlItem | None = None) -> Iterator[Difference]:
    """What arrives otherwise; `only` is the one parameter whose value was tried."""
    refused = {each.word for each in taking.refusals if each.kind == "value"}
    for taken in taking.taken:
        word = side.line.words[taken.words[0]] if taken.words else None
        if word is None or not taken.known:
            continue
        item = word.parameters[-1] if word.parameters else _last_item(side, taken)
        if only is not None and (item is None or item.name != only.name):
            continue
        if taken.words[-1] not in refused:  # which says so itself
            yield from _wrapped_twice(side, taken)
        if item is not None:
            yield from _of_parameter(side, taken, item)
    if only is None:
        yield from _cannot_be_switched_off(side, taking)


def _last_item(side: Side, taken: Taken) -> YamlItem | None:
    items = side.line.words[taken.words[-1]].parameters
    return items[-1] if items else None


def _of_parameter(side: Side, taken: Taken, item: YamlItem) -> Iterator[Difference]:
    argument, kind = taken.argument, taken.argument.conversion.kind
    value = taken.values[0] if len(taken.values) == 1 else None
    if kind == "bool" and value is not None and value.lower() in FALSE_WORDS:
        message = (
            f"{_flag(argument)} turns every string but an empty one into True, so {value!r} arrives as True; "
            f"pass {_flag(argument)}= for false, or use BooleanOptionalAction"
        )
        place = _flag_place(item) if parameter_type_of(item) == "flag" else place_of_key(item, "default")
        yield _difference(side, message, place, (item, argument), argument.conversion.span)
    yield from _of_several(side, argument, item)
    default = _default(argument)
    if _is_number(default) and kind == "text" and not argument.conversion.stated:
        name = type(default).__name__
        message = f"{_flag(argument)} has no type, so numbers arrive as strings; use type={name}"
        yield _difference(side, message, item.name_span, (item, argument))


def _of_several(side: Side, argument: ArgumentFact, item: YamlItem) -> Iterator[Difference]:
    """Several values: only the last arrives, or all as one, or more than were given."""
    multiple = multiple_of(item)
    several = argument.nargs in ("+", "*") and not argument.is_positional
    overwrites = argument.action == "store" and not argument.is_positional and (several or _size(item) > 1)
    # What is extended begins with its default.
    adds = side.fact.library == "argparse" and _default(argument) and _size(item)
    one_side = ", with the default on one side" if adds else ""
    if multiple == "repeat" and overwrites and side.fact.library in ("argparse", "hf", "simple_parsing"):
        message = f'{_flag(argument)} keeps only the last of repeated values; use action="extend"{one_side}'
        yield _difference(side, message, place_of_key(item, "multiple"), (item, argument))
    if multiple == "separate" and several and argument.conversion.kind == "text" and _size(item) > 1:
        extend = f' and action="extend"{one_side}' if argument.action == "store" else ""
        message = f"the values of {item.name!r} arrive as one string; use multiple: repeat{extend}"
        yield _difference(side, message, place_of_key(item, "multiple"), (item, argument))
    if adds and argument.action in ("append", "extend"):
        message = (
            f"{_flag(argument)} adds to its default in Python, so both lists arrive; "
            "remove the default on one side"
        )
        yield _difference(side, message, place_of_key(item, "default"), (item, argument))


def _is_number(value: PythonValue) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _wrapped_twice(side: Side, taken: Taken) -> Iterator[Difference]:
    """`--x={parameter:x}`, `--x {parameter:x}`: the placeholder brings `--x=` of its own."""
    first, last = (side.line.words[taken.words[place]] for place in (0, -1))
    if (first is last and last.whole) or len(last.parameters) != 1 or len(taken.values) != 1:
        return
    item = last.parameters[0]
    value = value_of(item, {})
    inner = words_of(item, value)
    if inner and taken.values[0] == inner[0] != str(value) and _FLAG.match(inner[0]):
        message = (
            f"{taken.values[0]!r} arrives as the value; use {{parameter-value:{item.name}}}, "
            f"or {{parameter:{item.name}}} without the flag in front"
        )
        place = side.command_place(Span(first.source.start, last.source.end))
        yield Difference(
            "VH136", message, side.step, side.script, place, None, side.script.path, item, taken.argument
        )


def _cannot_be_switched_off(side: Side, taking: Taking) -> Iterator[Difference]:
    """A flag that passes nothing for false, over an argument that is True by itself."""
    for item in side.step.parameters:
        if parameter_type_of(item) != "flag" or words_of(item, False):  # the value of a flag
            continue
        words = words_of(item, True)  # the value of a flag
        argument = None if not words else _named(taking, words[0])
        if argument is None or _default(argument) is not True or argument.action == "store_false":
            continue
        message = f"{_flag(argument)} is True by default, and nothing is passed for false; add pass-false-as"
        yield _difference(side, message, place_of_key(item, "type"), (item, argument))


def _named(taking: Taking, word: str) -> ArgumentFact | None:
    name = word.partition("=")[0]
    for argument in taking.parser.arguments:
        if any(flag.text == name for flag in argument.flags):
            return argument
    return None


def _flag_place(item: YamlItem) -> Span:
    return place_of_key(item, "pass-false-as", "pass-true-as", "type")


def _difference(
    side: Side,
    message: str,
    yaml: Span,
    about: tuple[YamlItem, ArgumentFact],
    python: Span | None = None,
) -> Difference:
    return side.difference("VH136", message, yaml, About(*about, python=python))


def _flag(argument: ArgumentFact) -> str:
    named = (flag.text for flag in argument.flags if flag.text.lstrip("-+") == argument.name)
    return next(named, argument.flags[0].text if argument.flags else argument.name)


def _default(argument: ArgumentFact) -> PythonValue:
    return argument.default.value if isinstance(argument.default, Static) else None


def _size(item: YamlItem) -> int:
    value = value_of(item, {})
    return len(value) if isinstance(value, list) else 0
