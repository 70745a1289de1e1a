"""Steps and scripts that read their own command line: what the editor and `check` say, as diagnostics."""

from pathlib import Path

import pytest

from tests.drift.command_line_cases import Case, cases
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
CASES = cases("drift")
OURS = ("VH121", "VH131", "VH132", "VH133", "VH134", "VH135", "VH136")
QUIET = [case for case in CASES if case["quiet"]]
SCRIPT = """\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=3)
args = parser.parse_args()
"""
YAML = """\
- step:
    name: train
    image: python:3.11-slim
    command: {command}
    parameters:
      - name: rounds
        type: integer
        default: 3
"""


def workspace_of(files: dict[str, str]) -> Workspace:
    workspace = Workspace([ROOT])
    for name, text in files.items():
        workspace.put(ROOT / name, text, 0)
    return workspace


def said(workspace: Workspace, name: str) -> list[list[str]]:
    """Code and text of every finding of a file."""
    text = workspace.snapshot.readable_text(ROOT / name)
    found = (item.finding for item in demand(diagnostics(workspace.snapshot, ROOT / name)))
    return [[each.code, text[each.span.start : each.span.end]] for each in found]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_step_and_its_script_as_the_editor_shows_them(case: Case) -> None:
    workspace = workspace_of({"valohai.yaml": case["yaml"], "train.py": case["source"]})
    for side, name in (("yaml", "valohai.yaml"), ("python", "train.py")):
        expected = sorted(
            [code, text] for code, where, text in case["finds"] if where == side and code in OURS
        )
        assert sorted(each for each in said(workspace, name) if each[0] in OURS) == expected
    others = {code for code, _, _ in case["finds"] if code not in OURS}
    assert others <= {code for code, _ in said(workspace, "valohai.yaml")}


@pytest.mark.parametrize(
    ("command", "default", "choices", "expected"),
    [
        ("'{parameter-value:rounds} train.py --epochs x'", "python", "python, echo", ["VH133"]),
        ("'{parameter-value:rounds} train.py --epochs x'", "echo", "echo, python", []),
        ("python {parameter-value:rounds} --epochs x", "train.py", "train.py, other.py, x.sh", ["VH133"]),
        ("python {parameter-value:rounds} --epochs 3", "train.py", "train.py, other.py, x.sh", []),
    ],
)
def test_a_parameter_may_choose_what_is_run(
    command: str, default: str, choices: str, expected: list[str]
) -> None:
    yaml = YAML.format(command=command).replace("type: integer", "type: string")
    yaml = yaml.replace("default: 3", f"default: {default}\n        choices: [{choices}]")
    workspace = workspace_of({"train.py": SCRIPT, "valohai.yaml": yaml})
    assert [code for code, _ in said(workspace, "valohai.yaml") if code in OURS] == expected


def test_a_parameter_that_must_be_given_may_choose_what_is_run() -> None:
    yaml = YAML.format(command="'{parameter-value:rounds} train.py --epochs x'")
    yaml = yaml.replace("type: integer", "type: string").replace("default: 3", "choices: [python]")
    workspace = workspace_of({"train.py": SCRIPT, "valohai.yaml": yaml})
    assert not [code for code, _ in said(workspace, "valohai.yaml") if code in OURS]


@pytest.mark.parametrize(
    ("lines", "mistakes", "refused"),
    [
        ("type: integer, default: abc", ["VH305"], False),
        ("type: integer, choices: [1, abc], default: 1", ["VH305"], False),
        ("type: integer, multiple: repeat, default: [1, abc]", ["VH305"], False),
        ("type: integer, pass-as: '--epochs={val}', default: 1", ["VH304"], False),
        ("type: string, default: zzz, descriptio: x", ["VH302"], True),
        ("type: string, default: zzz, optional: maybe", ["VH302"], True),
        ("type: string, default: zzz, widget: 3", ["VH302"], True),
        ("type: string, default: zzz, min: x", ["VH302", "VH307"], True),
        ("type: integer, choices: [abc, 1], default: abc, descriptio: x", ["VH302", "VH305", "VH305"], False),
        ("type: string, choices: [zzz, 1], default: '2'", ["VH305"], True),
    ],
)
def test_only_a_mistake_that_decides_what_is_passed_stands_for_the_refusal(
    lines: str, mistakes: list[str], refused: bool
) -> None:
    yaml = YAML.partition("      - name")[0].format(command="python train.py {parameters}")
    yaml += f"      - {{name: epochs, {lines}}}\n"
    workspace = workspace_of({"valohai.yaml": yaml, "train.py": SCRIPT})
    codes = [code for code, _ in said(workspace, "valohai.yaml")]
    assert sorted(code for code in codes if code.startswith("VH3")) == mistakes
    assert ("VH133" in codes) is refused
    assert ("VH133" in {code for code, _ in said(workspace, "train.py")}) is refused


@pytest.mark.parametrize("quiet", ["ignored", "off"])
def test_a_mistake_that_is_not_told_stands_for_nothing(quiet: str) -> None:
    yaml = YAML.format(command="python train.py {parameters}").replace("rounds", "epochs")
    wrong = yaml.replace("default: 3", "default: abc")
    files = {"valohai.yaml": wrong, "train.py": SCRIPT}
    workspace = workspace_of(files)
    assert said(workspace, "valohai.yaml") == [["VH305", "abc"]]
    assert said(workspace, "train.py") == []
    if quiet == "off":
        workspace.set_overrides({"rules": {"VH305": "off"}})
    else:
        workspace.put(ROOT / "valohai.yaml", wrong.replace("abc", "abc  # valohai: ignore[VH305]"), 1)
    assert said(workspace, "valohai.yaml") == [["VH133", "abc"]]
    assert said(workspace, "train.py") == [["VH133", '"--epochs"']]


@pytest.mark.parametrize(
    ("words", "expected"),
    [("a", ["VH131"]), ("a b", ["VH131"]), ("run", []), ("a run", []), ("a -- run", [])],
)
def test_a_command_behind_all_the_rest_has_a_word_left(words: str, expected: list[str]) -> None:
    """As argparse has it: what takes all leaves one word for the command."""
    parser = SCRIPT.replace("args =", 'parser.add_argument("rest", nargs="...")\nargs =')
    script = parser.replace("args =", 'parser.add_subparsers(required=True).add_parser("run")\nargs =')
    yaml = YAML.format(command=f"python train.py {words}").partition("    parameters")[0]
    found = said(workspace_of({"train.py": script, "valohai.yaml": yaml}), "valohai.yaml")
    assert [code for code, _ in found] == expected


def test_a_shell_script_is_looked_into() -> None:
    files = {
        "valohai.yaml": YAML.format(command="bash run.sh {parameters}"),
        "run.sh": 'pip install x\npython src/train.py "$@"\n',
        "src/train.py": SCRIPT,
    }
    workspace = workspace_of(files)
    assert said(workspace, "valohai.yaml") == [["VH131", "rounds"]]
    assert said(workspace, "src/train.py") == [["VH131", "parser.parse_args()"]]


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "on disk"])
def test_what_a_shell_script_passes_counts_as_it_is_now(tmp_path: Path, *, is_open: bool) -> None:
    shell, yaml = tmp_path / "run.sh", tmp_path / "valohai.yaml"
    workspace = Workspace([tmp_path])
    workspace.put(tmp_path / "train.py", SCRIPT, 0)
    workspace.put(yaml, YAML.format(command="bash run.sh").partition("    parameters")[0], 0)

    def codes(text: str | None) -> list[str]:
        """The findings once the shell script has another text; None for one that is not there."""
        if text is not None and is_open:
            workspace.put(shell, text, None)
        elif text is not None:
            shell.write_text(text)
            workspace.refresh([shell])
        else:
            shell.unlink(missing_ok=True)
            workspace.close(shell)
            workspace.refresh([shell])
        return [each.finding.code for each in demand(diagnostics(workspace.snapshot, yaml))]

    assert codes(None) == []
    assert codes("python train.py --rounds 3\n") == ["VH131"]
    assert codes("python train.py --epochs 3\n") == []
    assert codes("python train.py --epochs x\n") == ["VH133"]
    assert codes(None) == []


def test_a_comment_switches_a_finding_off_in_both_files() -> None:
    yaml = YAML.format(command="python train.py {parameters}").replace(
        "name: rounds", "name: rounds  # valohai: ignore[VH131]"
    )
    script = SCRIPT.replace("parse_args()", "parse_args()  # valohai: ignore[VH131]")
    workspace = workspace_of({"valohai.yaml": yaml, "train.py": script})
    assert said(workspace, "valohai.yaml") == []
    assert said(workspace, "train.py") == []


def test_an_argument_in_another_file_is_shown_there() -> None:
    options = 'def add(parser):\n    parser.add_argument("--Rounds", type=int)\n'
    made = "parser = argparse.ArgumentParser()\nadd(parser)\nparser.parse_args()\n"
    script = f"import argparse\nfrom options import add\n\n{made}"
    workspace = workspace_of(
        {
            "valohai.yaml": YAML.format(command="python train.py {parameters}"),
            "train.py": script,
            "options.py": options,
        }
    )
    assert said(workspace, "options.py") == [["VH131", '"--Rounds"']]
    assert said(workspace, "train.py") == []
    workspace.put(ROOT / "options.py", options.replace("Rounds", "rounds"), 1)
    assert said(workspace, "options.py") == said(workspace, "valohai.yaml") == []


def test_while_a_declaration_is_typed_nothing_is_said() -> None:
    workspace = workspace_of(
        {"valohai.yaml": YAML.format(command="python train.py {parameters}"), "train.py": SCRIPT}
    )
    assert said(workspace, "valohai.yaml") == [["VH131", "rounds"]]
    workspace.put(ROOT / "train.py", SCRIPT.replace("type=int, default=3)", "type="), 1)
    assert said(workspace, "valohai.yaml") == []
    workspace.put(ROOT / "train.py", SCRIPT.replace("epochs", "rounds"), 2)
    assert said(workspace, "valohai.yaml") == []


def test_an_edit_of_one_script_reads_one_file() -> None:
    yaml = "".join(
        YAML.format(command=f"python train{number}.py {{parameters}}").replace(
            "name: train", f"name: train{number}"
        )
        for number in range(30)
    )
    workspace = workspace_of({"valohai.yaml": yaml, **{f"train{number}.py": SCRIPT for number in range(30)}})
    assert len(said(workspace, "valohai.yaml")) == 30
    before = dict(workspace.memo.counts)
    workspace.put(ROOT / "train7.py", SCRIPT.replace("epochs", "rounds"), 1)
    assert len(said(workspace, "valohai.yaml")) == 29
    counts = workspace.memo.counts
    assert counts["command lines read"] - before["command lines read"] == 1
    assert counts["command lines judged"] - before["command lines judged"] == 1
    before = dict(counts)
    workspace.put(ROOT / "train7.py", SCRIPT + "\nprint(args)\n", 2)
    said(workspace, "train7.py")
    assert counts["command lines read"] - before["command lines read"] == 1


@pytest.mark.parametrize("case", QUIET, ids=[case["id"] for case in QUIET])
def test_nothing_at_all_is_said_where_all_is_well(case: Case) -> None:
    workspace = workspace_of({"valohai.yaml": case["yaml"], "train.py": case["source"]})
    both = [*said(workspace, "valohai.yaml"), *said(workspace, "train.py")]
    # The folder of an input that the step has not is empty on Valohai, whatever the script makes of it.
    expected = ["VH304"] if case["id"] == "required-literal" else []
    assert [code for code, _ in both] == expected


def test_a_number_without_a_type_is_told_where_the_script_leaves_it_a_string() -> None:
    yaml = "- step:\n    name: t\n    image: x\n    command: python train.py {parameters}\n"
    yaml += "    parameters:\n      - name: n\n        default: 3\n"
    script = 'import argparse\np = argparse.ArgumentParser()\np.add_argument("--n"%s)\np.parse_args()\n'
    loose = workspace_of({"valohai.yaml": yaml, "train.py": script % ""})
    stated = workspace_of({"valohai.yaml": yaml, "train.py": script % ", type=int"})
    assert [code for code, _ in said(loose, "valohai.yaml")] == ["VH309"]
    assert said(stated, "valohai.yaml") == []


def test_a_name_that_no_flag_is_made_of_may_have_blanks() -> None:
    yaml = "- step:\n    name: t\n    image: x\n    command: python train.py {parameters}\n    parameters:\n"
    yaml += "      - {name: data set, type: string, default: a, pass-as: '%s'}\n"
    script = 'import argparse\np = argparse.ArgumentParser()\np.add_argument("--data")\np.parse_args()\n'
    other = workspace_of({"valohai.yaml": yaml % "--data={v}", "train.py": script})
    own = workspace_of({"valohai.yaml": yaml % "--{name}={v}", "train.py": script})
    assert said(other, "valohai.yaml") == []
    assert "VH310" in [code for code, _ in said(own, "valohai.yaml")]


def test_a_module_that_is_not_saved_yet_counts_when_it_is_opened() -> None:
    script = "import argparse\nfrom more import add\np = argparse.ArgumentParser()\nadd(p)\np.parse_args()\n"
    yaml = YAML.format(command="python train.py {parameters}")
    workspace = workspace_of({"valohai.yaml": yaml, "train.py": script})
    assert ["VH131", "rounds"] not in said(workspace, "valohai.yaml")  # what add() declares is not known
    workspace.put(ROOT / "more.py", "def add(p):\n    p.add_argument('--epochs')\n", 0)
    assert "VH131" in {code for code, _ in said(workspace, "valohai.yaml")}
    workspace.put(ROOT / "more.py", "def add(p):\n    p.add_argument('--rounds')\n", 1)
    assert "VH131" not in {code for code, _ in said(workspace, "valohai.yaml")}


def test_a_script_that_is_closed_is_not_read_again_for_files_that_it_does_not_import(tmp_path: Path) -> None:
    script = SCRIPT.replace("parser =", "import more.deep\nparser =")
    (tmp_path / "train.py").write_text(script)
    workspace = Workspace([tmp_path])
    yaml = YAML.format(command="python train.py {parameters}")
    workspace.put(tmp_path / "valohai.yaml", yaml, 0)
    demand(diagnostics(workspace.snapshot, tmp_path / "valohai.yaml"))
    before = workspace.memo.counts["command lines read"]
    for number in range(20):
        workspace.put(tmp_path / f"other{number}.py", "x = 1\n", 0)
        demand(diagnostics(workspace.snapshot, tmp_path / "valohai.yaml"))
    assert workspace.memo.counts["command lines read"] == before


CHOOSING = (
    "- step:\n    name: train\n    image: x\n    command: python train.py {parameters}\n    parameters:\n"
)
CHOOSING += "      - {name: mode, type: string, default: a}\n"
CHOSEN = "import argparse\nfrom %s import %s\np = argparse.ArgumentParser()\n%s\np.parse_args()\n"
OWN = 'p.add_argument("--mode", choices=MODES)'
IMPORTED = {
    "of the script": ({"train.py": CHOSEN % ("modes", "MODES", OWN)}, "modes.py"),
    "of a module": (
        {"train.py": CHOSEN % ("more", "MODES", OWN), "more.py": "from modes import MODES\n"},
        "modes.py",
    ),
    "of a package": (
        {
            "train.py": CHOSEN % ("package.flags", "add", "add(p)"),
            "package/__init__.py": "from . import flags\n",
            "package/flags.py": f"from .modes import MODES\n\ndef add(p):\n    {OWN}\n",
        },
        "package/modes.py",
    ),
}


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "on disk"])
@pytest.mark.parametrize("importing", IMPORTED)
def test_what_a_script_imports_counts_as_it_is_now(importing: str, tmp_path: Path, *, is_open: bool) -> None:
    files, modes = IMPORTED[importing]
    shadowing = modes.replace(".py", "/__init__.py")
    workspace = Workspace([tmp_path])

    def codes(name: str, text: str | None) -> list[str]:
        """The findings once a file has another text; None for one that goes again."""
        path = tmp_path / name
        if text is None:
            path.unlink(missing_ok=True)
            workspace.close(path)
            workspace.refresh([path])
        elif is_open and name.startswith(modes[:-3]):
            workspace.put(path, text, None)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            workspace.refresh([path])
        found = demand(diagnostics(workspace.snapshot, tmp_path / "valohai.yaml"))
        return [each.finding.code for each in found]

    for name, text in {**files, "valohai.yaml": CHOOSING}.items():
        codes(name, text)
    (tmp_path / shadowing).parent.mkdir(exist_ok=True)
    assert codes(modes, "MODES = ['a', 'b']\n") == []
    assert codes(modes, "MODES = ['b']\n") == ["VH133"]
    assert codes(modes, "MODES = ['a']\n") == []
    assert codes(shadowing, "MODES = ['b']\n") == ["VH133"]
    assert codes(shadowing, None) == []


def test_a_script_is_told_again_when_what_it_imports_changes() -> None:
    files = IMPORTED["of a module"][0]
    workspace = workspace_of({"valohai.yaml": CHOOSING, **files, "modes.py": "MODES = ['a']\n"})
    assert said(workspace, "train.py") == []
    assert ROOT / "train.py" in workspace.affected(ROOT / "modes.py")


def test_a_package_that_imports_its_own_part_is_read() -> None:
    made = (
        CHOSEN.replace("from %s import %s", "import package")
        % 'p.add_argument("--mode", choices=package.modes.MODES)'
    )
    files = {"package/__init__.py": "from . import modes\n", "package/modes.py": "MODES = ['b']\n"}
    workspace = workspace_of({"valohai.yaml": CHOOSING, "train.py": made, **files})
    assert [code for code, _ in said(workspace, "valohai.yaml")] == ["VH133"]
