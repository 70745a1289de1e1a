"""What each argument of a script becomes in valohai.yaml (COMMAND-LINES 3)."""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from valohai_steps.drift.declaration import parameter_type
from valohai_steps.model.command_line import ArgumentFact, Kind, ParserFact
from valohai_steps.model.step import PythonValue, Static

_TYPES: Mapping[Kind, str] = MappingProxyType({"int": "integer", "float": "float", "text": "string"})
_TRUE_WORDS = frozenset({"true", "yes", "t", "y", "on", "1"})
_FALSE_WORDS = frozenset({"false", "no", "f", "n", "off", "0"})
_LISTS = ("append", "extend")
_NUMBERS = MappingProxyType(
    {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}
)


class ParameterForm(Struct, frozen=True, kw_only=True):
    """A parameter as valohai.yaml should hold it.

    `default` is None when the YAML gets none. `trap` is what arrives otherwise than people think: "bool",
    "text", "list", "append-default". `lossy` says what Valohai cannot pass; `cannot`: not even one value.
    """

    name: str
    type: str
    default: PythonValue = None
    optional: bool = False
    required: bool = False
    choices: tuple[PythonValue, ...] | None = None
    min: float | None = None
    max: float | None = None
    multiple: str | None = None
    separator: str | None = None
    description: str | None = None
    pass_as: str | None = None
    pass_true_as: str | None = None
    pass_false_as: str | None = None
    trap: str | None = None
    lossy: str | None = None
    cannot: bool = False
    hidden: bool = False
    conditional: bool = False


def arguments_at(parser: ParserFact, words: Sequence[str]) -> tuple[ArgumentFact, ...]:
    """The arguments that may be written behind these words: those of the sub-command that they choose.

    Positionals come first, in Python's order: flags may stand anywhere, they may not.
    """
    for word in words:
        chosen = next((command for command in parser.commands if word in command.names), None)
        if chosen is not None:
            parser = chosen.parser
    found = [argument for argument in parser.arguments if argument.action != "help"]
    return (
        *(each for each in found if each.is_positional),
        *(each for each in found if not each.is_positional),
    )


def parameter_for(argument: ArgumentFact, library: str = "argparse") -> ParameterForm:
    """The parameter for an argument."""
    if argument.is_switch or _is_flag(argument):
        return _flag(argument)
    kind, trap = _type(argument)
    multiple = _multiple(argument)
    default, default_trap = _default(argument, kind, library, multiple)
    conversion = argument.conversion
    has_bounds = conversion.minimum is not None or conversion.maximum is not None
    lossy, cannot = _lossy(argument)
    return ParameterForm(
        name=argument.name,
        type=kind,
        default=default,
        optional=default is None and not _is_required(argument),
        required=_is_required(argument),
        choices=None if has_bounds else argument.choices,
        min=conversion.minimum,
        max=conversion.maximum,
        multiple=multiple,
        separator=conversion.separator if multiple == "separate" else None,
        description=argument.description,
        pass_as=_pass_as(argument, library),
        trap="list" if lossy else default_trap or trap,
        lossy=lossy,
        cannot=cannot,
        hidden=argument.hidden,
        conditional=argument.conditional,
    )


def _lossy(argument: ArgumentFact) -> tuple[str | None, bool]:
    """What Valohai cannot pass of an argument's words, and whether that is all of them."""
    words = argument.nargs if isinstance(argument.nargs, int) else 1
    if argument.nargs in ("+", "*") and not argument.is_positional and argument.action == "store":
        return "only one value", False
    return (f"never: {_NUMBERS.get(words, str(words))} words", True) if words > 1 else (None, False)


def form_as_mapping(form: ParameterForm) -> dict[str, PythonValue]:
    """The parameter as valohai.yaml has it: the name first."""
    found: dict[str, PythonValue] = {"name": form.name, "type": form.type}
    stated = {
        "description": form.description,
        "default": form.default,
        "optional": form.optional or None,
        "choices": None if form.choices is None else list(form.choices),
        "min": form.min,
        "max": form.max,
        "multiple": form.multiple,
        "multiple-separator": form.separator if form.separator != "," else None,
        "pass-as": form.pass_as,
        "pass-true-as": form.pass_true_as,
        "pass-false-as": form.pass_false_as,
    }
    return found | {key: value for key, value in stated.items() if value is not None}


def _is_required(argument: ArgumentFact) -> bool:
    if argument.is_positional:
        return argument.required or argument.nargs not in ("?", "*", "...")
    return argument.required


def _is_flag(argument: ArgumentFact) -> bool:
    """Whether an argument that takes a value is one of two: a flag in Valohai's words."""
    conversion, default = argument.conversion, _static(argument)
    if argument.action in _LISTS or argument.nargs in ("+", "*") or argument.is_positional:
        return False
    if conversion.kind in ("truth", "bool"):
        return True
    if conversion.kind in ("literal", "own"):
        return isinstance(default, bool) or default in ("True", "False")
    return not conversion.stated and isinstance(default, bool)


def _flag(argument: ArgumentFact) -> ParameterForm:
    conversion, flag = argument.conversion, argument.flags[0].text if argument.flags else ""
    named = _name_flag(argument)
    default, trap, on, off = _truth(_static(argument)), None, None, None
    if argument.action == "both":
        on, off = named, next(iter(argument.off_flags), None)
    elif argument.is_switch:
        default, trap = _switch_default(argument)
    elif conversion.kind == "bool" or not conversion.stated:
        on, off, trap = f"{named}=True", f"{named}=", "bool"
    else:
        on, off = f"{named}={conversion.true}", f"{named}={conversion.false}"
    plain = argument.is_switch and argument.action != "both"
    return ParameterForm(
        name=argument.name,
        type="flag",
        default=None if argument.group is not None else default,
        required=argument.required,
        description=argument.description,
        pass_as=named if plain and named != f"--{argument.name}" else None,
        pass_true_as=on,
        pass_false_as=off,
        trap=trap,
        lossy="a count above one" if argument.action == "count" else None,
        hidden=argument.hidden or not flag,
        conditional=argument.conditional,
    )


def _switch_default(argument: ArgumentFact) -> tuple[bool, str | None]:
    """Whether a switch starts as if it were given: then nothing can be changed by it."""
    constant = {"store_true": True, "store_false": False}.get(argument.action)
    default = _static(argument)
    fixed = isinstance(default, bool) and default is constant
    return fixed, "bool" if fixed else None


def _type(argument: ArgumentFact) -> tuple[str, str | None]:
    conversion, default = argument.conversion, _static(argument)
    if conversion.kind == "split":
        return _TYPES.get(conversion.element, "string"), None
    if conversion.kind in ("int", "float") or (conversion.kind == "text" and conversion.stated):
        return _TYPES[conversion.kind], None
    if isinstance(default, (list, tuple)) and (argument.nargs is not None or argument.action in _LISTS):
        implied = parameter_type(list(default)) if default else None
    else:
        implied = parameter_type(default) if not isinstance(default, (list, tuple)) else None
    if implied == "flag":
        implied = None
    number = implied in ("integer", "float")
    trap = "text" if number and not conversion.stated and conversion.kind == "text" else None
    return implied or "string", trap


def _multiple(argument: ArgumentFact) -> str | None:
    if argument.conversion.kind == "split":
        return "separate"
    if argument.action in _LISTS or (argument.is_positional and argument.nargs in ("*", "+", "...")):
        return "repeat"
    return None


def _default(
    argument: ArgumentFact, kind: str, library: str, multiple: str | None
) -> tuple[PythonValue, str | None]:
    """The default for the YAML, and why there is none where Python has one."""
    value = _static(argument)
    if value is None or argument.group is not None:
        return None, None
    if argument.action in _LISTS and value and library == "argparse":
        return None, "append-default"
    if isinstance(value, (set, frozenset)):
        value = sorted(value, key=repr)
    if multiple == "separate" and isinstance(value, str):
        separator = argument.conversion.separator
        value = value.split(separator) if value else []
    if isinstance(value, (list, tuple)):
        elements = [_converted(each, kind) for each in value]
        if not elements or any(each is None for each in elements):
            return None, None
        if multiple is not None:
            return elements, None
        single = argument.nargs is not None and len(elements) == 1
        return (elements[0], None) if single else (None, None)
    found = _converted(value, kind)
    return (found if multiple is None or found is None else [found]), None


def _converted(value: PythonValue, kind: str) -> PythonValue:
    """A default as a parameter of a type may have it; None when it may not."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    if kind == "string":
        return str(value)
    try:
        number = float(value) if kind == "float" or isinstance(value, float) else int(value)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    if kind == "integer":
        return int(number) if number == int(number) else None
    return value if isinstance(value, int) else number


def _truth(value: PythonValue) -> bool | None:
    """A default as true or false; None when it is neither."""
    if isinstance(value, str):
        word = value.lower()
        return True if word in _TRUE_WORDS else False if word in _FALSE_WORDS else None
    return bool(value) if isinstance(value, (bool, int)) else None


def _static(argument: ArgumentFact) -> PythonValue:
    return argument.default.value if isinstance(argument.default, Static) else None


def _name_flag(argument: ArgumentFact) -> str:
    """The flag that the name comes from."""
    for flag in argument.flags:
        if flag.text.lstrip("-+/") == argument.name:
            return flag.text
    return argument.flags[0].text if argument.flags else argument.name


def _pass_as(argument: ArgumentFact, library: str) -> str | None:
    if argument.is_positional:
        return "{v}"
    flag = _name_flag(argument)
    if flag == f"--{argument.name}":
        return None
    return f"{flag} {{v}}" if library in ("click", "typer") and not flag.startswith("--") else f"{flag}={{v}}"
