"""click's options and arguments, as `@click.option(...)` and `@click.argument(...)` declare them."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from valohai_steps.model.command_line import Action, ArgumentFact, Conversion, Flag, Kind
from valohai_steps.model.step import Static
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.expressions import unrolling
from valohai_steps.source.command_line.interpreter.library import Call, flags_given, plain_value, value_of
from valohai_steps.source.command_line.memory.frames import Frame
from valohai_steps.source.command_line.memory.objects import (
    Arguments,
    External,
    Given,
    Made,
    Object,
    made,
    object_of,
    plain,
)
from valohai_steps.source.command_line.signatures.help_text import description

_TYPES: Mapping[str, Kind] = MappingProxyType(
    {
        "builtins.int": "int",
        "builtins.float": "float",
        "builtins.str": "text",
        "builtins.bool": "truth",
        "click.INT": "int",
        "click.FLOAT": "float",
        "click.STRING": "text",
        "click.BOOL": "truth",
        "click.IntRange": "int",
        "click.FloatRange": "float",
        "click.Path": "text",
        "click.File": "text",
        "click.Choice": "text",
    }
)


# Options that click brings: their flag, how they take words, and how many arguments stand in front of flags.
READY: Mapping[str, tuple[str, Action, int]] = MappingProxyType(
    {
        "click.confirmation_option": ("--yes", "store_true", 0),
        "click.help_option": ("--help", "help", 0),
        "click.password_option": ("--password", "store", 0),
        "click.version_option": ("--version", "help", 1),
    }
)


def option(call: Call) -> ArgumentFact | None:
    """`@click.option(...)`."""
    flags = flags_given(call) or []
    on, off = _split_flags(flags)
    if not on:
        return None
    given = call.given
    named = next((flag for flag in on if flag.text.startswith("--")), on[0])
    name = named.text.lstrip("-")
    stated = next((flag.text for flag in flags if not flag.text.startswith("-")), None)
    value, action = value_of(call, given.get("default")), _action(given, off)
    words = plain(given.get("nargs"), int)
    conversion = Conversion()
    if action in ("store", "append"):
        conversion = _conversion(given, value, multiple=action == "append")
    return _finished(
        call,
        ArgumentFact(
            name=name,
            dest=stated or name.replace("-", "_").lower(),
            name_span=named.span,
            span=call.span,
            flags=tuple(on),
            off_flags=tuple(off),
            action=action,
            default=value,
            conversion=conversion,
            nargs=words if isinstance(words, int) and words > 1 else None,
            required=bool(plain(given.get("required"), bool, False)),
        ),
    )


def ready_option(frame: Frame, name: str, held: Object | None) -> ArgumentFact | None:
    """`@click.version_option("1.0")` and its like, called or not, with flags of its own or without."""
    flag, action, first = READY[name]
    if not isinstance(held, Made) or held.node is None:
        nowhere = Span(0, 0)
        found = ArgumentFact(flag[2:], flag[2:], nowhere, nowhere, (Flag(flag, nowhere),))
        return replace(found, action=action, hidden=True)
    span = frame.span(held.node)
    flags = held.arguments.positional[first:] or [Given(made(flag, span), span)]
    fact = option(Call(frame, held.node, name, Arguments(flags, {}, held.arguments.unknowns)))
    return None if fact is None else replace(fact, action=action, hidden=True)


def _action(given: Arguments, off: list[str]) -> Action:
    """How an option takes its words; a pair of flags, or a value for the flag, make it one without a word."""
    stated, value = plain(given.get("is_flag"), bool), given.get("flag_value")
    if off:
        return "both"
    if stated is True or (stated is None and value is not None):
        return "store_true" if value is None else "store_const"
    if plain(given.get("count"), bool, False):
        return "count"
    return "append" if plain(given.get("multiple"), bool, False) else "store"


def argument(call: Call) -> ArgumentFact | None:
    """`@click.argument(...)`."""
    flags = flags_given(call)
    if not flags:
        return None
    given, value = call.given, value_of(call, call.given.get("default"))
    words = plain(given.get("nargs"), int, 1)
    has_default = isinstance(value, Static) and value.value is not None
    required = bool(plain(given.get("required"), bool, words != -1 and not has_default))
    nargs = (
        ("+" if required else "*") if words == -1 else words if isinstance(words, int) and words > 1 else None
    )
    return _finished(
        call,
        ArgumentFact(
            name=flags[0].text.lower(),
            dest=flags[0].text.lower().replace("-", "_"),
            name_span=flags[0].span,
            span=call.span,
            default=value,
            conversion=_conversion(given, value),
            nargs=nargs or (None if required else "?"),
            required=required,
        ),
    )


def _finished(call: Call, fact: ArgumentFact) -> ArgumentFact:
    """With choices, help and what else both kinds have."""
    given, text = call.given, plain(call.given.get("help"), str)
    for why in given.unknowns:
        call.reading.unknowns[why] = None
    return replace(
        fact,
        choices=_choices(given),
        any_case=_is_any_case(given),
        description=description(text.replace("%", "%%"), {}) if isinstance(text, str) else None,
        hidden=bool(plain(given.get("hidden"), bool, False)),
        conditional=call.reading.conditional > 0,
        path=call.frame.script.path,
    )


def _split_flags(flags: list[Flag]) -> tuple[list[Flag], list[str]]:
    """The flags for true, and those for false: `--a/--no-a`."""
    on: list[Flag] = []
    off: list[str] = []
    for flag in flags:
        if not flag.text.startswith("-"):
            continue
        first, _, second = flag.text.partition("/")
        on.append(Flag(first.strip(), flag.span))
        off += [second.strip()] if second.strip() else []
    return on, off


def _conversion(given: Arguments, default: object, *, multiple: bool = False) -> Conversion:
    """What words become: what `type=` says, else the type of the default."""
    stated = given.get("type")
    held = object_of(stated)
    if stated is None or (held is None and plain(stated, type(None), 0) is None):
        return Conversion(_implied(default, multiple=multiple), stated=True)
    if isinstance(held, Made) and held.name in _TYPES:
        return _bounded(Conversion(_TYPES[held.name], stated=True), held)
    name = held.name if isinstance(held, External) else ""
    return Conversion(_TYPES.get(name, "own"), stated=True)


def _bounded(found: Conversion, held: Made) -> Conversion:
    clamps = held.arguments.get("clamp", 4)
    if not held.name.endswith("Range") or (clamps is not None and plain(clamps, bool) is not False):
        return found  # what lies outside is taken, as the nearest bound
    low, high = (
        plain(held.arguments.get(key, place), (int, float)) for place, key in enumerate(("min", "max"))
    )
    return replace(found, minimum=low, maximum=high)


def _implied(default: object, *, multiple: bool) -> Kind:
    value = default.value if isinstance(default, Static) else None
    if multiple and isinstance(value, (list, tuple)) and value:
        value = value[0]
    if isinstance(value, bool):
        return "truth"
    return "int" if isinstance(value, int) else "float" if isinstance(value, float) else "text"


def _is_any_case(given: Arguments) -> bool:
    """`click.Choice(..., case_sensitive=False)`; click takes the case as it is unless told otherwise."""
    held = object_of(given.get("type"))
    if not isinstance(held, Made) or held.name != "click.Choice":
        return False
    stated = held.arguments.get("case_sensitive", 1)
    return stated is not None and plain(stated, (bool, int)) not in (True, 1)


def _choices(given: Arguments) -> tuple[object, ...] | None:
    held = object_of(given.get("type"))
    if not isinstance(held, Made) or held.name != "click.Choice":
        return None
    listed = held.arguments.get("choices", 0)
    elements = None if listed is None else unrolling.elements(listed)
    values = [plain_value(each) for each in elements or ()]
    return tuple(each.value for each in values if each is not None) or None
