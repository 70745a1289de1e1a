"""The first minute and the hour after, in a real VS Code, by keys and eyes: what is typed, clicked and seen.

The profile is new and has the settings of somebody who has set nothing; the folders have an environment with
the runtime in it, as `python -m venv .venv` and `pip install ./runtime` leave one.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.editors.scenario import ROOT, Report, lay_out
from tests.editors.vscode.driver import ONE_VSCODE, drive_vscode, states_in

DRIVER = Path(__file__).parent / "keyed.mjs"

pytestmark = ONE_VSCODE


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Report:
    root = tmp_path_factory.mktemp("keyed")
    workspaces = lay_out(root / "workspaces")
    for name in ("nothing", "fresh", "bare", "empty"):
        (workspaces / name).mkdir(exist_ok=True)
    (workspaces / "empty" / "valohai.yaml").touch()
    (workspaces / "fresh" / "train.py").unlink()
    for name in ("fresh", "digits", "choices"):
        add_environment(workspaces / name)
    return drive_vscode(DRIVER, root, "keyed", WORKSPACES=workspaces, README=first_example())


def first_example() -> str:
    """The first Python that the README shows."""
    found = re.search(r"```python\n(.+?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def add_environment(folder: Path) -> None:
    """A virtual environment with the runtime; the interpreter on the PATH has none."""
    environment = folder / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (packages,) = environment.glob("lib/python3*/site-packages")
    (packages / "runtime.pth").write_text(str(ROOT / "runtime" / "src"), "utf-8")


@pytest.mark.parametrize("state", states_in(DRIVER))
def test_by_keys_and_eyes(session: Report, state: str) -> None:
    session.check(state)
