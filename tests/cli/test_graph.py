"""`valohai-steps graph`."""

from pathlib import Path

import pytest

from valohai_steps.cli.main import main

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pipelines"
PYTHON = """from valohai import Pipeline


def main(config):
    pipe = Pipeline(name="nightly", config=config)
    pipe.execution("train")
    return pipe
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "valohai.yaml").write_bytes((FIXTURES / "graphs.yaml").read_bytes())
    (tmp_path / "pipeline.py").write_text(PYTHON, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_pipeline_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph"]) == 0
    assert capsys.readouterr().out == (FIXTURES / "graphs.text").read_text("utf-8")


def test_one_pipeline_in_each_format(capsys: pytest.CaptureFixture[str]) -> None:
    for form, first in (("mermaid", "flowchart LR"), ("dot", 'digraph "chain" {'), ("svg", "<svg ")):
        assert main(["graph", "chain", "--format", form]) == 0
        assert capsys.readouterr().out.startswith(first)


def test_the_pipeline_of_a_python_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", "--file", "pipeline.py"]) == 0
    assert capsys.readouterr().out == "nightly: 1 node, 0 edges\n\n  1  train_1  (step train)\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chian"], "no pipeline 'chian' (did you mean 'chain'?)"),
        (["--format", "svg"], "one picture holds one pipeline; name one of chain, fan, real, broken"),
        (["--file", "other.py"], "no main(config) that returns a valohai.Pipeline in this file"),
        (["--file", "unknown.py"], "unknown.py:4:26: VH101: the value of os.environ"),
        (["--file", "half/valohai.yaml"], "valohai.yaml:2:11: VH301: "),
        (["--file", "gone.yaml"], "no such file or folder"),
        (["--file", "."], "this is a folder"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    arguments: list[str], said: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "other.py").write_text("print(1)\n", "utf-8")
    (project / "half").mkdir()
    (project / "half" / "valohai.yaml").write_text("- pipeline:\n    name: [x\n", "utf-8")
    (project / "unknown.py").write_text(
        "import os\nfrom valohai import Pipeline\ndef main(config):\n"
        "    pipe = Pipeline(name=os.environ['X'], config=config)\n    return pipe\n",
        "utf-8",
    )
    assert main(["graph", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


def test_a_pipeline_is_written_by_update(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (project / "valohai.yaml").read_text("utf-8")
    assert main(["update", "pipeline.py", "--check"]) == 1
    assert main(["update", "pipeline.py"]) == 0
    assert "valohai.yaml: updated: 1 pipeline added" in capsys.readouterr().err
    after = (project / "valohai.yaml").read_text("utf-8")
    assert after.startswith(before)
    assert main(["update", "pipeline.py", "--check"]) == 0
    (project / "pipeline.py").write_text(PYTHON.replace('"train"', '"trian"'), "utf-8")
    assert main(["update", "pipeline.py"]) == 2
    assert "there is no step 'trian' in valohai.yaml; did you mean train?" in capsys.readouterr().err
    assert main(["update"]) == 0  # met in a folder, it is passed over
    assert (project / "valohai.yaml").read_text("utf-8") == after


def test_show_of_a_pipeline_leads_to_its_drawing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "pipeline.py"]) == 2
    assert "`valohai-steps graph --file pipeline.py` draws it" in capsys.readouterr().err
