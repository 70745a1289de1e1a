"""Rename of a pipeline and its nodes, over valohai.yaml and the Python that makes it."""

from pathlib import Path

import pytest

from tests.seeds import weekly_seed
from tests.source.pipeline_programs import random_program
from valohai_steps.ide.navigation.definition import definitions
from valohai_steps.ide.navigation.rename import prepare_rename, rename
from valohai_steps.ide.update.update import Refused
from valohai_steps.model.pipeline import PipelineFact
from valohai_steps.model.text import apply_edits
from valohai_steps.project.readings.pipelines import pipeline_file
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
YAML, PYTHON = ROOT / "valohai.yaml", ROOT / "nightly.py"
TEXT = """\
- step: {name: fetch, image: python, command: python fetch.py}
- step: {name: train, image: python, command: python train.py, inputs: [{name: data}]}
- pipeline:
    name: nightly
    parameters:
      - {name: speed, targets: [fetch.parameters.speed]}
    nodes:
      - {name: fetch, type: execution, step: fetch}
      - {name: fit, type: execution, step: train}
    edges:
      - [fetch.output.*, fit.input.data]
"""
SOURCE = """\
from valohai import Pipeline


def main(config):
    pipe = Pipeline(name="nightly", config=config)
    fetch = pipe.execution("fetch", "fetch")
    fit = pipe.execution(step="train", name='fit')
    fetch.output("*").to(fit.input("data"))
    return pipe
"""


def opened(text: str = TEXT, source: str = SOURCE) -> Snapshot:
    workspace = Workspace([ROOT])
    workspace.put(YAML, text, None)
    workspace.put(PYTHON, source, None)
    return workspace.snapshot


def renamed(shot: Snapshot, path: Path, at: str, name: str, behind: int = 0) -> dict[str, str] | str:
    """The texts after a rename at a place, or why there is none."""
    found = rename(shot, path, shot.readable_text(path).index(at) + behind, name)
    if isinstance(found, Refused):
        return found.reason
    assert found
    return {each.path.name: apply_edits(shot.readable_text(each.path), each.edits) for each in found}


@pytest.mark.parametrize(
    ("path", "at", "behind"),
    [(YAML, "name: fit", 7), (YAML, "fit.input.data", 1), (PYTHON, "'fit'", 2)],
)
def test_a_node_is_renamed_on_both_sides(path: Path, at: str, behind: int) -> None:
    assert renamed(opened(), path, at, "learn", behind) == {
        "valohai.yaml": TEXT.replace("name: fit", "name: learn").replace("fit.input", "learn.input"),
        "nightly.py": SOURCE.replace("'fit'", "'learn'"),
    }


def test_a_node_keeps_its_step_of_the_same_name() -> None:
    texts = renamed(opened(), PYTHON, '"fetch")', "load", 2)
    assert isinstance(texts, dict)
    assert texts["nightly.py"] == SOURCE.replace('"fetch")', '"load")')
    assert texts["valohai.yaml"].count("fetch") == TEXT.count("fetch") - 3


@pytest.mark.parametrize(("path", "at", "behind"), [(YAML, "name: nightly", 7), (PYTHON, '"nightly"', 2)])
def test_a_pipeline_is_renamed_on_both_sides(path: Path, at: str, behind: int) -> None:
    assert renamed(opened(), path, at, "weekly", behind) == {
        "valohai.yaml": TEXT.replace("nightly", "weekly"),
        "nightly.py": SOURCE.replace("nightly", "weekly"),
    }


@pytest.mark.parametrize(
    ("change", "at", "reason"),
    [
        (("'fit'", 'f"fi{chr(116)}"'), "name: fit", "'fit' cannot be renamed: the pipeline in nightly.py"),
        (("'fit'", '"f" + "it"'), "name: fit", "there it is computed, joined"),
        (("name='fit'", "name=None"), "name: fit", ""),
        (("return pipe", "return pipe."), "name: fit", "cannot be read, and may name it"),
        (('"nightly"', "NAME"), "name: nightly", ""),
    ],
)
def test_a_rename_that_python_cannot_follow_is_refused(change: tuple[str, str], at: str, reason: str) -> None:
    found = renamed(opened(source=SOURCE.replace(*change)), YAML, at, "other", 7)
    if reason:
        assert isinstance(found, str)
        assert reason in found
    else:  # another pipeline, or another node: nothing there has the name
        assert isinstance(found, dict)
        assert list(found) == ["valohai.yaml"]


def test_a_node_that_is_counted_says_so() -> None:
    text = TEXT.replace("fit", "train_1")
    shot = opened(text, SOURCE.replace(", name='fit'", ""))
    found = prepare_rename(shot, YAML, text.index("train_1"))
    assert isinstance(found, Refused)
    assert found.reason.startswith("'train_1' cannot be renamed, because of nightly.py, line 7")
    assert "pass a name to it first" in found.reason


def test_nodes_of_a_loop_are_refused_each_by_its_own_name() -> None:
    loop = '    for size in ("a", "b"):\n        pipe.execution("fetch", f"get-{size}")\n'
    nodes = "".join(f"      - {{name: get-{size}, type: execution, step: fetch}}\n" for size in "ab")
    text = TEXT.replace("    edges:", f"{nodes}    edges:")
    shot = opened(text, SOURCE.replace("    return", f"{loop}    return"))
    for size in "ab":
        found = renamed(shot, YAML, f"get-{size}", "other")
        assert isinstance(found, str)
        assert found.startswith(
            f"'get-{size}' cannot be renamed, because of nightly.py, line 10: there it is computed"
        )


def test_a_taken_name_is_refused() -> None:
    assert renamed(opened(), PYTHON, "'fit'", "fetch", 2) == (
        "there is already a node 'fetch' (valohai.yaml); choose another name"
    )
    assert "cannot contain a dot" in str(renamed(opened(), PYTHON, "'fit'", "a.b", 2))


def test_a_node_leads_to_the_other_side() -> None:
    shot = opened()
    (found,) = definitions(shot, YAML, TEXT.index("name: fit") + 7)
    assert (found.path, SOURCE[found.name.start : found.name.end]) == (PYTHON, "fit")
    (found,) = definitions(shot, PYTHON, SOURCE.index("'fit'") + 2)
    assert (found.path, TEXT[found.name.start : found.name.end]) == (YAML, "fit")


STEPS = (Path(__file__).parents[1] / "fixtures" / "pipelines" / "steps.yaml").read_text("utf-8")


def made(workspace: Workspace, program: str) -> PipelineFact | None:
    workspace.put(PYTHON, program, None)
    file = pipeline_file(workspace.snapshot, PYTHON)
    return None if file is None else file.pipeline


def test_random_pipelines_are_renamed_whole_or_not_at_all() -> None:
    """After each rename the pipeline is the one that was read, with that one name changed."""
    first, done = weekly_seed(), 0
    workspace = Workspace([ROOT])
    workspace.put(YAML, STEPS, None)
    for seed in range(first, first + 60):
        program, _ = random_program(seed)
        before = made(workspace, program)
        for node in before.nodes if before is not None else ():
            found = rename(
                workspace.snapshot, PYTHON, (node.name_span or node.span).start + 1, "entirely-new"
            )
            if node.name_span is None or not isinstance(found, tuple):
                continue
            after = made(workspace, apply_edits(program, found[0].edits))
            assert after is not None, (seed, node.name)
            assert names(after) == [
                tuple("entirely-new" if each == node.name else each for each in row) for row in names(before)
            ], (seed, node.name)
            made(workspace, program)
            done += 1
    assert done > 10


def names(fact: PipelineFact | None) -> list[tuple[str, ...]]:
    """The nodes and the edges, by name."""
    nodes = [(node.name,) for node in fact.nodes] if fact else []
    return [*nodes, *((edge.source.node, edge.target.node) for edge in fact.edges)] if fact else []
