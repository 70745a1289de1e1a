"""What an argument of argparse takes and stands for: words, type, choices, default, help."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from valohai_steps.model.command_line import ArgumentFact, Conversion
from valohai_steps.model.step import Cause, Static, Unknown, Value
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.expressions import unrolling
from valohai_steps.source.command_line.interpreter.library import (
    SUPPRESS,
    Call,
    at_its_place,
    is_external,
    plain_value,
    unknown_of,
    value_of,
)
from valohai_steps.source.command_line.memory.frames import ClassObject, Function, Parser
from valohai_steps.source.command_line.memory.objects import External, holds_object, object_of, plain
from valohai_steps.source.command_line.signatures.conversions import among_strings, conversion_of
from valohai_steps.source.command_line.signatures.help_text import description
from valohai_steps.source.evaluation.result import Evaluated

_NARGS: Mapping[str, str] = MappingProxyType(
    {
        "argparse.OPTIONAL": "?",
        "argparse.ZERO_OR_MORE": "*",
        "argparse.ONE_OR_MORE": "+",
        "argparse.REMAINDER": "...",
        "argparse.PARSER": "A...",
    }
)


def with_values(call: Call, parser: Parser, fact: ArgumentFact) -> ArgumentFact:
    """The argument with its default, type, choices and help."""
    given = call.given
    default = given.get("default") or parser.defaults.get(fact.dest) or parser.argument_default
    value = value_of(call, default)
    stated = given.get("choices")
    elements = None if stated is None else unrolling.elements(stated)
    conversion = _conversion(call, parser, value, elements)
    choices, choices_span = _choices(call, elements)
    numbers = [number for number in choices or () if isinstance(number, int)]
    if numbers and _is_range(call, choices_span):
        conversion = replace(conversion, minimum=min(numbers), maximum=max(numbers))
    text = given.get("help")
    hidden = is_external(text, SUPPRESS) or plain(text, str) == "==SUPPRESS=="
    if text is not None and not hidden:
        call.note(text)
    shown = plain(text, str)
    known = {"default": value.value if isinstance(value, Static) else "", "prog": parser.program}
    known |= {"dest": fact.dest, "choices": ", ".join(map(str, choices or ()))}
    const = given.get("const", None)
    return replace(
        fact,
        default=value,
        conversion=conversion,
        choices=choices,
        choices_span=choices_span,
        const=value_of(call, const),
        description=description(shown, known) if isinstance(shown, str) and not hidden else None,
        hidden=hidden,
    )


def changed(fact: ArgumentFact, name: str, found: Evaluated) -> ArgumentFact:
    """`action.default = 3`: the argument with an attribute set afterwards.

    What is set to something that is not known is as wide as may be: the judgement that refuses least.
    """
    value = plain_value(found)
    stated = None if value is None else value.value
    match name:
        case "default":
            return replace(fact, default=value or unknown_of(found))
        case "required":
            return replace(fact, required=bool(stated))
        case "choices":
            return replace(fact, choices=_listed(unrolling.elements(found)))
        case "dest" if isinstance(stated, str):
            return replace(fact, dest=stated)
        case "const":
            return replace(fact, const=value or unknown_of(found))
        case "type":
            hint = fact.default.value if isinstance(fact.default, Static) else None
            none = value is not None and stated is None
            kept = Conversion() if none else conversion_of(object_of(found), found.value.span, hint)
            return replace(fact, conversion=kept)
        case "nargs" if stated is None or type(stated) in (int, str):
            held = object_of(found)
            outside = _NARGS.get(held.name, "*") if isinstance(held, External) else "*"
            return replace(fact, nargs=outside if value is None else stated)
        case "help":
            return replace(fact, description=stated if isinstance(stated, str) else None)
        case "metavar" | "container":
            return fact
        case _:
            return replace(fact, action="custom", nargs="*", conversion=Conversion("own"), choices=None)


def nargs_of(call: Call) -> int | str | None:
    """How many words an argument takes."""
    found = call.given.get("nargs")
    value = plain(found, (int, str))
    if isinstance(value, (int, str)):
        return value
    held = object_of(found)
    if isinstance(held, External):
        return _NARGS.get(held.name)
    if found is not None and plain_value(found) is None:
        call.note(found)
        return "*"  # as many as may be: the judgement that refuses least
    return None


def _conversion(
    call: Call, parser: Parser, default: Value | None, choices: Sequence[Evaluated] | None
) -> Conversion:
    found = call.given.get("type")
    registered = plain(found, str)
    if isinstance(registered, str):
        found = parser.types.get(registered)
    if found is None or (isinstance(found.value, Static) and found.value.value is None):
        return Conversion()
    span = call.given.named["type"].span if "type" in call.given.named else call.span
    held = object_of(found)
    hint = default.value if isinstance(default, Static) else None
    conversion = conversion_of(held, span, hint)
    are_strings = bool(choices) and all(isinstance(plain(each, str), str) for each in choices or ())
    if are_strings:
        conversion = among_strings(conversion, held)
    is_judged = conversion.words is not None and (call.given.get("choices") is None or are_strings)
    if (
        conversion.kind == "own"
        and not is_judged
        and (held is None or isinstance(held, (Function, ClassObject)))
    ):
        call.reading.unknowns[Unknown(span, Cause.NOT_RUN, "what this takes")] = None
    return conversion


def _choices(
    call: Call, elements: Sequence[Evaluated] | None
) -> tuple[tuple[object, ...] | None, Span | None]:
    found = call.given.get("choices")
    if found is None or plain(found, type(None), 0) is None:
        return None, None
    listed = _listed(elements)
    span = call.given.named["choices"].span if "choices" in call.given.named else call.span
    if listed is None:
        why = found if isinstance(found.value, Unknown) else at_its_place(call, found, "choices")
        call.note(why)
    return listed, span


def _is_range(call: Call, span: Span | None) -> bool:
    """Whether choices are a `range` of all numbers between two."""
    if span is None:
        return False
    source = call.frame.script.syntax.text[span.start : span.end]
    return source.startswith("range(") and source.count(",") < 2


def _listed(elements: Sequence[Evaluated] | None) -> tuple[object, ...] | None:
    values = None if elements is None else [plain_value(each) for each in elements]
    if values is None or any(each is None or holds_object(each.value) for each in values):
        return None
    return tuple(each.value for each in values if each is not None)
