"""Whether a word can become what an argument wants, and what it becomes."""

from collections.abc import Sequence

from valohai_steps.model.command_line import ArgumentFact, Conversion
from valohai_steps.model.step import PythonValue, Static

# `distutils.util.strtobool`, and click's and absl's words.
TRUE_WORDS = frozenset({"y", "yes", "t", "true", "on", "1"})
FALSE_WORDS = frozenset({"n", "no", "f", "false", "off", "0"})
_STRICT = frozenset({"click", "typer", "absl", "hf", "simple_parsing", "tyro"})


class NotTaken(Exception):  # noqa: N818  # an outcome, not an error
    """The script refuses the word. `why` completes "the script takes ..."."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def converted(argument: ArgumentFact, word: str, library: str) -> PythonValue:
    """What a word becomes; the word itself where that is not known. Raises NotTaken."""
    found = _converted(argument.conversion, word, library)
    choices = argument.choices
    if choices is not None and argument.conversion.kind != "own":
        wanted = [str(each) for each in choices] if library in ("click", "typer", "absl") else list(choices)
        if library == "argparse" and argument.conversion.kind == "literal":
            return found
        held = word if library in ("click", "typer", "absl") else found
        if argument.any_case and (same := _ignoring_case(word, choices)) is not None:
            return same
        if held not in wanted:
            raise NotTaken(f"one of {', '.join(map(str, choices))}")
    return found


def _ignoring_case(word: str, choices: Sequence[object]) -> str | None:
    """The choice that a word means where its case does not count."""
    return next((str(each) for each in choices if str(each).casefold() == word.casefold()), None)


def _converted(conversion: Conversion, word: str, library: str) -> PythonValue:
    if conversion.words is not None and word not in conversion.words:
        raise NotTaken(f"one of {', '.join(conversion.words)}" if conversion.words else "no value")
    match conversion.kind:
        case "int":
            return _bounded(conversion, _number(int, word, "an integer"))
        case "float":
            return _bounded(conversion, _number(float, word, "a number"))
        case "bool":
            return bool(word)
        case "truth":
            return _truth(conversion, word, library)
        case "split":
            element = Conversion(conversion.element)
            words = word.split(conversion.separator)
            return [_converted(element, each, library) for each in words]
        case _:
            return word


def _number(kind: type[int] | type[float], word: str, what: str) -> int | float:
    try:
        return kind(word)
    except ValueError:
        raise NotTaken(what) from None


def _bounded(conversion: Conversion, number: float) -> int | float:
    low, high = conversion.minimum, conversion.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        at_least = "" if low is None else f"at least {low}"
        at_most = "" if high is None else f"at most {high}"
        raise NotTaken(f"a number of {' and '.join(filter(None, (at_least, at_most)))}")
    return number


def _truth(conversion: Conversion, word: str, library: str) -> PythonValue:
    lower = word.lower()
    if lower in TRUE_WORDS or word == conversion.true:
        return True
    if lower in FALSE_WORDS or word == conversion.false:
        return False
    if library in _STRICT:
        raise NotTaken("true or false")
    return word


def is_default(argument: ArgumentFact, value: PythonValue) -> bool:
    """Whether a value given is the very default: argparse compares by identity, so small ones only."""
    default = argument.default.value if isinstance(argument.default, Static) else None
    if default is None or isinstance(default, bool):
        return value is default
    if isinstance(default, int) and isinstance(value, int) and not isinstance(value, bool):
        return value == default and -5 <= value <= 256
    return False
