"""What the tests in a real VS Code share: programs, the packages that are installed, how a driver starts."""

import os
import re
import shutil
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.editors.scenario import ARTIFACTS, EDITORS, ROOT, Report, drive, need

HERE = Path(__file__).parent
NODE = EDITORS / "node" / "current" / "bin" / "node"
VSIX = Path(os.environ.get("VALOHAI_STEPS_VSIX", ROOT / "dist" / "valohai-steps-linux-x64.vsix"))
# One VS Code at a time: two of them, on two cores, are slower than a person is patient.
ONE_VSCODE = [pytest.mark.editor, pytest.mark.xdist_group("vscode")]


def states_in(driver: Path) -> list[str]:
    """The states that a driver reaches, in their order: the methods of its object `states`."""
    return re.findall(r"^  async '(.+)'\(\)", driver.read_text("utf-8"), re.MULTILINE)


def need_browser() -> None:
    """Skip unless Node and the browser are there; where CI runs, they must be."""
    need(NODE, EDITORS / "playwright" / ".ready")
    need(Path("/usr/bin/chromium"))


def drive_vscode(
    driver: Path,
    root: Path,
    name: str,
    *arguments: Path,
    probe: bool = False,
    profiles: Sequence[str] = (".",),
    **more: Path | str,
) -> Report:
    """Run a driver of VS Code: a new profile, the .vsix that users install, only `python3` on the PATH.

    All that is new is below `root`; pictures are kept in artifacts/`name`. With `probe` VS Code also has the
    extension that tells what it holds. `profiles` are the folders below root/profile whose logs are shown;
    `more` is the environment, its names without `VALOHAI_`.
    """
    need_browser()
    need(EDITORS / "code-server" / ".ready")
    need(VSIX, made_by="make vsix")
    shutil.rmtree(ARTIFACTS / name, ignore_errors=True)
    packages = [VSIX, *([packed_probe(root / "probe.vsix")] if probe else [])]
    given = {
        "ROOT": root / "profile",
        "PATH": only_python(root / "bin"),
        "VSIX": ":".join(map(str, packages)),
        "PICTURES": ARTIFACTS / name,
        **more,
    }
    return drive(
        [NODE, driver, *arguments],
        root,
        {
            "VALOHAI_STEPS_EDITORS": str(EDITORS),
            **{f"VALOHAI_{key}": str(value) for key, value in given.items()},
        },
        logs=[root / "profile" / profile / "code-server.log" for profile in profiles],
    )


def only_python(folder: Path) -> Path:
    """A folder for PATH with nothing but `python3`: that under our environment, without what is in it."""
    folder.mkdir()
    (folder / "python3").symlink_to(Path(sys.executable).resolve())
    return folder


def packed_probe(vsix: Path) -> Path:
    """The extension that tells the tests what VS Code holds, as a package that VS Code installs."""
    with zipfile.ZipFile(vsix, "w") as package:
        for file in (HERE / "probe").iterdir():
            package.write(file, f"extension/{file.name}")
    return vsix
