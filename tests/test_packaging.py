"""What the wheels hold: one package each, the server never one called `valohai`, and the rules' page."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("folder", "package", "needed"),
    [
        (ROOT, "valohai_steps", {"valohai_steps/rules.md", "valohai_steps/py.typed"}),
        (ROOT / "runtime", "valohai", {"valohai/py.typed"}),
    ],
    ids=["server", "runtime"],
)
def test_a_wheel_holds_one_package(folder: Path, package: str, needed: set[str], tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=120,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert needed <= names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {package}
