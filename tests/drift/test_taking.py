"""Random parsers and random lines: what is read, taken and refused is what argparse itself says.

Python's own argparse is the oracle: the generated script is run as it stands, and its parser is asked.
"""

import argparse
import contextlib
import io
from collections.abc import Iterator
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from valohai_steps.drift.command_line.matching.taking import take
from valohai_steps.model.command_line import ParserFact
from valohai_steps.model.step import Static
from valohai_steps.source.command_line.reader import read_command_line

FLAGS = ["--epochs", "--epoch-count", "--rate", "--r", "-e", "-x", "--no-x", "-ab", "--Rate", "--data_set"]
KINDS = st.sampled_from(["", ", type=int", ", type=float", ", type=str", ", type=bool"])
ACTIONS = st.sampled_from(
    ["store_true", "store_false", "count", "append", "extend", "store_const", "BooleanOptionalAction"]
)
NARGS = st.sampled_from(["", "", "", ", nargs='?'", ", nargs='*'", ", nargs='+'", ", nargs=2"])
WORDS = st.sampled_from(
    [
        *FLAGS,
        "--epochs=3",
        "--rate=0.5",
        "--rat=1",
        "-e3",
        "-e=3",
        "-x1",
        "-xe",
        "3",
        "0.5",
        "-1",
        "a b",
        "abc",
        "",
        "--",
        "--epoch=1",
        "--data_set=",
        "--unknown",
        "--no-rate",
        "-a",
        "--x=y",
    ]
)


@st.composite
def arguments(draw: st.DrawFn) -> str:
    """One call of add_argument that argparse accepts."""
    names = draw(st.lists(st.sampled_from(FLAGS), min_size=1, max_size=2, unique=True))
    flags = ", ".join(map(repr, names))
    if draw(st.integers(0, 2)) == 0:
        action = draw(ACTIONS)
        if action == "BooleanOptionalAction":
            return f"{flags}, action=argparse.BooleanOptionalAction"
        more = (
            ", const=7" if action == "store_const" else draw(KINDS) if action in ("append", "extend") else ""
        )
        several = ", nargs='+'" if action == "extend" else ""
        return f"{flags}, action={action!r}{more}{several}"
    choices = draw(st.sampled_from(["", "", "", ", choices=['abc', '3']"]))
    kind = "" if choices else draw(KINDS)
    default = draw(st.sampled_from(["", "", ", default=3", ", default='abc'", ", required=True"]))
    if "int" in kind or "float" in kind:
        default = default.replace("'abc'", "'1'")
    return f"{flags}{kind}{draw(NARGS)}{choices}{default}"


@st.composite
def positionals(draw: st.DrawFn, number: int) -> str:
    return f"'p{number}'{draw(KINDS)}{draw(NARGS)}"


@st.composite
def parsers(draw: st.DrawFn) -> str:
    """A script that makes a parser."""
    lines = ["import argparse", f"parser = argparse.ArgumentParser(allow_abbrev={draw(st.booleans())})"]
    used: set[str] = set()
    for call in draw(st.lists(arguments(), max_size=4)):
        names = {flag for flag in FLAGS if repr(flag) in call}
        names |= {f"--no-{flag[2:]}" for flag in names if "Boolean" in call and flag.startswith("--")}
        if not names & used:
            used |= names
            lines.append(f"parser.add_argument({call})")
    lines += [
        f"parser.add_argument({draw(positionals(number))})" for number in range(draw(st.integers(0, 2)))
    ]
    if draw(st.integers(0, 3)) == 0:
        lines += [
            "sub = parser.add_subparsers(dest='command', required=True)",
            "fit = sub.add_parser('abc', aliases=['3'])",
        ]
        lines += [f"fit.add_argument({call})" for call in draw(st.lists(arguments(), max_size=1))]
    return "\n".join([*lines, ""])


def made(script: str) -> argparse.ArgumentParser:
    """The parser of a generated script: it holds nothing but calls that were generated here."""
    names: dict[str, Any] = {}
    exec(script, names)  # noqa: S102  # the oracle is argparse itself, and the script is ours
    parser: argparse.ArgumentParser = names["parser"]
    return parser


def read(script: str) -> ParserFact:
    fact = read_command_line(f"{script}args = parser.parse_args()\n").fact
    assert fact is not None
    assert fact.parser is not None
    return fact.parser


def described(parser: argparse.ArgumentParser) -> Iterator[tuple[object, ...]]:
    for action in parser._actions:
        if isinstance(action, (argparse._HelpAction, argparse._SubParsersAction)):
            continue
        kind = type(action).__name__.strip("_").removesuffix("Action")
        type_name = getattr(action.type, "__name__", None)
        yield (
            tuple(action.option_strings),
            action.dest,
            kind,
            action.nargs,
            type_name,
            action.default,
            action.choices,
        )


ACTION_NAMES = {
    "store": "Store",
    "store_true": "StoreTrue",
    "store_false": "StoreFalse",
    "store_const": "StoreConst",
    "count": "Count",
    "append": "Append",
    "extend": "Extend",
    "both": "BooleanOptional",
}


def facts(parser: ParserFact) -> Iterator[tuple[object, ...]]:
    for argument in parser.arguments:
        flags: list[str] = []
        for flag in argument.flags:
            flags += [flag.text, *(off for off in argument.off_flags if off[5:] == flag.text[2:])]
        default = argument.default.value if isinstance(argument.default, Static) else None
        if argument.default is None and argument.action in ("store_true", "store_false"):
            default = argument.action == "store_false"
        switch = argument.is_switch and argument.action != "extend"
        kind = {"text": "str"}.get(argument.conversion.kind, argument.conversion.kind)
        yield (
            tuple(flags),
            argument.dest,
            ACTION_NAMES[argument.action],
            0 if switch else argument.nargs,
            kind if argument.conversion.stated else None,
            default,
            None if argument.choices is None else list(argument.choices),
        )


@given(parsers())
@settings(max_examples=150)
def test_the_arguments_read_are_the_parsers_actions(script: str) -> None:
    assert list(facts(read(script))) == list(described(made(script)))


@given(parsers(), st.lists(WORDS, max_size=6))
@settings(max_examples=600)
def test_a_line_is_refused_where_argparse_refuses_it(script: str, words: list[str]) -> None:
    parser = made(script)
    assume("-h" not in words)
    with contextlib.redirect_stderr(io.StringIO()) as said:
        try:
            parser.parse_args(words)
            refused = False
        except SystemExit:
            refused = True
    found = take(read(script), "argparse", words).refusals
    assert bool(found) == refused, (script, words, found, said.getvalue())
