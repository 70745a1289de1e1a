"""The benchmark cannot rot: its client, its inputs and its table, without a look at the clock."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bench import report
from bench.__main__ import measured
from bench.client import Client
from bench.documents import Document
from bench.inputs import (
    FIRST,
    WIDTH,
    argparse_text,
    cells_text,
    pipeline_yaml,
    project,
    python_text,
    step_names,
    with_digits,
    workspace,
    yaml_text,
)
from bench.peers import FLOORS, OWN, PUBLISHES, Peers
from bench.processes import FailedError, run
from bench.profiles import SCENARIOS
from bench.readers import read_with_ast, read_with_tree_sitter
from bench.rows.outputs import imported_modules
from bench.rows.yaml_keystroke import typed_yaml
from bench.samples import Goal, Row, Sample, Series, at_most, faster
from bench.setting import Setting
from bench.styles import BEFORE, styles
from bench.turns import Plan, take_turns
from valohai_steps.source.command_line.reader import read_command_line
from valohai_steps.source.python_file import read_module


@pytest.mark.parametrize(
    "command",
    [
        pytest.param([sys.executable, "-m", "valohai_steps", "server"], id="ours"),
        pytest.param([sys.executable, str(FLOORS / "pygls_server.py")], id="the floor"),
        pytest.param([sys.executable, str(FLOORS / "pygls_server.py"), "--parse"], id="the parsing floor"),
    ],
)
def test_an_edit_is_answered_with_its_version(tmp_path: Path, command: list[str]) -> None:
    python = project(tmp_path / "project", 100, 3)
    client = Client("server", command, tmp_path / "project", tmp_path / "log")
    try:
        client.initialize()
        document = Document(client, tmp_path / "project" / "train.py")
        document.open(python.text)
        sample = document.keystroke(python.in_call, 123_456)
        assert client.published[document.uri].version == document.version == 2
        assert sample.cpu is not None
    finally:
        client.stop()


def test_what_is_typed_is_read_by_every_reader() -> None:
    python = python_text(200)
    place = python.in_call
    lines = python.text.splitlines()
    assert lines[place.line][place.column : place.column + WIDTH].isdigit()
    assert lines[python.in_code.line][python.in_code.column :].isdigit()
    assert [step.name for step in read_module(python.text).steps] == ["train"]
    assert read_with_ast(python.text) == read_with_tree_sitter(python.text)
    assert "learning-rate" in read_with_tree_sitter(python.text)


def test_inputs_are_the_same_every_time(tmp_path: Path) -> None:
    for name in ("first", "second"):
        workspace(tmp_path / name, 60, 5)
    first, second = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.py")}
        for name in ("first", "second")
    )
    assert first == second
    assert sum(b"valohai" in content for content in first.values()) == 5
    assert len(yaml.safe_load(yaml_text(step_names(30)))) == 30


def test_the_styles_are_one_file_written_differently() -> None:
    texts = styles()
    meanings = [
        [item["step"] for item in yaml.safe_load(text.decode("utf-8-sig"))] for text in texts.values()
    ]
    assert len(set(texts.values())) == len(texts) == 16
    assert all(text.count(BEFORE.encode()) == 1 for text in texts.values())
    assert all(meaning == meanings[0] for meaning in meanings)


def test_a_goal_is_kept_by_the_ratio_that_it_names() -> None:
    series = Series()
    for value in (2.0, 3.0, 4.0):
        series.add(OWN, Sample(value, cpu=value))
        series.add(PUBLISHES, Sample(value * 2))
    numbers = series.numbers()
    assert at_most("", numbers[OWN], numbers[PUBLISHES], 0.5).kept
    assert not at_most("", numbers[PUBLISHES], numbers[OWN], 1.9).kept
    assert faster("", numbers[OWN], numbers[PUBLISHES], 2).kept
    assert not faster("", numbers[OWN], numbers[PUBLISHES], 2.1).kept


def test_the_tables_say_what_was_kept_and_missed() -> None:
    series = Series({"ours": [Sample(3.0, 1.0, 20)], "theirs": [Sample(2.0, 1.0, 10)]})
    numbers = series.numbers()
    goals = (
        at_most("x theirs", numbers["ours"], numbers["theirs"], 2),
        at_most("x theirs", numbers["ours"], numbers["theirs"], 1),
    )
    row = Row("no-such-row", "a row", "ms", numbers, goals)
    assert list(report.goals_table([row]))[2:] == [
        "| a row: x theirs | 1.50 x | 1.00 | ≤ 2 | kept |\n",
        "| a row: x theirs | 1.50 x | 1.00 | ≤ 1 | **missed** |\n",
    ]
    assert (
        list(report.numbers_table([row]))[2] == "| a row (ms) | ours | 3.00 | 3.00 | 3.00 | 1.00 | 20 | 1 |\n"
    )


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        (Goal("x", 1.202, 1.2), "1.202 x | "),
        (Goal("x", 1.196, 1.2), "1.20 x | "),
        (Goal("x", 3.9996, 4, at_least=True), "3.9996 x | "),
        (Goal("x", 299.7, 300, at_least=True), "299.7 x | "),
        (Goal("x", 12_345.6, 300, at_least=True), "12,346 x | "),
        (Goal("x", 0.01504, 0.015), "0.01504 x | "),
        (Goal("x", 16, 16, at_least=True, unit=""), "16.00 | "),
    ],
)
def test_a_ratio_shows_on_which_side_of_its_goal_it_is(goal: Goal, said: str) -> None:
    (line,) = list(report.goals_table([Row("no-such-row", "a row", "ms", {}, (goal,))]))[2:]
    assert line.startswith(f"| a row: x | {said}")


def test_a_peer_that_fails_is_left_out_and_its_goal_is_not_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(number: int) -> Sample:
        if number:
            raise FailedError("it ended with 1")
        return Sample(1.0)

    contestants = {OWN: lambda _: Sample(2.0), "ruff": fails, PUBLISHES: lambda _: Sample(1.0)}
    numbers = take_turns(contestants, Plan(3, 10)).numbers()
    assert list(numbers) == [OWN, PUBLISHES]
    goal = at_most("x ruff", numbers[OWN], numbers.get("ruff"), 1)
    assert not goal.kept
    assert not goal.missed
    row = Row("a-row", "a row", "ms", numbers, (goal, at_most("x", numbers[OWN], numbers[PUBLISHES], 2)))
    assert list(report.goals_table([row]))[2] == "| a row: x ruff |  |  | ≤ 1 | not measured |\n"
    report.write_json({"rows": [row]}, tmp_path / "bench.json")
    assert report.read_json(tmp_path / "bench.json") == {"rows": [row]}
    assert "ruff is left out: it ended with 1" in capsys.readouterr().err
    with pytest.raises(FailedError):
        take_turns({OWN: fails, "ruff": lambda _: Sample(1.0)}, Plan(3, 10))


def test_a_server_that_cannot_be_started_is_left_out(tmp_path: Path) -> None:
    absent = tmp_path / "bin" / "python"
    peers = Peers(Path(sys.executable), absent, absent, absent, absent, absent, tmp_path)
    (tmp_path / "project").mkdir()
    with Setting(peers, tmp_path, quick=True).servers(
        [PUBLISHES, "ruff", "pyright"], tmp_path / "project"
    ) as clients:
        assert list(clients) == [PUBLISHES]


def test_a_row_that_fails_half_way_keeps_what_it_has_and_loses_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one(_: Setting) -> Iterator[Row]:
        yield Row("one", "one", "ms", {})

    def half(_: Setting) -> Iterator[Row]:
        yield Row("half", "half", "ms", {})
        raise FailedError("it ended")

    monkeypatch.setattr("bench.__main__.ROWS", {"half": half, "one": one})
    monkeypatch.setattr(report, "QUICK_JSON", tmp_path / "bench.json")
    absent = tmp_path / "python"
    setting = Setting(Peers(*[absent] * 7), tmp_path, quick=True)
    assert list(measured(setting, ["half", "one"])) == ["one"]
    assert [row.key for rows in report.read_json(tmp_path / "bench.json").values() for row in rows] == [
        "half",
        "one",
    ]


def test_the_modules_of_an_import_are_those_that_a_bare_python_has_not(tmp_path: Path) -> None:
    found = imported_modules(Path(sys.executable), "valohai", tmp_path)
    assert found[-1] == "valohai"
    assert "argparse" not in found


def test_the_page_has_the_place_of_the_table_and_every_profile_a_row() -> None:
    text = report.PAGE.read_text("utf-8")
    assert text.count(report.BEGIN) == text.count(report.END) == 1
    assert {path.stem for path in (report.PAGE.parent / "profiles").glob("*.txt")} <= SCENARIOS.keys()


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (f"a\n{report.FIGURES}b\n", report.END_OF_FIGURES),
        (f"a\n{report.END_OF_FIGURES}b\n", report.FIGURES),
        (f"a\n{report.END_OF_FIGURES}{report.FIGURES}b\n", report.END_OF_FIGURES),
    ],
)
def test_a_page_that_has_lost_a_mark_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str, said: str
) -> None:
    table, readme = tmp_path / "table.md", tmp_path / "README.md"
    table.write_text(f"before\n{report.BEGIN}old\n{report.END}behind\n", "utf-8")
    readme.write_text(page, "utf-8")
    monkeypatch.setattr(report, "PAGE", table)
    monkeypatch.setattr(report, "README", readme)
    monkeypatch.setattr(report, "summary", lambda _: "new\n")
    with pytest.raises(ValueError, match=f"README.md has no `{said.strip()}`"):
        report.write_page([])
    assert readme.read_text("utf-8") == page
    written = table.read_text("utf-8")
    assert written.startswith(f"before\n{report.BEGIN}\nMeasured on ")
    assert written.endswith(f"\n{report.END}behind\n")


def test_the_four_figures_of_the_readme_are_those_of_the_table() -> None:
    medians: dict[str, dict[str, float]] = {}
    title = ""
    table = report.PAGE.read_text("utf-8").partition(report.BEGIN)[2].partition(report.END)[0]
    for line in table.partition("| what | who |")[2].rstrip().splitlines()[2:]:
        what, who, median = re.split(r" \| ", line.removeprefix("| "))[:3]
        title = what.rpartition(" (")[0] or title
        medians.setdefault(title, {})[who] = float(median.replace(",", ""))
    said = report.README.read_text("utf-8").partition(report.FIGURES)[2].partition(report.END_OF_FIGURES)[0]
    assert said == report.summary(medians)


def test_what_is_typed_into_a_valohai_yaml_is_a_default_of_it() -> None:
    text, place = typed_yaml(step_names(10))
    line = text.splitlines()[place.line]
    assert line[place.column : place.column + WIDTH].isdigit()
    assert line.strip().startswith("default: 0.")
    assert len(yaml.safe_load(text)) == 10


def test_names_that_are_typed_are_where_the_digits_are(tmp_path: Path) -> None:
    text, place = with_digits(python_text(60).text, 'step="train"', f'step="train-{FIRST}"')
    line = text.splitlines()[place.line]
    assert line[place.column : place.column + WIDTH] == str(FIRST)
    assert [step.name for step in read_module(text).steps] == [f"train-{FIRST}"]
    cells = cells_text(20)
    joined = read_module("\n".join(cells))
    assert [step.name for step in joined.steps] == ["train"]
    assert not joined.problems
    (tmp_path / "valohai.yaml").write_text(pipeline_yaml(step_names(5)))
    drawn = run([sys.executable, "-m", "valohai_steps", "graph"], tmp_path)
    assert drawn.value > 0
    fact = read_command_line(argparse_text(40)).fact
    assert fact is not None
    assert fact.parser is not None
    assert "--learning-rate" in {flag.text for each in fact.parser.arguments for flag in each.flags}
