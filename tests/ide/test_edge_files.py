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
