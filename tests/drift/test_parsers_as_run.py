"""A hundred ways to make a parser: what is read is what argparse has once the script ran, or it is open."""

import argparse
import builtins
import contextlib
import io
import random
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

import pytest
from msgspec import Struct

from tests.drift.test_taking import ACTION_NAMES
from tests.source.workspace import Folder
from valohai_steps.drift.command_line.matching.taking import take
from valohai_steps.model.command_line import ArgumentFact, CommandLineFact, ParserFact
from valohai_steps.model.step import Static, Unknown
from valohai_steps.source.command_line.reader import read_command_line

FIXTURES = Path(__file__).parents[1] / "fixtures" / "command_lines"
# What is not followed: then nothing is said of the script, because its parser is open or none is read.
NOT_FOLLOWED = {
    "dict-of-kwargs": "an element of a list of dicts that is spread over a call",
    "while": "a loop without a list",
    "decorated": "a parser in the wrapper of a decorator of the script's own",
    "star-kwargs": "a function that only gives its arguments back",
    "dataclass-asdict": "a call of the standard library that runs the script's classes",
    "while-true-break": "a slice with a step",
    "getattr-of-parser": "a method by a name that is computed",
    "registered-by-decorator": "a dict that decorators fill",
    "named-tuple-specs": "tuples of a class that a call makes",
    "parts-of-a-parser": "what is done with a parser's own parts",
}
# Branches of which one runs are both read; a library that is not installed is taken to be there.
DIFFERENT = {
    *("two-branches", "match", "try-except-env", "conditional-on-platform", "try-optional-dependency"),
    "env-defaults",  # whether it is required depends on the environment
}
# Python's own words for a line without an argument for them: not all versions refuse `--` alone.
WORDS = ("1", "x", "0.5", "-1", "abc", "train", "")


class Script(Struct, frozen=True):
    """A script and the files that it imports."""

    name: str
    source: str
    files: Mapping[str, str]


def scripts() -> Iterator[Script]:
    text = "".join((FIXTURES / name).read_text("utf-8") for name in ("parsers.txt", "parsers_more.txt"))
    for part in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        name, _, body = part.partition("\n")
        source, *others = re.split(r"^\+\+\+ ", body, flags=re.MULTILINE)
        yield Script(name, source, dict(each.split("\n", 1) for each in others))


SCRIPTS = list(scripts())
FOLLOWED = [script for script in SCRIPTS if script.name not in NOT_FOLLOWED]


class Runs:
    """The script, run with one command line after the other."""

    def __init__(self, script: Script, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.script, self.patch = script, patch
        for name, text in script.files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        patch.syspath_prepend(str(folder))

    def __call__(self, words: list[str]) -> tuple[argparse.ArgumentParser, bool]:
        """The last parser that was asked, and whether it refused the words."""
        asked: list[argparse.ArgumentParser] = []
        real = argparse.ArgumentParser.parse_known_args
        depth = 0

        def parse(parser: argparse.ArgumentParser, args: Any = None, namespace: Any = None) -> Any:
            nonlocal depth
            if not depth:
                asked.append(parser)
            depth += 1
            try:
                return real(parser, args, namespace)
            finally:
                depth -= 1

        known, refused = set(sys.modules), False
        with self.patch.context() as patch, contextlib.redirect_stderr(io.StringIO()):
            patch.setattr(argparse.ArgumentParser, "parse_known_args", parse)
            patch.setattr(sys, "argv", ["train.py", *words])
            with contextlib.redirect_stdout(io.StringIO()):
                try:
                    exec(self.script.source, {"__name__": "__main__"})  # noqa: S102  # the oracle is argparse
                except SystemExit as end:
                    refused = end.code not in (0, None)
                except Exception:  # the script fell over what it got, which nobody can read beforehand
                    refused = True
        for name in set(sys.modules) - known:
            del sys.modules[name]
        return asked[-1], refused


def read(script: Script) -> CommandLineFact | None:
    return read_command_line(script.source, Folder(dict(script.files), PurePath())).fact


def parser_read(script: Script) -> ParserFact:
    fact = read(script)
    assert fact is not None
    assert fact.parser is not None
    return fact.parser


def made(parser: argparse.ArgumentParser) -> dict[str, tuple[object, ...]]:
    """The arguments of a real parser by dest and flags, those of its sub-commands behind its words."""
    found: dict[str, tuple[object, ...]] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, inner in action.choices.items():
                found |= {f"{word} {name}": values for name, values in made(inner).items()}
        elif not isinstance(action, (argparse._HelpAction, argparse._VersionAction)):
            kind = type(action).__name__.strip("_").removesuffix("Action")
            required = bool(action.option_strings) and action.required
            found[" ".join([action.dest, *action.option_strings])] = (kind, action.nargs, required)
    return found


def as_read(parser: ParserFact) -> dict[str, tuple[object, ...]]:
    """The same of what was read."""
    found: dict[str, tuple[object, ...]] = {}
    for argument in parser.arguments:
        if argument.action != "help":
            flags: list[str] = []
            for flag in argument.flags:
                flags += [flag.text, *(off for off in argument.off_flags if off[5:] == flag.text[2:])]
            nargs = 0 if argument.is_switch else argument.nargs
            kind = ACTION_NAMES.get(
                argument.action, {"append_const": "AppendConst"}.get(argument.action, "KV")
            )
            found[" ".join([argument.dest, *flags])] = (kind, nargs, argument.required)
    for command in parser.commands:
        for word in command.names:
            found |= {f"{word} {name}": values for name, values in as_read(command.parser).items()}
    return found


@pytest.mark.parametrize("script", FOLLOWED, ids=lambda script: script.name)
def test_the_arguments_are_those_of_the_parser(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, read_ = made(Runs(script, tmp_path, monkeypatch)([])[0]), as_read(parser_read(script))
    assert not parser_read(script).open
    if script.name in DIFFERENT:
        assert {name.split()[0] for name in real} <= {name.split()[0] for name in read_}
    else:
        assert read_ == real


def default_of(argument: ArgumentFact) -> object:
    return argument.default.value if isinstance(argument.default, Static) else argument.default


@pytest.mark.parametrize("script", FOLLOWED, ids=lambda script: script.name)
def test_a_default_is_the_parsers_or_not_known(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, _ = Runs(script, tmp_path, monkeypatch)([])
    wanted = {action.dest: real.get_default(action.dest) for action in real._actions}
    for argument in parser_read(script).arguments:
        stated = default_of(argument)
        if stated is not None and not isinstance(stated, Unknown) and argument.dest in wanted:
            assert stated in (wanted[argument.dest], str(wanted[argument.dest]))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_no_line_is_refused_that_the_parser_takes(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fact = read(script)
    if fact is None or fact.parser is None or fact.parser.open or fact.leftovers:
        return  # nothing is said of it
    run, chance = Runs(script, tmp_path, monkeypatch), random.Random(script.name)  # noqa: S311  # a test
    flags = [word for name in made(run([])[0]) for word in name.split() if word[0] in "-+"] or ["--none"]
    words = [name.split()[0] for command in fact.parser.commands for name in command.names]
    for _ in range(25):
        line: list[str] = []
        for _ in range(chance.randrange(5)):
            flag = chance.choice(flags)
            one = [flag, chance.choice(WORDS)], [f"{flag}={chance.choice(WORDS)}"], [chance.choice(WORDS)]
            line += chance.choice([*one, [flag], [flag.replace("_", "-")], words[:1]])
        if "-h" not in line and not run(line)[1]:
            assert not take(fact.parser, "argparse", line).refusals, line


@pytest.mark.parametrize("name", NOT_FOLLOWED)
def test_what_is_not_followed_is_not_judged(name: str) -> None:
    fact = next(read(script) for script in SCRIPTS if script.name == name)
    assert fact is None or fact.parser is None or fact.parser.open


@pytest.mark.parametrize(
    "change",
    [
        "argparse.ArgumentParser.add_argument = f",
        "setattr(argparse.ArgumentParser, 'add_argument', f)",
        "import builtins as b; b.int = f",
        "import sys; sys.argv = ['a', '--b']",
    ],
)
def test_a_library_that_the_script_changes_is_not_judged(change: str) -> None:
    """Not run: it would change argparse for all other tests."""
    source = f"import argparse\nf = lambda *a, **k: None\n{change}\np = argparse.ArgumentParser()\n"
    fact = read(Script("patched", f"{source}p.add_argument('--a')\np.parse_args()\n", {}))
    assert fact is None or fact.parser is None or fact.parser.open


@pytest.mark.parametrize(
    ("before", "default"),
    [
        ("c.v = 5", "c.v"),
        ("d = c\nd.v = 5", "c.v"),
        ("c.v, x = 5, 6", "c.v"),
        ("setattr(c, 'v', 5)", "c.v"),
        ("object.__setattr__(c, 'v', 5)", "c.v"),
        ("vars(c)['v'] = 5", "c.v"),
        ("type(c).v = 5", "c.v"),
        ("c.set()", "c.v"),
        ("import builtins\nbuiltins.str = lambda x: 5", "str(1)"),
        ("import builtins\nsetattr(builtins, 'len', lambda x: 5)", "len('a')"),
    ],
)
def test_a_default_is_what_the_object_has_then(
    before: str, default: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = f"class C:\n    v = 1\n    def set(self): self.v = 5\nc = C()\n{before}\n"
    parser = f"import argparse\np = argparse.ArgumentParser()\np.add_argument('--a', default={default})\n"
    names: dict[str, object] = {}
    with monkeypatch.context() as kept:
        for name in ("str", "len"):
            kept.setattr(builtins, name, getattr(builtins, name))
        exec(f"{source}seen = {default}", names)  # noqa: S102  # the test's own
    fact = read(Script("changed", f"{source}{parser}p.parse_args()\n", {}))
    assert fact is not None
    assert fact.parser is not None
    assert names["seen"] == 5
    assert not isinstance(fact.parser.arguments[0].default, Static)


@pytest.mark.parametrize(
    "change",
    [
        "torch.backends.cudnn.deterministic = args.a",
        "setattr(torch.backends.cudnn, 'deterministic', args.a)",
        "sys.stdout = open(args.a)",
    ],
)
def test_another_library_may_be_set_up(change: str) -> None:
    source = "import argparse, sys, torch\np = argparse.ArgumentParser()\np.add_argument('--a')\n"
    fact = read(Script("set up", f"{source}args = p.parse_args()\n{change}\n", {}))
    assert fact is not None
    assert fact.parser is not None
    assert not fact.parser.open


CLICK = {
    "a decorator that wraps": (
        """import click, functools
def common(f):
    @click.option("--seed", type=int)
    @functools.wraps(f)
    def wrapped(*a, **k): return f(*a, **k)
    return wrapped
@click.command()
@common
@click.option("--x")
def main(seed, x): pass
main()
""",
        ["seed", "x"],
    ),
    "options in a list": (
        """import click
OPTIONS = [click.option("--a", default=1), click.option("--b")]
def add_options(options):
    def wrap(f):
        for each in reversed(options): f = each(f)
        return f
    return wrap
@click.command()
@add_options(OPTIONS)
def main(a, b): pass
main()
""",
        ["a", "b"],
    ),
    "an ellipsis": (
        """import typer
def main(split: str = typer.Option(..., help="part")): pass
typer.run(main)
""",
        ["split!"],
    ),
}


@pytest.mark.parametrize(("source", "names"), CLICK.values(), ids=CLICK.keys())
def test_options_that_decorators_hand_on(source: str, names: list[str]) -> None:
    """Held against click and typer themselves when they were written; `!`: it is required."""
    fact = read(Script("", source, {}))
    assert fact is not None
    assert fact.parser is not None
    assert [each.name + "!" * each.required for each in fact.parser.arguments] == names
