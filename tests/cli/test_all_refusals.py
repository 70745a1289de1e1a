"""`update` names everything that stands in its way at once: nobody wants to run it once for each mistake."""

from pathlib import Path

import pytest

from valohai_steps.cli.main import main

FILES = {
    "train.py": """\
import valohai
valohai.prepare(step="a", image=f(), default_parameters={"x": g(), "y": 1})
valohai.prepare(step="b", image="x", default_parameters={"x": {1}})
""",
    "two.py": 'import valohai\nvalohai.prepare(stepp="a")\n',
    "valohai.yaml": "- step: {name: c, image: x, command: [}\n",
    "sub/valohai.yaml": "- step: {name: c, image: x, image: y}\n",
    "sub/three.py": "import valohai\nvalohai.prepare(step=name)\n",
}
PLACES = [
    "train.py:2:33",
    "train.py:2:63",
    "train.py:3:63",
    "two.py:2:17",
    "valohai.yaml:1:39",
    "sub/three.py:2:22",
    "sub/valohai.yaml:1:29",
]


def test_every_obstacle_is_named_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert main(["update"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert sorted(line.partition(": ")[0] for line in lines) == sorted(PLACES)
    assert all(line.endswith(" (nothing was written)") for line in lines)
    assert {name: (tmp_path / name).read_text() for name in FILES} == FILES


def test_a_valohai_yaml_that_may_not_be_written_is_not_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    monkeypatch.chdir(root)
    (tmp_path / "valohai.yaml").write_text("secret: [\n")
    (root / "pyproject.toml").write_text('[tool.valohai-steps]\nyaml = "../valohai.yaml"\n')
    (root / "train.py").write_text(FILES["two.py"])
    assert main(["update"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["pyproject.toml:2:1", "train.py:2:17"]


def test_show_names_them_all_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text(FILES["train.py"])
    assert main(["show", "train.py"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[0] for line in lines] == PLACES[:3]
    assert all(line.endswith(" (there is nothing to show)") for line in lines)
