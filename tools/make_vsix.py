"""`python -m tools.make_vsix [TARGET ...]`: the VS Code extension with the server in it, a file for each.

The server's dependencies come as wheels, for every Python that the extension supports, into one folder: the
file names of compiled modules differ between Pythons, and everything else is the same. Two runs give the same
bytes: entries are sorted and dated by SOURCE_DATE_EPOCH, and nothing is compiled here.
"""

import argparse
import base64
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

from packaging.requirements import Requirement

from tools.notices import notices

ROOT = Path(__file__).parents[1]
EXTENSION = ROOT / "vscode-extension"
WHEELS = Path(os.environ.get("VALOHAI_STEPS_CACHE", Path.home() / ".cache" / "valohai-steps")) / "wheels"
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
# What pip calls the platforms of a target, the best first.
PLATFORMS: Mapping[str, tuple[str, ...]] = {
    "linux-x64": ("manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux_2_28_x86_64"),
    "linux-arm64": ("manylinux_2_17_aarch64", "manylinux2014_aarch64", "manylinux_2_28_aarch64"),
    "alpine-x64": ("musllinux_1_2_x86_64", "musllinux_1_1_x86_64"),
    "darwin-x64": ("macosx_15_0_x86_64",),
    "darwin-arm64": ("macosx_15_0_arm64",),
    "win32-x64": ("win_amd64",),
}
# What the extension is made of, besides the server: as it stands in the repository.
PARTS = (
    "package.json",
    "dist/extension.js",
    "dist/page.js",
    "bundled/start.py",
    "walkthrough",
    "media",
)
EPOCH = "1704067200"  # 2024-01-01: zip files know no date before 1980
# The checks run with it on every Python, the server only where the standard library has none.
OLD_PYTHONS_ONLY = ("tomli",)


def main() -> None:
    """Make the extension for the targets named, or for all of them."""
    parser = argparse.ArgumentParser(description="Make the VS Code extension, with the server in it.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(PLATFORMS))
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="the folder; default: dist")
    options = parser.parse_args()
    targets, output = options.targets or list(PLATFORMS), options.output.resolve()
    if unknown := set(targets) - PLATFORMS.keys():
        parser.error(f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(PLATFORMS)}")
    output.mkdir(exist_ok=True)
    _fetch_all(targets)
    with tempfile.TemporaryDirectory() as scratch:
        server = _build_server(Path(scratch))
        made = [output / f"valohai-steps-{target}.vsix" for target in targets]
        with ThreadPoolExecutor(2) as pool:
            scratches = [Path(scratch) / target for target in targets]
            list(pool.map(_package, targets, repeat(server), scratches, made))
        print(*made, sep="\n")


def _fetch_all(targets: list[str]) -> None:
    """Download what is not in the cache yet, a few at a time."""
    wanted = [(target, python) for target in targets for python in PYTHONS]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda each: _fetch(*each), wanted))


def _fetch(target: str, python: str) -> None:
    requirements = list(_pins(python))
    folder = WHEELS / target / python
    ready = folder / ".ready"
    if ready.exists() and ready.read_text("utf-8") == "\n".join(requirements):
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    platforms = [word for name in PLATFORMS[target] for word in ("--platform", name)]
    _run(
        *(sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-qq", "--no-deps"),
        *("--only-binary=:all:", "--python-version", python, *platforms, "-d", str(folder), *requirements),
    )
    ready.write_text("\n".join(requirements), "utf-8")


def _pins(python: str) -> Iterator[str]:
    """What the server needs on a Python, name and version."""
    for line in (ROOT / "constraints" / "server.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            pin = Requirement(line)
            is_meant = pin.marker is None or pin.marker.evaluate({"python_version": python})
            if is_meant and (pin.name not in OLD_PYTHONS_ONLY or python == "3.10"):
                yield f"{pin.name}{pin.specifier}"


def _build_server(scratch: Path) -> Path:
    """The server's own wheel, from this checkout."""
    _run(
        *(sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "-qq", "--no-deps"),
        *("--no-build-isolation", "-w", str(scratch), str(ROOT)),
    )
    (wheel,) = scratch.glob("*.whl")
    return wheel


def _package(target: str, server: Path, folder: Path, made: Path) -> None:
    """One .vsix: the parts laid out in a folder, packed by vsce."""
    for part in PARTS:
        _copy(EXTENSION / part, folder / part)
    for name in ("LICENSE", "CHANGELOG.md"):
        _copy(ROOT / name, folder / name)
    (folder / "README.md").write_text(_with_pictures(EXTENSION / "README.md"), "utf-8")
    libs = folder / "bundled" / "libs"
    wheels = [wheel for python in PYTHONS for wheel in _wheels(target, python)]
    for wheel in (server, *wheels):
        _unpack(wheel, libs)
    others = notices(wheels, EXTENSION / "node_modules", EXTENSION / "dist" / "bundle.json")
    (folder / "ThirdPartyNotices.txt").write_text(others, "utf-8")
    vsce = EXTENSION / "node_modules" / "@vscode" / "vsce" / "vsce"
    _run(
        *("node", str(vsce), "package", "--no-dependencies", "--allow-missing-repository"),
        "--no-rewrite-relative-links",
        *("--target", target, "-o", str(made)),
        cwd=folder,
        env={
            **os.environ,
            "SOURCE_DATE_EPOCH": EPOCH,
            "TZ": "UTC",
        },  # zip files hold the time of the clock on the wall
    )


def _with_pictures(readme: Path) -> str:
    """The page as it is installed, where no picture beside it is shown.

    They come from VALOHAI_STEPS_PICTURES, the address of a published copy of the extension's folder; without
    it they are in the page itself, of which some versions of VS Code show the description alone.
    """
    published = os.environ.get("VALOHAI_STEPS_PICTURES")

    def reachable(link: re.Match[str]) -> str:
        if published is not None:
            return f"{link[1]}({published.rstrip('/')}/{link[2]})"
        picture = base64.b64encode((readme.parent / link[2]).read_bytes()).decode()
        return f"{link[1]}(data:image/png;base64,{picture})"

    return re.sub(r"(!\[[^\]]*\])\(([\w/.-]+\.png)\)", reachable, readme.read_text("utf-8"))


def _wheels(target: str, python: str) -> list[Path]:
    return sorted((WHEELS / target / python).glob("*.whl"))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    elif source.exists():
        shutil.copy(source, target)
    elif source.suffix:
        sys.exit(f"make_vsix: {source.relative_to(ROOT)} is missing")


def _unpack(wheel: Path, libs: Path) -> None:
    """The modules of a wheel; scripts, stubs and tests are of no use here."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if not any(part in name for part in (".data/", "/tests/")) and not name.endswith((".pyi", "/")):
                archive.extract(name, libs)


def _run(*command: str, cwd: Path = ROOT, env: Mapping[str, str] = os.environ) -> str:
    """What a command prints; a failure ends the build with all it said."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"make_vsix: {' '.join(command[:6])} ... failed\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
