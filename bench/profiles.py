"""A profile of each missed row: what our side of it does, again, under cProfile. Kept in bench/profiles/."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.client import Client
from bench.documents import Document
from bench.failures import FAILURES, leave_out
from bench.inputs import FIRST, Place, pipeline_yaml, project, python_text, step_names, workspace, yaml_text
from bench.peers import FLOORS, ROOT
from bench.processes import run
from bench.rows import names, repository, requests, yaml_keystroke
from bench.rows.burst import ask_in_burst, type_all
from bench.rows.keystroke import STEPS
from bench.rows.yaml_edit import updating
from bench.samples import Row
from bench.setting import Setting

FOLDER = ROOT / "bench" / "profiles"
_EDITS = 100
_PROFILER = FLOORS / "profiled.py"

# Writes its profile to the path.
Scenario = Callable[[Setting, Path], None]


def write_profiles(setting: Setting, rows: Iterable[Row]) -> None:
    """One text for each missed row that has a scenario; those of rows that are kept by now go."""
    for row in rows:
        path = FOLDER / f"{row.key}.txt"
        missed = [goal.what for goal in row.goals if goal.missed]
        path.unlink(missing_ok=True)
        if missed and row.key in SCENARIOS:
            print(f"profiling {row.key}", file=sys.stderr)
            FOLDER.mkdir(exist_ok=True)
            try:
                SCENARIOS[row.key](setting, path)
            except FAILURES as error:
                leave_out(f"the profile of {row.key}", error)
                continue
            text = path.read_text("utf-8")
            path.write_text(f"{row.title}\nmissed: {'; '.join(missed)}\n\n{text}", "utf-8")


def _startup(setting: Setting, path: Path) -> None:
    room = setting.room(f"profile-{path.stem}") / "project"
    project(room, 100, 10)
    with _server(setting, path, room, later=False):
        pass


def _keystroke(lines: int, *, in_call: bool) -> Scenario:
    def scenario(setting: Setting, path: Path) -> None:
        room = setting.room(f"profile-{path.stem}") / "project"
        python = project(room, lines, STEPS)
        _type(setting, path, room, python.in_call if in_call else python.in_code)

    return scenario


def _name(setting: Setting, path: Path) -> None:
    room = setting.room(f"profile-{path.stem}") / "project"
    key = path.stem.removeprefix("keystroke-")
    text, place = names.typed_texts(project(room, names.LINES, STEPS).text)[key]
    (room / "train.py").write_text(text, "utf-8")
    _type(setting, path, room, place)


def _notebook(setting: Setting, path: Path) -> None:
    room = setting.room("profile-notebook") / "project"
    project(room, 100, STEPS)
    cells, place = names.typed_cells()
    with _server(setting, path, room, later=True) as client:
        notebook = names.Notebook(client, room / "train.ipynb", cells)
        client.pump_for(2)
        client.profile()
        for number in range(_EDITS):
            notebook.keystroke(place, FIRST + number)


def _yaml_keystroke(steps: int) -> Scenario:
    def scenario(setting: Setting, path: Path) -> None:
        room = setting.room(f"profile-{path.stem}") / "project"
        text, place = yaml_keystroke.lay_out(room, steps)
        (room / "valohai.yaml").write_text(text, "utf-8")
        _type(setting, path, room, place, "valohai.yaml")

    return scenario


def _request(setting: Setting, path: Path) -> None:
    room = setting.room(f"profile-{path.stem}") / "project"
    python = requests.lay_out(room)
    with _server(setting, path, room, later=True) as client:
        _opened(client)
        client.pump_for(2)
        ask = requests.asking(client, python.text, path.stem.removeprefix("request-"))
        ask(0)  # a first one reads the other side
        client.profile()
        for number in range(10):
            ask(number)


def _check(setting: Setting, path: Path) -> None:
    room = setting.room("profile-check")
    repository.lay_out(room)
    _run(setting, path, room, "valohai-steps", "check", "--quiet", ".")


def _graph(setting: Setting, path: Path) -> None:
    room = setting.room("profile-graph")
    (room / "valohai.yaml").write_text(pipeline_yaml(step_names(repository.NODES)), "utf-8")
    _run(setting, path, room, "valohai-steps", "graph")


def _growth(setting: Setting, path: Path) -> None:
    room = setting.room("profile-growth") / "project"
    python = project(room, 1_000, 10)
    workspace(room / "src", 10_000, 200)
    _type(setting, path, room, python.in_call)


def _type(setting: Setting, path: Path, room: Path, place: Place, name: str = "train.py") -> None:
    with _server(setting, path, room, later=True) as client:
        document = _opened(client, name)
        client.pump_for(2)
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


def _update(yaml: str | None, files: list[str]) -> Scenario:
    def scenario(setting: Setting, path: Path) -> None:
        room = setting.room(f"profile-{path.stem}")
        for name in files:
            (room / f"{name}.py").write_text(python_text(60, name).text, "utf-8")
        if yaml is not None:
            (room / "valohai.yaml").write_text(yaml, "utf-8")
        scripts = [f"{name}.py" for name in files]
        _run(setting, path, room, "valohai-steps", "update", "--no-requirements", *scripts)

    return scenario


def _scan(number: int) -> Scenario:
    def scenario(setting: Setting, path: Path) -> None:
        room = setting.room(f"profile-{path.stem}")
        workspace(room, 10_000, 200)
        _run(setting, path, room, "--later", str(FLOORS / "scan.py"), str(room), "--profile", str(number))

    return scenario


def _run(setting: Setting, path: Path, room: Path, *program: str) -> None:
    command = [str(setting.peers.own), str(_PROFILER), str(path), *program]
    run(command, room, codes=(0, 1))  # 1: it has findings


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


def _opened(client: Client, name: str = "train.py") -> Document:
    document = Document(client, client.folder / name)
    document.open(document.path.read_text("utf-8"), "yaml" if name.endswith(".yaml") else "python")
    return document


_NAMES = [f"step-{number:04d}" for number in range(100)]
SCENARIOS: dict[str, Scenario] = {
    "startup": _startup,
    **{f"keystroke-{size}": _keystroke(size, in_call=False) for size in (100, 1_000, 10_000)},
    **{f"keystroke-call-{size}": _keystroke(size, in_call=True) for size in (100, 1_000, 10_000)},
    **{f"keystroke-{key}": _name for key in ("step-name", "parameter-name", "argparse")},
    "keystroke-notebook": _notebook,
    **{f"yaml-keystroke-{steps}": _yaml_keystroke(steps) for steps in yaml_keystroke.SIZES},
    **{f"request-{what}": _request for what in requests.NAMES},
    "check-repository": _check,
    "graph": _graph,
    "cold": _startup,
    "burst": _burst,
    "burst-requests": _burst,
    "growth": _growth,
    "yaml-edit": _yaml_edit,
    "scan": _scan(1),
    "scan-again": _scan(2),
    "update-new": _update(None, ["train"]),
    "update-1": _update(yaml_text(["train"]), ["train"]),
    "update-300": _update(yaml_text(step_names(STEPS)), ["train"]),
    "update-100-files": _update(yaml_text(_NAMES), _NAMES),
}
