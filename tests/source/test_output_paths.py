"""The files that Python names as outputs."""

import random
from functools import partial

import pytest

from tests.growth.call_counts import calls
from tests.seeds import weekly_seed
from valohai_steps.source.command_line.output_paths import output_files
from valohai_steps.source.tree.syntax import Syntax

OS = "import os\n"
PATHLIB = "import os\nfrom pathlib import Path\n"
FORMS = [
    ("import valohai\np = valohai.outputs().path('a.pkl')", ["a.pkl"]),
    ("import valohai\np = valohai.outputs('logs').path('a.log')", ["logs/a.log"]),
    ("import valohai\np = valohai.outputs().path(f'a-{epoch}.pkl')", ["a-*.pkl"]),
    ("import valohai\nNAME = 'a.pkl'\np = valohai.outputs().path(NAME)", ["a.pkl"]),
    ("import os\nimport valohai\np = os.path.join(valohai.outputs('x').dir_path(), 'a.pkl')", ["x/a.pkl"]),
    ("open('/valohai/outputs/a.pkl', 'wb')", ["a.pkl"]),
    ("open(f'/valohai/outputs/{name}.pkl', 'wb')", ["*.pkl"]),
    ("open(f'/valohai/outputs/a-{epoch}.pkl', 'wb')", ["a-*.pkl"]),
    ("ROOT = '/valohai/outputs'\nopen(ROOT + '/a.pkl')", ["a.pkl"]),
    (OS + "p = os.path.join(os.environ['VH_OUTPUTS_DIR'], 'a.pkl')", ["a.pkl"]),
    (OS + "p = os.path.join(os.environ['VH_OUTPUTS_DIR'], 'logs', 'a.log')", ["logs/a.log"]),
    (OS + "p = os.path.join(os.getenv('VH_OUTPUTS_DIR', '/valohai/outputs'), 'a.pkl')", ["a.pkl"]),
    (OS + "ROOT = os.getenv('VH_OUTPUTS_DIR') or '.'\np = os.path.join(ROOT, 'a.pkl')", ["a.pkl"]),
    (OS + "ROOT = os.environ.get('VH_OUTPUTS_DIR', '.')\np = f'{ROOT}/a-{n}.pkl'", ["a-*.pkl"]),
    (PATHLIB + "p = Path(os.environ['VH_OUTPUTS_DIR']) / 'logs' / 'a.log'", ["logs/a.log"]),
    (
        PATHLIB + "LOGS = Path('/valohai/outputs') / 'logs'\na = LOGS / 'a.log'\nb = LOGS / 'b.log'",
        ["logs/a.log", "logs/b.log"],
    ),
    (PATHLIB + "p = Path('/valohai/outputs').joinpath('logs', 'a.log')", ["logs/a.log"]),
    (PATHLIB + "p = Path('/valohai/outputs', 'a.pkl').resolve()", ["a.pkl"]),
    (
        PATHLIB
        + "ROOT = Path(os.getenv('VH_OUTPUTS_DIR', '.'))\ndef save():\n    (ROOT / 'a.pkl').write_text('')",
        ["a.pkl"],
    ),
    ("ROOT = '/valohai/outputs'\ndef f(ROOT):\n    return ROOT + '/a'\n", []),
    ('"""Writes /valohai/outputs/a."""\n# /valohai/outputs/b\n', []),
    (OS + "os.makedirs('/valohai/outputs')\nprint(os.environ['VH_OUTPUTS_DIR'])", []),
    (OS + "p = os.path.join(os.environ['VH_OUTPUTS_DIR'], name)", []),
    ("outputs('x')\nmodel.outputs().path\nself.outputs = outputs", []),
]


@pytest.mark.parametrize(("text", "names"), FORMS)
def test_the_outputs_of_a_text(text: str, names: list[str]) -> None:
    found = output_files(Syntax(text))
    assert [each.name for each in found] == names
    for each in found:
        written = text[each.span.start : each.span.end]
        assert each.name.rpartition("/")[2].rpartition("*")[2] in written or "NAME" in text


def test_any_text_is_read() -> None:
    """Whatever a text is cut down to, nothing is raised, and every place is in it."""
    source = random.Random(weekly_seed())  # noqa: S311  # a test
    for text, _ in FORMS:
        for _ in range(20):
            start, end = sorted(source.randrange(len(text) + 1) for _ in range(2))
            cut = text[:start] + text[end:]
            for each in output_files(Syntax(cut)):
                assert 0 <= each.span.start <= each.span.end <= len(cut)


def writes(count: int) -> str:
    lines = "".join(f"out = os.path.join(ROOT, 'a{n}.pkl')\nopen(out, 'wb')\n" for n in range(count))
    return f"{OS}ROOT = '/valohai/outputs'\n{lines}"


def test_one_variable_may_name_hundreds_of_files() -> None:
    names = [each.name for each in output_files(Syntax(writes(400)))]
    assert names == [f"a{n}.pkl" for n in range(400)]


def test_four_times_the_files_by_one_variable_are_four_times_the_work() -> None:
    few, many = (calls(partial(output_files, Syntax(writes(count)))) for count in (50, 200))
    assert many < few * 5


ROOT = "from pathlib import Path\nout = ROOT = Path('/valohai/outputs')\n"
REBOUND = [
    ("a = ROOT / 'a'\na / 'x'\na = ROOT / 'b'\na / 'y'\n", ["a/x", "b/y"]),
    ("a = ROOT / 'a'\nif c:\n    a = ROOT / 'b'\na / 'x'\n", ["a/x", "b/x"]),
    ("if c:\n    a = ROOT / 'a'\nelse:\n    a = ROOT / 'b'\na / 'x'\n", ["a/x", "b/x"]),
    ("a = ROOT / 'a'\nfor a in b:\n    a / 'x'\n", ["a"]),
    ("a = ROOT / 'a'\nwith b as a:\n    a / 'x'\n", ["a"]),
    ("a = ROOT / 'a'\ndel a\na / 'x'\n", ["a"]),
    ("def f():\n    return a / 'x'\na = ROOT / 'a'\na = ROOT / 'b'\n", ["a/x", "b/x"]),
]


@pytest.mark.parametrize(("text", "names"), REBOUND)
def test_a_name_means_what_was_assigned_last(text: str, names: list[str]) -> None:
    assert sorted(each.name for each in output_files(Syntax(ROOT + text))) == names


def test_a_path_that_leads_to_too_many_places_names_none_and_the_others_do() -> None:
    """Each `if` doubles what is joined to the first."""
    doubling = "a = ROOT\n" + "".join(f"if c:\n    a = a / '{n}'\n" for n in range(30))
    assert "b.pkl" in [each.name for each in output_files(Syntax(f"{ROOT}{doubling}b = ROOT / 'b.pkl'\n"))]
