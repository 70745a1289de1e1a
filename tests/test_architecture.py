"""ARCHITECTURE.md, held: imports run one way."""

import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from posixpath import normpath

import pytest

from tests.tree import ROOT, SERVER, imports, modules

# Which floors a floor may stand on; its own modules always.
MAY_IMPORT = {
    "model": set[str](),
    "source": {"model"},
    "config": {"model"},
    "drift": {"model", "source", "config"},
    "project": {"model", "source", "config", "drift"},
    "ide": {"model", "source", "config", "drift", "project"},
    "agents": {"model", "source", "config", "drift", "project", "ide"},
    "lsp": {"model", "source", "config", "drift", "project", "ide", "agents"},
    "mcp": {"model", "project", "agents"},
    "cli": {"model", "source", "config", "drift", "project", "ide"},
}
# Which rooms of its floor a room may use; a module on the floor itself is a room of its own. What is not here
# may use all. One order for each floor, from the bottom up: so there is no circle.
ROOMS = {
    "source": (
        "text",
        "tree",
        "evaluation",
        "command_line",
        "pipelines",
        "calls",
        "checks",
        "call_facts",
        "python_file",
        "incremental",
        "cursor",
    ),
    "config": (
        "tree",
        "model",
        "edits",
        "rendering",
        "reader",
        "proof",
        "renaming",
        "writer",
        "cursor",
        "lint",
        "checks",
        "references",
        "items",
    ),
    "project": (
        "settings",
        "disk",
        "writing",
        "document",
        "binding",
        "reach",
        "python",
        "steps",
        "memo",
        "snapshot",
        "draft",
        "workspace",
        "named_files",
        "readings",
    ),
    "ide": (
        "explanation",
        "update",
        "command_line",
        "running",
        "findings",
        "pipeline_graph",
        "navigation",
        "completion",
        "hover",
    ),
    "lsp": (
        "markup",
        "capabilities",
        "collector",
        "debounce",
        "places",
        "session",
        "outgoing",
        "incoming",
        "features",
        "methods",
        "wire",
        "server",
    ),
}
# A folder with more loose modules than this wants a wall; features of one kind are excepted.
LOOSE = 8
MANY_OF_A_KIND = {
    "lsp/features",  # a module for each request
    "agents",  # a module for each tool
    "model",  # a module for each word that all floors share
}
PURE = ("model", "source", "config", "drift")
IMPURE_MODULES = {"os", "io", "time", "logging", "subprocess", "socket", "shutil", "tempfile", "random"}
IMPORTED_IN_TYPESCRIPT = re.compile(r"""\b(?:from|import)\s*\(?\s*['"](\.{1,2}/[^'"]+)['"]""")


def module_name(path: Path) -> str:
    parts = path.relative_to(SERVER.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def arrows() -> dict[str, set[str]]:
    """Every module of the server with those it imports, wherever and for whatever the import stands."""
    known = {module_name(path): path for path in modules(SERVER)}
    return {name: ({*imports(path)} & known.keys()) - {name} for name, path in known.items()}


def within(room: str, found: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The rooms and loose modules right inside of a room, with those beside them that they use."""

    def part(name: str) -> str | None:
        return name.removeprefix(f"{room}.").partition(".")[0] if name.startswith(f"{room}.") else None

    inside: dict[str, set[str]] = {}
    for name, used in found.items():
        here = part(name)
        if here is not None:
            there = {other for each in used if (other := part(each)) is not None}
            inside.setdefault(here, set()).update(there - {here})
    return inside


def circle(found: Mapping[str, set[str]]) -> list[str]:
    """One circle of arrows, in order; empty when there is none."""
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def floors_of(names: Iterator[str]) -> set[str]:
    return {name.split(".")[1] for name in names if name.startswith("valohai_steps.")} & MAY_IMPORT.keys()


@pytest.mark.parametrize("floor", MAY_IMPORT)
def test_imports_run_one_way(floor: str) -> None:
    allowed = MAY_IMPORT[floor] | {floor}
    for path in modules(SERVER / floor):
        found = floors_of(imports(path))
        if path.parent == SERVER / "cli" / "servers":
            found -= {"lsp", "mcp"}  # the commands that start a server, and import it when they do
        assert found <= allowed, f"{path.relative_to(ROOT)} imports {found - allowed}"


def rooms_used(floor: str, path: Path) -> set[str]:
    names = {name.split(".")[2] for name in imports(path) if name.startswith(f"valohai_steps.{floor}.")}
    known = {each.stem for each in (SERVER / floor).iterdir()}
    return (names & known) - {path.relative_to(SERVER / floor).parts[0].removesuffix(".py")}


@pytest.mark.parametrize("floor", ROOMS)
def test_rooms_of_a_floor_use_only_those_below_them(floor: str) -> None:
    order = ROOMS[floor]
    for path in modules(SERVER / floor):
        room = path.relative_to(SERVER / floor).parts[0].removesuffix(".py")
        below = set(order[: order.index(room)]) if room in order else {*order}
        used = rooms_used(floor, path)
        assert used <= below, f"{path.relative_to(ROOT)} uses {sorted(used - below)}"


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circle(arrows()) == []


def test_no_rooms_import_each_other_in_a_circle() -> None:
    found = arrows()
    rooms = (module_name(path) for path in modules(SERVER) if path.name == "__init__.py")
    circles = {room: each for room in rooms if (each := circle(within(room, found)))}
    assert circles == {}


@pytest.mark.parametrize("extension", ["vscode-extension", "jupyterlab-extension"])
def test_no_files_of_an_extension_import_each_other_in_a_circle(extension: str) -> None:
    source = ROOT / extension / "src"
    known = {path.relative_to(source).with_suffix("").as_posix(): path for path in source.rglob("*.ts")}
    assert known
    found: dict[str, set[str]] = {}
    for name, path in known.items():
        named = IMPORTED_IN_TYPESCRIPT.findall(path.read_text("utf-8"))
        used = {normpath(f"{name}/../{each.removesuffix('.js')}") for each in named}
        assert used <= known.keys(), f"{name} imports {used - known.keys()}"
        found[name] = used
    assert circle(found) == []


@pytest.mark.parametrize("floor", MAY_IMPORT)
def test_every_room_is_in_the_table_of_architecture(floor: str) -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    row = next(line for line in text.splitlines() if line.startswith(f"| `{floor}` |"))
    rooms = {path.name for path in (SERVER / floor).iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert {room for room in rooms if f"`{room}`" not in row} == set()
    assert {room for room in ROOMS.get(floor, ()) if not any((SERVER / floor).glob(f"{room}*"))} == set()


def test_a_full_folder_gets_a_wall() -> None:
    for folder in (path for path in SERVER.rglob("*") if path.is_dir() and path.name != "__pycache__"):
        if str(folder.relative_to(SERVER).as_posix()) not in MANY_OF_A_KIND:
            loose = [path.name for path in folder.glob("*.py") if path.name != "__init__.py"]
            assert len(loose) <= LOOSE, f"{folder.relative_to(ROOT)}: {len(loose)} modules"


def test_only_a_server_knows_its_protocol() -> None:
    for path in modules(SERVER):
        if SERVER / "lsp" not in path.parents:
            found = {name.split(".")[0] for name in imports(path)} & {"pygls", "lsprotocol"}
            assert not found, f"{path.relative_to(ROOT)} imports {found}"
        if SERVER / "mcp" not in path.parents:
            found = {name.split(".")[0] for name in imports(path)} & {"mcp", "mcp_types", "pydantic", "anyio"}
            assert not found, f"{path.relative_to(ROOT)} imports {found}"


@pytest.mark.parametrize("floor", PURE)
def test_the_pure_floors_import_nothing_that_touches_the_world(floor: str) -> None:
    for path in modules(SERVER / floor):
        found = {name.split(".")[0] for name in imports(path)} & IMPURE_MODULES
        assert not found, f"{path.relative_to(ROOT)} imports {found}"
