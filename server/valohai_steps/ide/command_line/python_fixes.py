"""Fixes in a script for what a step passes: argparse's own ways to take it."""

import re
from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.config.reader import YamlItem
from valohai_steps.config.writer import Operation, Remove, Set
from valohai_steps.drift.command_line.differences import Difference
from valohai_steps.drift.command_line.matching.conversion import FALSE_WORDS
from valohai_steps.drift.command_line.passing.parameter_words import multiple_of, parameter_type_of
from valohai_steps.model.command_line import ArgumentFact
from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import PythonValue, Static
from valohai_steps.model.text import Span, TextEdit, line_end, line_start, newline_of

_REQUIRED = pattern(r",[ \t\n]*required[ \t]*=[ \t]*True\b")
_LITERAL = pattern(r"[\"'].*[\"']")
_TRUTH = pattern(r"\btype[ \t]*=[ \t]*bool\b|\baction[ \t]*=[ \t]*[\"']store_true[\"']")
_ACTION = pattern(r"\baction[ \t]*=")
_ARGPARSE = pattern(r"^import argparse[ \t]*(?:#|$)", re.MULTILINE)
_CALL = pattern(r"[\w.]+\.add_argument\(")
_PASSED_FLAG = pattern(r"(-[^\s\"'={}]+)[ =]|(-[^\s\"'={}]+)$")
_TYPES = (("integer", "type=int"), ("float", "type=float"), ("flag", 'action="store_true"'))


class PythonFix(Struct, frozen=True):
    """An edit of the script, and what valohai.yaml needs beside it."""

    title: str
    edit: TextEdit
    beside: tuple[Operation, ...] = ()


def python_fixes(text: str, item: YamlItem | None, each: Difference) -> Iterator[PythonFix]:
    """What can be written in the script, whose text is given, to settle a difference."""
    if each.script.fact.library != "argparse":
        return
    argument = each.argument
    match each.code:
        case "VH131" | "VH135" if item is not None:
            yield from _accepted(text, item, each)
            yield from _added(text, item, each)
        case "VH132" if argument is not None:
            match = _REQUIRED.search(text, argument.span.start, argument.span.end)
            if match is not None:
                yield PythonFix(f"Make {argument.name} optional", TextEdit(Span(*match.span()), ""))
        case "VH133" | "VH136" if argument is not None and item is not None:
            yield from _converted(argument)
            yield from _extended(text, item, argument)
            yield from _switched(text, item, argument)
        case _:
            return


def _accepted(text: str, item: YamlItem, each: Difference) -> Iterator[PythonFix]:
    """Both spellings."""
    meant, flag = each.meant, f"--{item.name}"
    if each.code == "VH131" and meant is not None and meant.flags:
        literal = text[meant.name_span.start : meant.name_span.end]
        if _LITERAL.fullmatch(literal) and " " not in flag:
            edit = _behind(meant.name_span, f"{literal[0]}{flag}{literal[0]}")
            yield PythonFix(f"Accept {flag} as well", edit)


def _added(text: str, item: YamlItem, each: Difference) -> Iterator[PythonFix]:
    """Another argument, on a line of its own behind the last one."""
    parser, flag = each.script.fact.parser, _flag_of(item)
    own = [one for one in (parser.arguments if parser is not None else ()) if one.path is None]
    last = max(own, key=lambda one: one.span.end, default=None)
    if last is None or flag is None or each.path != each.script.path:
        return
    call = _CALL.match(text, last.span.start, last.span.end)
    indent = text[line_start(text, last.span.start) : last.span.start]
    end = line_end(text, last.span.end)
    behind = text[last.span.end : end].strip()
    if call is None or indent.strip() or (behind and not behind.startswith("#")):
        return
    stated = [known for kind, known in _TYPES if kind == parameter_type_of(item)]
    if multiple_of(item) == "repeat":
        stated.append('action="append"')
    written = ", ".join((f'"{flag}"', *stated))
    edit = TextEdit(Span(end, end), f"{newline_of(text)}{indent}{call[0]}{written})")
    yield PythonFix(f"Add the argument {flag}", edit)


def _flag_of(item: YamlItem) -> str | None:
    """The flag by which a parameter is passed; None when it is passed as something else."""
    if any(item.get(key) is not None for key in ("pass-true-as", "pass-false-as")):
        return None
    stated = item.get("pass-as")
    passed = str(stated.value).replace("{name}", item.name) if stated is not None else f"--{item.name} "
    match = _PASSED_FLAG.match(passed)
    return None if match is None else match[1] or match[2]


def _converted(argument: ArgumentFact) -> Iterator[PythonFix]:
    """A number that stays one."""
    default = argument.default.value if isinstance(argument.default, Static) else None
    is_number = isinstance(default, (int, float)) and not isinstance(default, bool)
    if is_number and not argument.conversion.stated and argument.action == "store":
        name = type(default).__name__
        yield PythonFix(f"Add type={name}", _behind(_last_flag(argument), f"type={name}"))


def _extended(text: str, item: YamlItem, argument: ArgumentFact) -> Iterator[PythonFix]:
    """All values of a parameter that is passed once for each, where the last one alone would stay."""
    has_action = _ACTION.search(text, argument.span.start, argument.span.end) is not None
    if argument.nargs in ("+", "*") and argument.flags and multiple_of(item) == "repeat" and not has_action:
        edit = _behind(_last_flag(argument), 'action="extend"')
        yield PythonFix('Add action="extend", which Python 3.8 has,', edit)


def _switched(text: str, item: YamlItem, argument: ArgumentFact) -> Iterator[PythonFix]:
    """A flag that can be switched on and off, with the parameter that does so."""
    match = _TRUTH.search(text, argument.span.start, argument.span.end)
    long = next((flag.text for flag in argument.flags if flag.text.startswith("--")), None)
    if match is None or long is None or _ARGPARSE.search(text) is None:
        return
    edit = TextEdit(Span(*match.span()), "action=argparse.BooleanOptionalAction")
    wanted: dict[str, PythonValue] = {"type": "flag", "pass-true-as": long}
    wanted["pass-false-as"] = f"--no-{long[2:]}"
    default = item.get("default")
    if default is not None and not isinstance(default.value, bool):
        wanted["default"] = str(default.value).lower() not in FALSE_WORDS
    operations: list[Operation] = [
        Set((*item.path, key), value)
        for key, value in wanted.items()
        if (stated := item.get(key)) is None or stated.value != value
    ]
    left = (key for key in ("pass-as", "choices", "multiple") if item.get(key) is not None)
    operations += [Remove((*item.path, key)) for key in left]
    title = "Use argparse.BooleanOptionalAction, which Python 3.9 has,"
    yield PythonFix(title, edit, tuple(operations))


def _last_flag(argument: ArgumentFact) -> Span:
    """The literal behind which keywords may follow, whatever follows now."""
    return max((flag.span for flag in argument.flags), default=argument.name_span)


def _behind(literal: Span, more: str) -> TextEdit:
    return TextEdit(Span(literal.end, literal.end), f", {more}")
