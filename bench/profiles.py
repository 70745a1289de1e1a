"""A profile of each missed row: what our side of it does, again, under cProfile. Kept in bench/profiles/."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.client import Client
from bench.documents import Document
from bench.inputs import FIRST, Place, project, python_text, step_names, workspace, yaml_text
from bench.peers import FLOORS, ROOT
from bench.rows.burst import ask_in_burst, type_all
from bench.rows.keystroke import STEPS
from bench.rows.yaml_edit import updating
from bench.samples import Row
from bench.setting import Setting

FOLDER = ROOT / "bench" / "profiles"
_EDITS = 200
_PROFILER = FLOORS / "profiled.py"

# Writes its profile to the path.
Scenario = Callable[[Setting, Path], None]


def write_profiles(setting: Setting, rows: Iterable[Row]) -> None:
    """One text for each missed row that has a scenario; those of rows that are kept by now go."""
    for row in rows:
        path = FOLDER / f"{row.key}.txt"
        missed = [goal.what for goal in row.goals if not goal.kept]
        path.unlink(missing_ok=True)
        if missed and row.key in SCENARIOS:
            print(f"profiling {row.key}", file=sys.stderr)
            FOLDER.mkdir(exist_ok=True)
            SCENARIOS[row.key](setting, path)
            text = path.read_text("utf-8")
            path.write_text(f"{row.title}\nmissed: {'; '.join(missed)}\n\n{text}", "utf-8")


def _startup(setting: Setting, path: Path) -> None:
    room = setting.room("profile-startup") / "project"
    project(room, 100, 10)
    with _server(setting, path, room, later=False):
        pass


def _keystroke(lines: int, *, in_call: bool) -> Scenario:
    def scenario(setting: Setting, path: Path) -> None:
        room = setting.room(f"profile-{path.stem}") / "project"
        python = project(room, lines, STEPS)
        _type(setting, path, room, python.in_call if in_call else python.in_code)

    return scenario


def _growth(setting: Setting, path: Path) -> None:
    room = setting.room("profile-growth") / "project"
    python = project(room, 1_000, 10)
    workspace(room / "src", 10_000, 200)
    _type(setting, path, room, python.in_call)


def _type(setting: Setting, path: Path, room: Path, place: Place) -> None:
    with _server(setting, path, room, later=True) as client:
        document = _opened(client)
        client.pump_for(3)
        client.profile()
        for number in range(_EDITS):
            document.keystroke(place, FIRST + number)


def _burst(setting: Setting, path: Path) -> None:
    room = setting.room(f"profile-{path.stem}") / "project"
    python = project(room, 10_000, STEPS)
    with _server(setting, path, room, later=True) as client:
        document = _opened(client)
        client.profile()
        if path.stem == "burst":
            type_all(document, python.in_code, 1)
            client.pump_for(0.5)
        else:
            ask_in_burst(document, python, 1)


def _yaml_edit(setting: Setting, path: Path) -> None:
    room = setting.room("profile-yaml-edit") / "project"
    python = project(room, 100, STEPS)
    with _server(setting, path, room, later=True) as client:
        document = _opened(client)
        update = updating(document, python)
        update(0)
        client.profile()
        for number in range(1, 20):
            update(number)


def _update(yaml: str | None, names: list[str]) -> Scenario:
    def scenario(setting: Setting, path: Path) -> None:
        room = setting.room(f"profile-{path.stem}")
        for name in names:
            (room / f"{name}.py").write_text(python_text(60, name).text, "utf-8")
        if yaml is not None:
            (room / "valohai.yaml").write_text(yaml, "utf-8")
        scripts = [f"{name}.py" for name in names]
        _run(setting, path, room, "valohai-steps", "update", "--no-requirements", *scripts)

    return scenario


def _scan(setting: Setting, path: Path) -> None:
    room = setting.room("profile-scan")
    workspace(room, 10_000, 200)
    _run(setting, path, room, str(FLOORS / "scan.py"), str(room))


def _run(setting: Setting, path: Path, room: Path, *program: str) -> None:
    command = [str(setting.peers.own), str(_PROFILER), str(path), *program]
    subprocess.run(command, cwd=room, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def _server(setting: Setting, path: Path, room: Path, *, later: bool) -> Iterator[Client]:
    """Our server under the profiler, which writes when the server has ended."""
    command = [str(setting.peers.own), str(_PROFILER), str(path), *(["--later"] if later else [])]
    client = setting.client("profile", [*command, "valohai-steps", "server"], room)
    try:
        client.initialize()
        yield client
    finally:
        client.stop()


def _opened(client: Client) -> Document:
    document = Document(client, client.folder / "train.py")
    document.open(document.path.read_text("utf-8"))
    return document


_NAMES = [f"step-{number:04d}" for number in range(100)]
SCENARIOS: dict[str, Scenario] = {
    "startup": _startup,
    **{f"keystroke-{size}": _keystroke(size, in_call=False) for size in (100, 1_000, 10_000)},
    **{f"keystroke-call-{size}": _keystroke(size, in_call=True) for size in (100, 1_000, 10_000)},
    "burst": _burst,
    "burst-requests": _burst,
    "growth": _growth,
    "yaml-edit": _yaml_edit,
    "scan": _scan,
    "update-new": _update(None, ["train"]),
    "update-1": _update(yaml_text(["train"]), ["train"]),
    "update-300": _update(yaml_text(step_names(STEPS)), ["train"]),
    "update-100-files": _update(yaml_text(_NAMES), _NAMES),
}
