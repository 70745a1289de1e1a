"""A file that nobody can read may name it too: nothing is renamed then, and all else goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from valohai_steps.ide.code_lens import code_lenses
from valohai_steps.ide.completion.offers import completions
from valohai_steps.ide.findings.code_actions import Action, code_actions, fix_all
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.folding import folding_spans
from valohai_steps.ide.hover.hover import hover
from valohai_steps.ide.inlay_hints import inlay_hints
from valohai_steps.ide.navigation.definition import definitions
from valohai_steps.ide.navigation.links import links
from valohai_steps.ide.navigation.references import highlights, references
from valohai_steps.ide.navigation.rename import prepare_rename, rename
from valohai_steps.ide.navigation.symbols import file_symbols, workspace_symbols
from valohai_steps.ide.pipeline_graph.yaml_graphs import graphs_of_yaml
from valohai_steps.ide.running.run_command import run_command
from valohai_steps.ide.selection import selections
from valohai_steps.ide.signature import signature
from valohai_steps.ide.update.file_edits import FileEdits
from valohai_steps.ide.update.several.workspace_update import plan_workspace_update
from valohai_steps.ide.update.sync_state import state_of
from valohai_steps.ide.update.update import Refused, Update, plan_update, preview
from valohai_steps.model.text import Span
from valohai_steps.project.disk.files import UnreadableFile
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.project.workspace import Workspace

PYTHON = """\
import valohai
valohai.prepare(step="train", default_parameters={"rate": 1})
valohai.parameters("rate")
"""
YAML = "- step:\n    name: train\n    image: x\n    command: python train.py\n"
NOT_UTF_8 = b"# valohai \xff\n"


@pytest.mark.parametrize("unreadable", ["valohai.yaml", "other.py"])
def test_a_rename_is_refused_and_the_rest_is_answered(tmp_path: Path, unreadable: str) -> None:
    (tmp_path / "valohai.yaml").write_text(YAML)
    (tmp_path / unreadable).write_bytes(NOT_UTF_8)
    workspace = Workspace([tmp_path])
    workspace.end_scan([tmp_path / "train.py", tmp_path / "other.py"])
    workspace.put(tmp_path / "train.py", PYTHON, 1)
    snapshot, path, offset = workspace.snapshot, tmp_path / "train.py", PYTHON.rindex("rate")
    assert [each.path.name for each in definitions(snapshot, path, offset)] == ["train.py"]
    assert len(references(snapshot, path, offset)) == 2
    assert {each.name for each in workspace_symbols(snapshot, "")} >= {"train", "rate"}
    for refused in (prepare_rename(snapshot, path, offset), rename(snapshot, path, offset, "lr")):
        assert isinstance(refused, Refused)
        assert refused.path.name == unreadable
        assert refused.reason.startswith("'rate' cannot be renamed: ")
        assert unreadable in refused.reason


Feature = Callable[[Snapshot, Path, int], object]
FEATURES: dict[str, Feature] = {
    "completion": completions,
    "definition": definitions,
    "diagnostics": lambda snapshot, path, _: diagnostics(snapshot, path),
    "fix all": lambda snapshot, path, _: fix_all(snapshot, path),
    "folding": lambda snapshot, path, _: folding_spans(snapshot, path),
    "graph": lambda snapshot, path, _: graphs_of_yaml(snapshot, snapshot.yaml_path(path)),
    "highlights": highlights,
    "hints": lambda snapshot, path, _: list(inlay_hints(snapshot, path, Span(0, 500))),
    "hover": hover,
    "lenses": lambda snapshot, path, _: list(code_lenses(snapshot, path)),
    "light bulb": lambda snapshot, path, at: list(code_actions(snapshot, path, Span(at, at))),
    "links": lambda snapshot, path, _: list(links(snapshot, path)),
    "outline": lambda snapshot, path, _: file_symbols(snapshot, path),
    "prepare rename": prepare_rename,
    "preview": lambda snapshot, path, _: preview(snapshot, path),
    "references": references,
    "rename": lambda snapshot, path, at: rename(snapshot, path, at, "lr"),
    "run": lambda snapshot, path, _: run_command(snapshot, path, None),
    "selection": selections,
    "settings": lambda snapshot, path, _: (snapshot.settings(path), snapshot.settings_problems(path)),
    "signature": signature,
    "state": lambda snapshot, path, _: state_of(snapshot, path),
    "symbols": lambda snapshot, *_: list(workspace_symbols(snapshot, "")),
    "update": lambda snapshot, path, _: plan_update(snapshot, [path]),
    "update all": lambda snapshot, *_: list(plan_workspace_update(snapshot)),
}


@pytest.mark.parametrize(
    "unreadable", ["valohai.yaml", "train.py", "other.py", "pyproject.toml", "other.ipynb"]
)
@pytest.mark.parametrize("kind", ["not UTF-8", "folder", "dangling link"])
def test_no_feature_raises_and_no_edit_reaches_what_cannot_be_read(
    tmp_path: Path, unreadable: str, kind: str
) -> None:
    (tmp_path / "train.py").write_text(PYTHON)
    (tmp_path / "valohai.yaml").write_text(YAML)
    spoil(tmp_path / unreadable, kind)
    workspace = Workspace([tmp_path])
    workspace.end_scan([tmp_path / name for name in ("train.py", "other.py", "other.ipynb")])
    snapshot = workspace.snapshot
    for path in (tmp_path / "train.py", tmp_path / "valohai.yaml", tmp_path / unreadable):
        for name, feature in FEATURES.items():
            for offset in (PYTHON.index("train"), PYTHON.index("rate"), PYTHON.rindex("rate")):
                assert tmp_path / unreadable not in edited(feature(snapshot, path, offset)), name


def spoil(path: Path, kind: str) -> None:
    """Something in place of the file that cannot be read."""
    path.unlink(missing_ok=True)
    if kind == "folder":
        path.mkdir()
    elif kind == "dangling link":
        path.symlink_to(path.with_name("nowhere"))
    else:
        path.write_bytes(NOT_UTF_8)


def edited(result: object) -> set[Path]:
    """The files that a result of a feature would edit."""
    found = {result.path} if isinstance(result, FileEdits) else set[Path]()
    if isinstance(result, Update):
        found |= {result.yaml} if result.edits else set()
    if isinstance(result, Action):
        found |= edited(result.edits)
    for each in result if isinstance(result, (tuple, list)) else ():
        found |= edited(each)
    return found


def test_nothing_is_written_by_settings_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(PYTHON)
    (tmp_path / "pyproject.toml").write_bytes(NOT_UTF_8)
    snapshot = Workspace([tmp_path]).snapshot
    refused = plan_update(snapshot, [tmp_path / "train.py"])
    assert isinstance(refused, Refused)
    assert (refused.path.name, refused.reason) == (
        "pyproject.toml",
        "byte 10 is not UTF-8; save the file as UTF-8",
    )
    assert snapshot.settings_problems(tmp_path / "train.py") == (
        f"pyproject.toml cannot be read, its settings are ignored: {refused.reason}",
    )


def test_a_hover_says_that_the_other_side_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(PYTHON)
    (tmp_path / "valohai.yaml").write_bytes(NOT_UTF_8)
    found = hover(Workspace([tmp_path]).snapshot, tmp_path / "train.py", PYTHON.index("train"))
    assert found is not None
    assert found.markdown == "**train** step · cannot update: valohai.yaml cannot be read"


def test_what_could_not_be_read_is_known_for_the_log(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(PYTHON)
    (tmp_path / "valohai.yaml").write_bytes(NOT_UTF_8)
    snapshot = Workspace([tmp_path]).snapshot
    found = diagnostics(snapshot, tmp_path / "train.py")
    assert isinstance(found, UnreadableFile)
    assert snapshot.seen.unreadable == {tmp_path / "valohai.yaml": found}
    assert str(found) == f"{tmp_path / 'valohai.yaml'}: byte 10 is not UTF-8; save the file as UTF-8"
