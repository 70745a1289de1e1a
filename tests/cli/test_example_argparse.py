"""examples/argparse: a project without prepare(), healthy as it is; the mistakes people make are found."""

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run

EXAMPLE = Path(__file__).parents[2] / "examples" / "argparse"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_the_example_has_no_findings(run: Run, project: Path) -> None:
    result = run("check")
    assert (result.code, result.out) == (0, "")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("name: learning_rate", "name: learning-rate", "VH131"),
        ("choices: [18, 34, 50]", "choices: [18, 34, 101]", "VH133"),
        ("python train.py {parameters}", "python train.py", "VH134"),
        ("        pass-true-as: --pretrained\n        pass-false-as: --no-pretrained\n", "", "VH136"),
        ("name: split\n", "name: splits\n", "VH121"),
    ],
)
def test_a_mistake_is_found(run: Run, project: Path, old: str, new: str, code: str) -> None:
    text = (project / "valohai.yaml").read_text()
    assert text.count(old) == 1
    (project / "valohai.yaml").write_text(text.replace(old, new))
    result = run("check")
    assert result.code == 1
    assert code in {line.split(" ")[1] for line in result.out.splitlines()}


def test_the_tour_of_the_readme_is_true(run: Run, project: Path) -> None:
    text = (project / "valohai.yaml").read_text()
    (project / "valohai.yaml").write_text(text.replace("name: learning_rate", "name: learning-rate"))
    readme = (EXAMPLE.parents[1] / "README.md").read_text("utf-8")
    said = run("check").out
    assert said
    assert f"$ valohai-steps check\n{said}" in readme
    (project / "valohai.yaml").write_text(text)
    for command in ("update train.py", "update train.py --add workers"):
        said = run(*command.split()).err
        assert said
        assert f"$ valohai-steps {command}\n{said}" in readme
