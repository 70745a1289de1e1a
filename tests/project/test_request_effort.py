"""What requests cost, and edits other than of a value, in parses and look-ups: as in `test_effort`."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.project.test_effort import FUNCTION, LARGE, SMALL, effort, look, make_workspace, yaml_text
from valohai_steps.cli.main import main
from valohai_steps.config.reader import YamlStep
from valohai_steps.config.tree.composer import compose
from valohai_steps.drift.command_line.passing import passed_lines as passed
from valohai_steps.ide.completion.offers import completions
from valohai_steps.ide.findings.code_actions import ActionKind, code_actions
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.hover.hover import hover
from valohai_steps.ide.navigation.definition import definitions
from valohai_steps.ide.navigation.rename import rename
from valohai_steps.ide.pipeline_graph.yaml_graphs import graphs_of_yaml
from valohai_steps.model.text import Span
from valohai_steps.project.disk import files
from valohai_steps.project.disk.files import UnreadableFile, demand
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.project.workspace import Workspace

Request = Callable[[Snapshot, Path, int], object]
REQUESTS: dict[str, Request] = {"completion": completions, "hover": hover, "definition": definitions}


def cost(workspace: Workspace, request: Callable[[], object]) -> dict[str, int]:
    """The counts of one request."""
    before = dict(workspace.memo.counts)
    assert request()
    return {
        name: count - before.get(name, 0)
        for name, count in workspace.memo.counts.items()
        if count != before.get(name, 0)
    }


def asked(workspace: Workspace, train: Path, request: Request) -> dict[str, int]:
    """The counts of a request at the name of a parameter."""
    place = workspace.snapshot.readable_text(train).index('"lr"') + 2
    return cost(workspace, lambda: request(workspace.snapshot, train, place))


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_reads_nothing_that_was_read_and_costs_the_same_in_a_large_workspace(
    name: str, tmp_path: Path
) -> None:
    found: list[dict[str, int]] = []
    for size in (SMALL, {**LARGE, "files": 300}):
        root = tmp_path / str(size["files"])
        root.mkdir()
        workspace, train = make_workspace(root, **size)
        asked(workspace, train, REQUESTS[name])  # a first one may read the other side
        found.append(asked(workspace, train, REQUESTS[name]))
        # Whether a closed file is still what it was is asked of the disk, file by file.
        found[-1].pop("look-ups on disk", None)
    assert found == [{}, {}]


def test_an_edit_gathers_the_names_of_its_file_anew_and_no_others(tmp_path: Path) -> None:
    workspace, train = make_workspace(tmp_path, **SMALL)
    assert asked(workspace, train, definitions)["names gathered"] == SMALL["sources"] + 1
    effort(workspace, train, '"lr": 0.1', '"lr": 0.12')
    assert asked(workspace, train, definitions)["names gathered"] == 1
    # What its command line takes changes what valohai.yaml names.
    effort(workspace, train, '"lr": 0.12', '"lr": 0.12, "n": 1')
    assert asked(workspace, train, definitions)["names gathered"] == 2


@pytest.mark.parametrize(
    ("kinds", "plans"),
    [
        ({ActionKind.UPDATE}, 1),
        ({ActionKind.QUICK_FIX, ActionKind.UPDATE, ActionKind.REFACTORING}, 1),
        ({ActionKind.FIX_ALL}, 1),
        (set(ActionKind), 1),
        ({ActionKind.REFACTORING}, 0),
    ],
    ids=["update", "light bulb", "fix all", "all", "refactoring"],
)
def test_a_menu_plans_the_update_at_most_once_and_makes_only_what_is_asked_for(
    kinds: set[ActionKind], plans: int, tmp_path: Path
) -> None:
    workspace, train = make_workspace(tmp_path, **SMALL)
    effort(workspace, train, '"lr": 0.1', '"lr": 0.12')
    place = workspace.snapshot.readable_text(train).index("0.12")
    before = workspace.memo.counts.get("updates planned", 0)
    found = list(code_actions(workspace.snapshot, train, Span(place, place), kinds))
    assert workspace.memo.counts.get("updates planned", 0) - before == plans
    assert {action.kind for action in found} == kinds - {ActionKind.REFACTORING}


def test_what_takes_something_away_is_planned_without_that_for_all_fixes(tmp_path: Path) -> None:
    def plans(old: str, new: str) -> int:
        root = tmp_path / str(len(new))
        root.mkdir()
        workspace, train = make_workspace(root, **SMALL)
        effort(workspace, train, old, new)
        before = workspace.memo.counts.get("updates planned", 0)
        assert list(code_actions(workspace.snapshot, train, Span(0, 0)))
        return workspace.memo.counts["updates planned"] - before

    assert plans('"lr": 0.1', '"n": 1, "lr": 0.12') == 1
    assert plans('"lr": 0.1', "") == 2  # without the parameter, and with it


def test_a_rename_composes_the_valohai_yaml_that_it_makes_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, train = make_workspace(tmp_path, **SMALL)
    whole = len(yaml_text(SMALL["steps"]))
    read: list[int] = []

    def noted(text: str, *more: object) -> object:
        read.append(len(text))
        return compose(text, *more)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr("valohai_steps.config.reader.compose", noted)
    place = workspace.snapshot.readable_text(train).index('"lr"') + 2
    assert isinstance(rename(workspace.snapshot, train, place, "rate"), tuple)
    assert [length for length in read if length >= whole] == [whole + 2]


def test_a_rename_builds_the_lines_of_the_steps_that_run_a_script_with_a_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, train = make_workspace(tmp_path, **SMALL)
    (tmp_path / "m1.py").write_text("import argparse\np = argparse.ArgumentParser()\np.parse_args()\n")
    built: list[str] = []
    passed_lines = passed.passed_lines

    def noted(step: YamlStep, *more: object) -> object:
        built.append(step.name)
        return passed_lines(step, *more)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr("valohai_steps.ide.command_line.bindings.passed_lines", noted)
    place = workspace.snapshot.readable_text(train).index('"lr"') + 2
    assert isinstance(rename(workspace.snapshot, train, place, "rate"), tuple)
    assert set(built) == {"step-1"}


def test_the_first_findings_of_a_large_workspace_read_both_sides_and_the_settings_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_workspace(tmp_path, **{**LARGE, "files": 300})
    (tmp_path / "pyproject.toml").touch()
    opened: list[str] = []
    open_file = os.open

    def noted(path: str | Path, *more: int) -> int:
        opened.append(Path(path).name)
        return open_file(path, *more)

    workspace = Workspace([tmp_path])
    workspace.begin_scan()  # which goes on in a thread of its own
    monkeypatch.setattr(os, "open", noted)
    workspace.put(tmp_path / "train.py", (tmp_path / "train.py").read_text(), 0)
    look(workspace)
    assert sorted(opened) == ["pyproject.toml", "valohai.yaml"]  # the text of train.py came with it


@pytest.mark.parametrize(
    ("old", "new"), [('"step-0"', '"step-0b"'), ('"lr"', '"lrb"')], ids=["step", "parameter"]
)
def test_a_name_that_is_typed_parses_its_call_alone_and_no_yaml(old: str, new: str, tmp_path: Path) -> None:
    found: list[dict[str, int]] = []
    for number, size in enumerate((SMALL, {**SMALL, "files": 100, "steps": 300, "functions": 500})):
        root = tmp_path / str(number)
        root.mkdir()
        workspace, train = make_workspace(root, **size)
        effort(workspace, train, old, new)
        found.append(effort(workspace, train, new, old))
    assert found[0] == found[1]
    assert found[0]["python parses"] == 1
    assert not found[0].keys() & {"files read", "yaml composes", "yaml items read", "source listings"}


def test_a_value_typed_into_a_notebook_parses_its_call_alone(tmp_path: Path) -> None:
    texts = ["import valohai\n", *(FUNCTION.format(number) for number in range(200))]
    texts.insert(100, 'P = {"lr": 0.1}\nvalohai.prepare(step="s", image="i", default_parameters=P)\n')
    path, workspace = tmp_path / "train.ipynb", Workspace([tmp_path])
    text = "\n".join(texts)
    workspace.put(path, text, 0, cells=True)
    look(workspace)
    before = dict(workspace.memo.counts)
    workspace.put(path, text.replace("0.1}", "0.12}"), 1, cells=True)
    look(workspace)
    counts = workspace.memo.counts
    assert counts["python parses"] - before["python parses"] == 1
    assert 0 < counts["characters parsed"] - before["characters parsed"] < 200


def test_files_that_are_missing_are_looked_for_in_one_walk_through_the_folders(tmp_path: Path) -> None:
    def listed(names: int) -> int:
        root = tmp_path / str(names)
        for number in range(5):
            (root / f"folder{number}").mkdir(parents=True)
        yaml = root / "valohai.yaml"
        yaml.write_text(yaml_text(names))
        workspace = Workspace([root])
        assert len(demand(diagnostics(workspace.snapshot, yaml))) == names
        return workspace.memo.counts["folders listed"]

    assert listed(1) == listed(50) == 7  # beside the file, and the six folders


@pytest.mark.parametrize(("count", "compared"), [(300, True), (400, False)])
def test_of_many_names_in_a_folder_of_many_files_a_bounded_number_of_pairs_is_compared(
    tmp_path: Path, count: int, *, compared: bool
) -> None:
    for number in range(count):
        (tmp_path / f"m{number}_.py").touch()
    (tmp_path / "valohai.yaml").write_text(yaml_text(count))
    workspace = Workspace([tmp_path])
    found = demand(diagnostics(workspace.snapshot, tmp_path / "valohai.yaml"))
    near = [f"did you mean m{number}_.py?" in each.finding.message for number, each in enumerate(found)]
    assert near == [compared] * count


def test_a_check_reads_each_file_of_a_repository_at_most_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_workspace(tmp_path, **SMALL)
    monkeypatch.chdir(tmp_path)
    read: list[str] = []
    read_bytes = files.read_bytes

    def noted(path: Path, largest: int) -> bytes | UnreadableFile:
        read.append(path.name)
        return read_bytes(path, largest)

    monkeypatch.setattr(files, "read_bytes", noted)
    monkeypatch.setattr("sys.argv", ["valohai-steps", "check", "--quiet", "."])
    main()
    names = ["train.py", "valohai.yaml", *(f"m{number}.py" for number in range(1, SMALL["files"]))]
    assert sorted(read) == sorted(names)


def test_a_graph_reads_each_item_once(tmp_path: Path) -> None:
    nodes = "".join(f"      - {{name: n{n}, type: execution, step: step-{n}}}\n" for n in range(50))
    text = f"{yaml_text(50)}- pipeline:\n    name: p\n    nodes:\n{nodes}    edges: []\n"
    (tmp_path / "valohai.yaml").write_text(text)
    workspace = Workspace([tmp_path])
    found = cost(workspace, lambda: graphs_of_yaml(workspace.snapshot, tmp_path / "valohai.yaml"))
    assert found["yaml items read"] == 51
    assert found.get("yaml composes", 0) <= 1
    assert found["files read"] == 1


def test_a_file_that_takes_the_place_of_an_imported_one_is_seen_by_the_steps_that_run_its_script(
    tmp_path: Path,
) -> None:
    (tmp_path / "valohai.yaml").write_text(
        "- step:\n    name: s\n    image: i\n    command: python run.py --n=x\n"
    )
    (tmp_path / "options.py").write_text("KIND = str\n")
    workspace, script = Workspace([tmp_path]), tmp_path / "run.py"
    text = "import argparse\nfrom options import KIND\np = argparse.ArgumentParser()\n"
    workspace.put(script, f"{text}p.add_argument('--n', type=KIND)\np.parse_args()\n", 0)

    def refused() -> bool:
        found = demand(diagnostics(workspace.snapshot, tmp_path / "valohai.yaml"))
        return "VH133" in json.dumps([each.finding.code for each in found])

    seen = [refused()]
    for name, kind in (("options.py", "int"), ("options.py", "str"), ("options/__init__.py", "int")):
        workspace.put(tmp_path / name, f"KIND = {kind}\n", len(seen))
        seen.append(refused())
    assert seen == [False, True, False, True]
