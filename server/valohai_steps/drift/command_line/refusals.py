"""What a script refuses of the words that it gets, each with its place and what to do: VH131 to VH133."""

from collections.abc import Iterator, Sequence

from valohai_steps.config.lint.nearest import listed
from valohai_steps.config.reader import YamlItem
from valohai_steps.drift.command_line.differences import (
    About,
    Difference,
    Side,
    choice_place,
    place_of_key,
)
from valohai_steps.drift.command_line.matching.meanings import Meanings, Meant
from valohai_steps.drift.command_line.matching.option_words import flag_shown
from valohai_steps.drift.command_line.matching.outcome import Refusal
from valohai_steps.drift.command_line.passing.parameter_words import multiple_of, parameter_type_of
from valohai_steps.drift.command_line.passing.passed_lines import PassedWord
from valohai_steps.model.command_line import ArgumentFact
from valohai_steps.model.step import PythonValue
from valohai_steps.model.text import Span


def not_taken(side: Side, meanings: Meanings, refusal: Refusal, word: PassedWord) -> Difference:
    """VH131: a word that the script does not take."""
    item = word.parameters[0] if len(word.parameters) == 1 else None
    name, parser = side.script.name, meanings.parser
    if refusal.kind == "exclusive" and refusal.argument is not None:
        message = (
            f"{name} takes only one of the group that {flag_shown(refusal.argument)} is in; remove the others"
        )
        return side.difference(
            "VH131", message, side.place_of(word), About(item=item, argument=refusal.argument)
        )
    if refusal.kind == "command":
        names = ", ".join(each.names[0] for each in parser.commands)
        message = f"{name} has no command {word.text!r}; it has {names}"
        return side.difference("VH131", message, side.place_of(word), About(item=item))
    flag = word.text.partition("=")[0]
    near = meanings.meant(flag)
    if refusal.kind == "ambiguous":
        message = f"{flag} may be short for several arguments of {name}; write the one that is meant"
    elif refusal.kind == "extra":
        message = f"{name} takes no {word.text!r}, which is not an option; {meanings.offer(near)}"
    else:
        message = f"{name} takes no {flag}; {meanings.offer(near)}"
    return side.difference("VH131", message, side.place_of(word), about_unknown(item, near))


def about_unknown(item: YamlItem | None, near: Meant | None) -> About:
    """What an unknown flag is about: only a flag of the same sense is offered to the fixes."""
    if near is None or not near.fits:
        return About(item=item, argument=None if near is None else near.argument)
    return About(item=item, meant=near.argument)


def missing(side: Side, refusal: Refusal, *, is_open: bool) -> Iterator[Difference]:
    """VH132: what the script requires, and the step does not pass."""
    argument, step = refusal.argument, side.step
    if is_open or (argument is not None and argument.conditional):
        return
    if refusal.kind == "group":
        message = _missing_message(side, f"one of {refusal.text}")
        if argument is None:
            message = (
                f"{side.script.name} requires a command, and step {step.name!r} names none; "
                f"add {listed(refusal.text.split(', '))} behind {side.script.name}"
            )
        yield side.difference("VH132", message, step.name_span, About())
    elif argument is not None:
        message = _missing_message(side, flag_shown(argument))
        yield side.difference("VH132", message, step.name_span, About(argument=argument))


def _missing_message(side: Side, what: str) -> str:
    return (
        f"{side.script.name} requires {what}, and step {side.step.name!r} does not pass it; add a parameter"
    )


def flag_twice(side: Side, refusal: Refusal) -> Difference | None:
    """VH133 for a flag around a parameter that passes its own."""
    words = _twice(side.line.words, refusal)
    if not words:
        return None
    item, flag = words[-1].parameters[0], words[0].text.partition("=")[0]
    place = side.command_place(Span(words[0].source.start, words[-1].source.end))
    is_own = side.places.text.endswith(f"{{parameter:{item.name}}}", place.start, place.end)
    end = f"use {{parameter-value:{item.name}}}" if is_own else f"remove the {flag} in front"
    shown = " ".join(word.text for word in words)
    message = f"this gives {side.script.name} {flag} twice, {shown}; {end}"
    return side.difference("VH133", message, place, About(item=item, argument=refusal.argument))


def _twice(words: Sequence[PassedWord], refusal: Refusal) -> Sequence[PassedWord]:
    """The words that give an argument its flag where its value should be; none where another thing is wrong.

    `--x={parameter:x}`, or two: `--x {parameter:x}`, of which click takes the second for the value.
    """
    argument, place = refusal.argument, refusal.word
    if argument is None or place is None or refusal.kind not in ("no-value", "value"):
        return ()
    flags = {flag.text for flag in argument.flags}
    flag, _, value = words[place].text.partition("=")
    if refusal.kind == "value" and not words[place].whole and len(words[place].parameters) == 1:
        return (words[place],) if {flag, value.partition("=")[0]} <= flags else ()
    first = place if refusal.kind == "no-value" else place - 1
    pair = words[first : first + 2] if first >= 0 else ()
    if len(pair) < 2 or pair[0].parameters or not pair[1].whole:
        return ()
    return pair if {pair[0].text, pair[1].text.partition("=")[0]} <= flags else ()


def value_not_taken(side: Side, refusal: Refusal, word: PassedWord, value: PythonValue) -> Difference:
    """VH133: a value that an argument does not take."""
    argument, name = refusal.argument, side.script.name
    item = word.parameters[0] if len(word.parameters) == 1 else None
    flag = "it" if argument is None else flag_shown(argument)
    if refusal.kind == "switch-value":
        message = f"{flag} of {name} is a switch and takes no value; make the parameter a flag"
    elif refusal.kind == "no-value":
        message = (
            f"{flag} of {name} takes {_count(argument)}, and this passes {_passed(word)}; {_advice(argument)}"
        )
    elif argument is not None and argument.conversion.words == ():
        message = (
            f"no value of {flag} of {name} is accepted: its choices are strings, and type= makes something "
            "else; change type= or the choices"
        )
    else:
        flag_given, joined, value_given = word.text.partition("=")
        shown = value_given if joined and flag_given.startswith("-") else word.text  # `--epochs five` is two
        message = f"{flag} of {name} takes {refusal.text}, and not {shown!r}; change the value or its type"
    place = side.place_of(word) if item is None else _value_place(item, refusal, value)
    return side.difference("VH133", message, place, About(item=item, argument=argument))


def _count(argument: ArgumentFact | None) -> str:
    nargs = None if argument is None else argument.nargs
    return f"{nargs} values" if isinstance(nargs, int) and nargs > 1 else "a value"


def _passed(word: PassedWord) -> str:
    return "one" if "=" in word.text else "none"


def _advice(argument: ArgumentFact | None) -> str:
    several = argument is not None and isinstance(argument.nargs, int) and argument.nargs > 1
    return "Valohai cannot pass several words" if several else "give it one, or make the argument a switch"


def _value_place(item: YamlItem, refusal: Refusal, value: PythonValue) -> Span:
    """The part of a parameter that its value comes from."""
    if parameter_type_of(item) == "flag":
        key = "pass-true-as" if value is not False else "pass-false-as"
        return (
            place_of_key(item, key, "pass-as", "type")
            if refusal.kind == "value"
            else place_of_key(item, "type")
        )
    if refusal.kind == "value" and multiple_of(item) == "separate":
        return place_of_key(item, "multiple")
    if value is not None:
        single = value[0] if isinstance(value, list) and len(value) == 1 else value
        return choice_place(item, single)
    return place_of_key(item, "default", "type")
