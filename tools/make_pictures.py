"""`python -m tools.make_pictures CACHE VSIX [PART ...]`: the pictures of the docs and the walkthrough.

They are screenshots of VS Code with the extension in it, taken by tests/editors/vscode/pictures.mjs in a
throw-away profile, with as few colours as they need (pngquant), so that the repository stays small. Those of
JupyterLab are kept by tests/editors/jupyterlab on its way.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.editors.vscode.driver import only_python, packed_probe

ROOT = Path(__file__).parents[1]
DRIVER = ROOT / "tests" / "editors" / "vscode"
PROJECTS = ROOT / "tests" / "fixtures" / "editors"
TAKEN = ROOT / "artifacts" / "pictures"
DOCS = ROOT / "docs" / "pictures"
LAB = ROOT / "artifacts" / "jupyterlab"
# The extension shows these in its walkthrough.
WALKTHROUGH = ("write", "update", "drift", "run")
LARGEST = 80_000


def main() -> None:
    """Make the pictures anew, all or those of some parts. Exits with what is missing."""
    cache, vsix = (Path(argument).resolve() for argument in sys.argv[1:3])
    parts = sys.argv[3:]
    if shutil.which("pngquant") is None:
        sys.exit("make_pictures: pngquant is missing (on Debian: apt-get install pngquant)")
    with tempfile.TemporaryDirectory(prefix="valohai-pictures-") as folder:
        shutil.rmtree(TAKEN, ignore_errors=True)
        take(Path(folder), cache, vsix, parts)
    for picture in sorted(TAKEN.glob("*.png")):
        shrink(picture, DOCS / picture.name)
    for name in ("notebook", "update") if not parts else ():
        shrink(LAB / f"{name}.png", DOCS / f"jupyterlab-{name}.png")
    media = ROOT / "vscode-extension" / "media"
    media.mkdir(exist_ok=True)
    for name in WALKTHROUGH:
        shutil.copy(DOCS / f"{name}.png", media)


def take(folder: Path, cache: Path, vsix: Path, parts: Sequence[str]) -> None:
    """Take the screenshots, with a profile in `folder`; no `parts` are all of them.

    Raises CalledProcessError for a state not reached.
    """
    shutil.copytree(PROJECTS, folder / "workspaces")
    environment = {
        "VALOHAI_STEPS_EDITORS": cache,
        "VALOHAI_ROOT": folder / "profile",
        "VALOHAI_PATH": only_python(folder / "bin"),
        "VALOHAI_VSIX": f"{vsix}:{packed_probe(folder / 'probe.vsix')}",
        "VALOHAI_RUNTIME": ROOT / "runtime" / "src",
        "VALOHAI_STEPS": Path(sys.executable).with_name("valohai-steps"),
        "VALOHAI_WORKSPACES": folder / "workspaces",
        "VALOHAI_PICTURES": TAKEN,
        "VALOHAI_ONLY": ":".join(parts),
    }
    subprocess.run(
        [cache / "node" / "current" / "bin" / "node", DRIVER / "pictures.mjs"],
        env={**os.environ, **{name: str(value) for name, value in environment.items()}},
        check=True,
    )


def shrink(picture: Path, to: Path) -> None:
    """The picture with fewer colours, as a file that a repository can hold."""
    to.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["pngquant", "--force", "--speed", "1", "--strip", "128", "--output", to, picture], check=True
    )
    size = to.stat().st_size
    print(f"{to.relative_to(ROOT)}: {size / 1000:.0f} kB")
    if size > LARGEST:
        sys.exit(f"make_pictures: {to.name} is larger than {LARGEST / 1000:.0f} kB")


if __name__ == "__main__":
    main()
