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
    found = await run(client, "pipelineGraphs", document.uri)
    assert [each["name"] for each in found] == ["chain", "fan", "real", "broken"]
    assert found[0]["drawing"].startswith("<svg ")
    node = found[0]["nodes"][1]
    row = TEXT[: TEXT.index("name: train\n        type")].count("\n")
    assert node["name"] == "train"
    assert node["location"]["uri"] == document.uri
    assert node["location"]["range"]["start"] == {"line": row, "character": len("      - name: ")}
    assert found[3]["nodes"][-1]["location"] is None
    assert "did you mean prepare data?" in found[3]["nodes"][0]["problem"]
    assert await run(client, "pipelineGraphs", document.uri, "pdf") == []
