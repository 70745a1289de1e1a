"""A file that Python cannot compile is told of on the command line, and nothing is written from it."""

from pathlib import Path

import pytest

from .conftest import Run, names

CALL = 'import valohai\n\nvalohai.prepare(step="s")\n'


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        ('valohai.prepare(step="score", default_parameters={"a": 1}\n', 4),
        ("\ndef f(:\n    pass\n", 5),
        ("x = (1,\n", 4),
        ("class :\n    pass\n", 4),
        ("print 1 +\n", 4),
    ],
)
def test_a_file_that_is_not_python_is_an_error_at_its_break(
    broken: str, line: int, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "train.py").write_text(CALL + broken)
    with pytest.raises(SyntaxError):
        compile(CALL + broken, "train.py", "exec")
    checked = run("check", "train.py")
    assert checked.code == 1
    (found,) = [each for each in checked.out.splitlines() if " VH101 error: " in each]
    assert found.startswith(f"train.py:{line}:")
    updated = run("update", "train.py")
    assert updated.code == 2
    assert updated.err.startswith(f"train.py:{line}:")
    assert names(tmp_path) == ["train.py"]


@pytest.mark.parametrize("whole", ["def f(): ...\n", "match 1:\n    case _: pass\n", "type X = int\n"])
def test_a_file_that_is_python_of_any_version_is_not(whole: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(CALL + whole)
    assert "VH101" not in run("check", "train.py").out
