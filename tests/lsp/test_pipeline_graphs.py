"""valohai-steps.pipelineGraphs: what an editor needs to draw a pipeline and to go to its nodes."""

from pathlib import Path

import pytest

from tests.lsp.editor import Document, StepsClient
from tests.lsp.test_commands import run

TEXT = (Path(__file__).parents[1] / "fixtures" / "pipelines" / "graphs.yaml").read_text("utf-8")


@pytest.mark.asyncio
async def test_pipelines_come_with_the_places_of_their_nodes(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "valohai.yaml")
    await document.open(TEXT)
    reply = await run(client, "pipelineGraphs", document.uri)
    found = reply["graphs"]
    assert reply["obstacle"] is None
    assert [each["name"] for each in found] == ["chain", "fan", "real", "broken"]
    assert found[0]["drawing"].startswith("<svg ")
    node = found[0]["nodes"][1]
    row = TEXT[: TEXT.index("name: train\n        type")].count("\n")
    assert node["name"] == "train"
    assert node["location"]["uri"] == document.uri
    assert node["location"]["range"]["start"] == {"line": row, "character": len("      - name: ")}
    nowhere = found[3]["nodes"][-1]
    edge = next(each for each in found[3]["edges"] if each["target"] == nowhere["name"])
    assert nowhere["location"] == edge["location"]
    assert "did you mean prepare data?" in found[3]["nodes"][0]["problem"]
    assert await run(client, "pipelineGraphs", document.uri, "pdf") is None


@pytest.mark.asyncio
async def test_what_cannot_be_drawn_is_said_with_its_place(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "valohai.yaml")
    await document.open(TEXT.replace("[train.output.model*, evaluate.input.models]", "[train.output.mod"))
    reply = await run(client, "pipelineGraphs", document.uri)
    assert [each["name"] for each in reply["graphs"]] == ["fan", "real", "broken"]
    assert reply["obstacle"]["uri"] == document.uri
    assert reply["obstacle"]["place"].startswith("valohai.yaml:")
    gone = await run(client, "pipelineGraphs", (tmp_path / "gone.py").as_uri())
    assert gone == {"graphs": [], "obstacle": None}


PYTHON = """from valohai import Pipeline


def main(config):
    pipe = Pipeline(name="nightly", config=config)
    pipe.execution("train", NAME)
    return pipe
"""


@pytest.mark.asyncio
async def test_a_pipeline_that_cannot_be_read_says_why(client: StepsClient, tmp_path: Path) -> None:
    document = Document(client, tmp_path / "pipeline.py")
    await document.open(PYTHON)
    reply = await run(client, "pipelineGraphs", document.uri)
    assert reply["graphs"] == []
    assert reply["obstacle"]["place"] == "pipeline.py:6"
    assert reply["obstacle"]["reason"].startswith("NAME is not defined")
