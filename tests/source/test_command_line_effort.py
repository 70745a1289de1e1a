"""What it costs to read a command line, counted: bounds hold, and no import is followed without need."""

import random
from pathlib import PurePath

import pytest
import tree_sitter

from tests.drift.command_line_cases import FOLDER, cases
from tests.source.workspace import Folder
from valohai_steps.source.command_line.memory.effort import MOST_CALLS, MOST_ROUNDS, MOST_SCRIPTS, MOST_STEPS
from valohai_steps.source.command_line.reader import CommandLine, read_command_line
from valohai_steps.source.tree import syntax

SCRIPT = "import argparse\n{}\nparser = argparse.ArgumentParser()\n{}\nargs = parser.parse_args()\n"
TYPER = "import typer\napp = typer.Typer()\n@app.command()\ndef run(x: TYPE): ...\napp()\n"


def read(text: str, files: dict[str, str] | None = None) -> CommandLine:
    return read_command_line(text, Folder(files or {}, PurePath()))


def is_open(line: CommandLine) -> bool:
    return line.fact is not None and line.fact.parser is not None and line.fact.parser.open


def test_imports_that_have_nothing_to_do_with_it_are_not_followed() -> None:
    files = {f"m{number}.py": "VALUE = 1\n" for number in range(20)}
    imports = "\n".join(f"from m{number} import VALUE as V{number}" for number in range(20))
    line = read(SCRIPT.format(imports, 'parser.add_argument("--n")'), files)
    assert (line.effort.scripts, line.effort.calls) == (0, 0)
    assert not is_open(line)


def test_a_registry_of_parsers_in_two_thousand_files_stops_at_the_bound() -> None:
    files = {
        f"m{number}.py": f"from m{number + 1} import add as more\n\ndef add(parser):\n"
        f'    parser.add_argument("--n{number}")\n    more(parser)\n'
        for number in range(2000)
    }
    line = read(SCRIPT.format("from m0 import add", "add(parser)"), files)
    assert line.effort.scripts <= MOST_SCRIPTS
    assert line.effort.calls <= MOST_CALLS
    assert is_open(line)


def test_rounds_of_loops_are_bounded() -> None:
    line = read(
        SCRIPT.format(
            "", 'for n in range(299):\n    for m in range(299):\n        parser.add_argument(f"--x{n}-{m}")'
        )
    )
    assert line.effort.rounds <= MOST_ROUNDS + 300
    assert line.effort.steps <= MOST_STEPS + 1
    assert is_open(line)


def test_functions_that_call_each_other_end() -> None:
    text = "def a(parser):\n    b(parser)\n    b(parser)\ndef b(parser):\n    a(parser)\n    a(parser)\n"
    line = read(SCRIPT.format(text, "a(parser)"))
    assert line.effort.calls <= MOST_CALLS
    assert is_open(line)


@pytest.mark.parametrize(
    "text",
    [
        TYPER.replace("TYPE", f"{'list[' * 500}int{']' * 500}"),
        TYPER.replace("TYPE", " | ".join(["int"] * 900)),
        "import click\n@click.group()\ndef cli(): ...\ncli.add_command(cli)\ncli()\n",
        "import argparse\np = argparse.ArgumentParser()\n"
        + "".join(f"{' ' * depth}if p.{depth}:\n" for depth in range(250))
        + f"{' ' * 250}p.add_argument('--x')\np.parse_args()\n",
    ],
)
def test_what_goes_too_deep_is_not_read(text: str) -> None:
    assert read_command_line(text).fact is None


def test_choices_that_only_begin_as_a_range_have_no_bounds() -> None:
    text = (
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('--x', choices=range(0) or ['a'])\n"
    )
    fact = read_command_line(f"{text}p.parse_args()\n").fact
    assert fact is not None
    assert fact.parser is not None
    (argument,) = fact.parser.arguments
    assert (argument.choices, argument.conversion.minimum) == (("a",), None)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.json")))
def test_what_is_kept_of_the_text_before_changes_nothing(name: str) -> None:
    """Random edits, one on the other: the facts are those of a fresh reading of each text."""
    source = random.Random(name)  # noqa: S311  # edits, not secrets
    for case in cases(name)[:12]:
        if "source" not in case:
            continue
        imports = Folder(case.get("files", {}), PurePath())
        text, kept = case["source"], read_command_line(case["source"], imports).kept
        for _ in range(12):
            start = source.randrange(len(text) + 1)
            end = min(start + source.choice((0, 0, 1, 3, 12)), len(text))
            piece = source.choice(("", "", "x", "1", '"', ")", "\n", "add_argument", "DEFINE_x", "    ", "é"))
            before, text = text, f"{text[:start]}{piece}{text[end:]}"
            line, fresh = read_command_line(text, imports, None, kept), read_command_line(text, imports)
            assert (line.fact, line.imported) == (fresh.fact, fresh.imported), text
            kept = line.kept
            if source.random() < 0.7:
                text = before


def test_an_edit_of_a_value_reads_the_statement_that_it_is_in(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = "".join(f"def f{number}(a):\n    return a + {number}\n" for number in range(300))
    text = SCRIPT.format(functions, 'parser.add_argument("--n", type=int, default=1)')
    first = read_command_line(text)
    before: list[bool] = []
    parse = syntax.parse

    def noted(data: bytes, tree: tree_sitter.Tree | None) -> tree_sitter.Tree:
        before.append(tree is not None)
        return parse(data, tree)

    monkeypatch.setattr(syntax, "parse", noted)
    line = read_command_line(text.replace("default=1", "default=12"), None, first.fact, first.kept)
    assert before == [True]
    assert first.kept is not None
    assert first.kept.words.pieces_read > 300
    assert line.kept is not None
    assert line.kept.words.pieces_read == 1
