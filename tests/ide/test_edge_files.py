"""From the source of an edge to the line that writes the file; from an input to what fills it."""

from pathlib import Path

from valohai_steps.ide.hover.hover import hover
from valohai_steps.ide.navigation.definition import definitions
from valohai_steps.project.workspace import Workspace

TEXT = (Path(__file__).parents[1] / "fixtures" / "pipelines" / "graphs.yaml").read_text("utf-8")
ROOT = Path("/workspace")
YAML, TRAIN = ROOT / "valohai.yaml", ROOT / "train.py"
SCRIPT = """import valohai

path = valohai.outputs().path("model.pkl")
log = valohai.outputs("logs").path('train.log')
other = open("/valohai/outputs/model-2.pkl", "wb")
"""


def test_an_edges_pattern_leads_to_the_lines_that_write_it() -> None:
    workspace = Workspace([ROOT])
    workspace.put(YAML, TEXT, None)
    workspace.put(TRAIN, SCRIPT, None)
    place = TEXT.index("train.output.model*") + len("train.output.mo")
    found = [each for each in definitions(workspace.snapshot, YAML, place) if each.path == TRAIN]
    assert [SCRIPT[each.name.start : each.name.end] for each in found] == ["model.pkl", "model-2.pkl"]
    assert {TEXT[each.origin.start : each.origin.end] for each in found} == {"model*"}


def test_an_input_says_what_fills_it() -> None:
    workspace = Workspace([ROOT])
    workspace.put(YAML, TEXT, None)
    shown = hover(workspace.snapshot, YAML, TEXT.index("name: models") + 7)
    assert shown is not None
    assert "filled in chain by `model*` of `train`" in shown.markdown


def found(scripts: dict[str, str], text: str, at: str, behind: int) -> list[tuple[str, str]]:
    workspace = Workspace([ROOT])
    workspace.put(YAML, text, None)
    for name, script in scripts.items():
        workspace.put(ROOT / name, script, None)
    shot = workspace.snapshot
    places = definitions(shot, YAML, text.index(at) + behind)
    return [
        (each.path.name, shot.readable_text(each.path)[each.name.start : each.name.end]) for each in places
    ]


def test_files_that_are_joined_to_the_folder_of_outputs_are_found() -> None:
    script = """import os
from pathlib import Path

folder = Path(os.getenv("VH_OUTPUTS_DIR", "/valohai/outputs"))
model = os.path.join(os.environ["VH_OUTPUTS_DIR"], "model.pkl")
(folder / "best" / "model-2.pkl").touch()
(folder / "train.log").touch()
"""
    assert found({"train.py": script}, TEXT, "train.output.model*", len("train.output.mo")) == [
        ("train.py", "model.pkl"),
        ("train.py", "model-2.pkl"),
    ]


PIPELINE = """from valohai import Pipeline


def main(config):
    pipe = Pipeline(name="weekly", config=config)
    best = pipe.execution("train", "best")
    best.output("best*").to(pipe.execution("evaluate", "judge").input("models"))
    return pipe
"""


def test_an_input_leads_to_all_that_fills_it() -> None:
    places = found({"weekly.py": PIPELINE}, TEXT, "name: models", 7)
    assert places[0] == ("valohai.yaml", "train.output.model*")
    assert places[-1] == ("weekly.py", '"best*"')
    assert len(places) == len(set(places)) > 12  # the fan, and more


def test_an_input_that_python_declares_leads_there_as_well() -> None:
    declared = 'import valohai\n\nvalohai.prepare(step="evaluate", default_inputs={"models": "x"})\n'
    places = found({"evaluate.py": declared}, TEXT, "name: models", 7)
    assert places[0][0] == "evaluate.py"
    assert ("valohai.yaml", "train.output.model*") in places


def test_an_input_that_nothing_fills_leads_to_itself() -> None:
    assert found({}, TEXT, "name: weights", 7) == [("valohai.yaml", "weights")]


def test_a_node_that_runs_a_task_feeds_and_is_fed() -> None:
    text = """- step: {name: train, image: python, command: python train.py, inputs: [{name: data}]}
- task: {name: sweep, type: grid_search, step: train}
- pipeline:
    name: nightly
    nodes:
      - {name: first, type: task, task: sweep}
      - {name: last, type: task, task: sweep}
    edges:
      - [first.output.m*, last.input.data]
"""
    assert found({}, text, "name: data", 7) == [("valohai.yaml", "first.output.m*")]
    script = {"train.py": "open('/valohai/outputs/model', 'wb')"}
    assert found(script, text, "output.m*", 8) == [("train.py", "model")]
