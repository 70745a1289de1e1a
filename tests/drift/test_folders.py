"""In which folder each command of a step runs: bash runs the same lines, and says where it was."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from valohai_steps.drift.commands.folders import commands_in_folders
from valohai_steps.drift.commands.installs import installs
from valohai_steps.drift.commands.named_files import named_files
from valohai_steps.drift.commands.runs import runs
from valohai_steps.drift.commands.shells import UNKNOWN

CASES: dict[str, list[str]] = {
    "cd a && python x.py; python y.py": ["a/x.py", "a/y.py"],
    "(cd a && python x.py) && python y.py": ["a/x.py", "y.py"],
    "(cd a && python x.py); (cd b && python y.py)": ["a/x.py", "b/y.py"],
    "cd a && (cd b && (cd c; python x.py); python y.py); python z.py": ["a/b/c/x.py", "a/b/y.py", "a/z.py"],
    "((cd a); python x.py)": ["x.py"],
    "echo '(' \"((\" \\( && cd a && python x.py": ["a/x.py"],
    "cd a; echo ')'; (cd b; echo '('; python x.py); python y.py": ["a/b/x.py", "a/y.py"],
    "(cd a)\npython x.py\ncd b\npython y.py": ["x.py", "b/y.py"],
    "cd a # (\npython x.py": ["a/x.py"],
    "cd a | cat; python x.py": ["x.py"],
    "true | cd a; python x.py": ["x.py"],
    "(cd a && python x.py) | cat; python y.py": ["a/x.py", "y.py"],
    "cd a && python x.py & python y.py; wait": ["a/x.py", "y.py"],
    "cd a; cd b & wait; python x.py": ["a/x.py"],
    "{ cd a; python x.py; }; python y.py": ["a/x.py", "a/y.py"],
    "if cd a; then python x.py; fi": ["a/x.py"],
    "X=1 cd a && python x.py": ["a/x.py"],
    "cd -P -- a && python x.py && cd - && python y.py": ["a/x.py", "y.py"],
    "cd a && cd .. && cd ./b/../a && python x.py": ["a/x.py"],
    "cd '' && python x.py": ["x.py"],
    "echo cd a && python x.py": ["x.py"],
    "cd a > /dev/null 2>&1 && python x.py": ["a/x.py"],
    "if [ -d a ]; then cd a; python x.py; cd ..; fi; python y.py": ["a/x.py", "y.py"],
    "if [ -d a ]\nthen\n  cd a\n  python x.py\n  cd ..\nelse\n  true\nfi\npython y.py": ["a/x.py", "y.py"],
    "if false; then true; elif true; then cd a; python x.py; cd -; fi; python y.py": ["a/x.py", "y.py"],
    "for i in 1; do cd a && python x.py; cd ..; done; python y.py": ["a/x.py", "y.py"],
    "while cd a; do python x.py; break; done; python y.py": ["a/x.py", "a/y.py"],
    "(if cd a; then python x.py; fi; python y.py); python z.py": ["a/x.py", "a/y.py", "z.py"],
    "case a in a|b) cd a; python x.py; cd ..;; *) true;; esac; python y.py": ["a/x.py", "y.py"],
    "run() { cd a; }; python y.py": ["y.py"],
    "function run { cd a; }; cd b; python y.py": ["b/y.py"],
    "true | { cd a; python x.py; }; python y.py": ["a/x.py", "y.py"],
    "{ cd a; python x.py; } | cat; python y.py": ["a/x.py", "y.py"],
    "true |\n while true; do cd a; python x.py; break; done; python y.py": ["a/x.py", "y.py"],
    "cd a && { cd b; python x.py; } & wait; python y.py": ["a/b/x.py", "y.py"],
    "cd a && { cd ..; cd b; } & wait; python y.py": ["y.py"],
    "cd a &&\n python x.py & wait; python y.py": ["a/x.py", "y.py"],
    "cd a || exit 1; python x.py": ["a/x.py"],
    "[ -d a ] && cd a && python x.py": ["a/x.py"],
    "'if' 2> /dev/null; cd a; python x.py": ["a/x.py"],
}
# Lines of which only the shell knows where it is at their end.
UNSURE = [
    "cd $X",
    "cd $X; cd ..",
    "cd ~",
    "cd a || cd b",
    "[ -d a ] && cd a",
    "if [ -d a ]; then cd a; fi",
    "if [ -d a ]; then cd a; else cd b; fi",
    "if cd a; then cd ..; else cd b; fi",
    "for x in *; do cd a; done",
    "for x in *; do cd a; if true; then break; fi; cd ..; done",
    "case $X in a) cd a;; esac",
    "run() { cd a; }; run",
    "go() { true || cd a; }; cd b; go; cd -",
    "outer() { inner() { cd a; }; }; inner",
    "run() {",
    "pushd a",
]
# Say which file is started, and where; the folder of the repository is the first argument.
SAYING = """\
repository=$1
python() { printf '%s\\n' "${PWD#"$repository"}/$1"; }
"""


@pytest.mark.parametrize("line", CASES)
def test_a_command_starts_where_the_shell_is(line: str) -> None:
    assert [run.files[0] for run in runs([line])] == CASES[line]
    assert [each.path for each in installs([line.replace("python", "pip install -r")])] == CASES[line]


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32" or shutil.which("bash") is None, reason="bash")
@pytest.mark.parametrize("line", CASES)
def test_bash_runs_it_there(tmp_path: Path, line: str) -> None:
    (tmp_path / "a/b/c").mkdir(parents=True)
    (tmp_path / "b").mkdir()
    folder = str(tmp_path.resolve())
    done = subprocess.run(
        ["bash", "-c", f"cd {folder!r}\n{SAYING}{line}", "bash", folder],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    said = [each[1:] for each in done.stdout.splitlines() if each.endswith(".py")]
    assert sorted(said) == sorted(CASES[line]), done.stderr


@pytest.mark.parametrize("line", UNSURE)
def test_where_it_is_not_sure_nothing_is_said(line: str) -> None:
    *_, found = commands_in_folders([line, "python x.py"])
    assert found.folder == UNKNOWN
    assert not list(named_files([line, "python x.py", "pip install -r ../x.txt"]))
    *_, again = commands_in_folders([line, "cd /valohai/repository/a", "python x.py"])
    assert again.folder == "a"


def test_lines_share_one_shell_but_no_parenthesis() -> None:
    lines = ["(cd a", "python x.py", "cd b", "python y.py"]
    assert [run.files[0] for run in runs(lines)] == ["x.py", "b/y.py"]


def test_a_branch_goes_on_in_the_next_line() -> None:
    lines = ["if [ -d a ]; then", "cd a", "python x.py", "cd ..", "fi", "python y.py"]
    assert [run.files[0] for run in runs(lines)] == ["a/x.py", "y.py"]


def test_a_command_knows_its_line_and_its_words() -> None:
    (found,) = commands_in_folders(["A=1 B=2", "cd a", "A=1 python x.py"], "src")
    words = [word.text for word in found.words]
    assert (found.line, found.folder, words) == (2, "src/a", ["python", "x.py"])
