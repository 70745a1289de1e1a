"""Pipelines drawn: pictures of a chain, a fan of twelve, one with 22 edges and a broken one."""

import os
import re
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path

import pytest

from valohai_steps.ide.hover.hover import hover
from valohai_steps.ide.pipeline_graph.drawings.diagrams import as_dot, as_mermaid
from valohai_steps.ide.pipeline_graph.drawings.layout import Box, laid_out
from valohai_steps.ide.pipeline_graph.drawings.svg import as_svg
from valohai_steps.ide.pipeline_graph.drawings.text import as_text
from valohai_steps.ide.pipeline_graph.graph import Graph, GraphEdge, GraphNode, staged
from valohai_steps.ide.pipeline_graph.python_graphs import graph_of_python
from valohai_steps.ide.pipeline_graph.yaml_graphs import graphs_of_yaml
from valohai_steps.model.text import Span
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.project.workspace import Workspace

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pipelines"
TEXT = (FIXTURES / "graphs.yaml").read_text("utf-8")
ROOT = Path("/workspace")
YAML = ROOT / "valohai.yaml"
PYTHON = """from valohai import Pipeline


def main(config):
    pipe = Pipeline(name="nightly", config=config)
    first = pipe.execution("prepare data", "first")
    last = pipe.execution("train", "last")
    first.output("*").to(last.input("dta"))
    return pipe
"""


def snapshot(text: str = TEXT, python: str = "") -> Snapshot:
    workspace = Workspace([ROOT])
    workspace.put(YAML, text, None)
    if python:
        workspace.put(ROOT / "pipeline.py", python, None)
    return workspace.snapshot


def graphs() -> dict[str, Graph]:
    return {graph.name: graph for graph in graphs_of_yaml(snapshot(), YAML)}


@pytest.mark.parametrize("form", ["text", "mermaid", "dot"])
def test_pictures(form: str) -> None:
    draw = {"text": as_text, "mermaid": as_mermaid, "dot": as_dot}[form]
    drawn = "\n".join(draw(graph) for graph in graphs().values())
    golden = FIXTURES / f"graphs.{form}"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(drawn, "utf-8")
    assert drawn == golden.read_text("utf-8")


def test_text_fits_into_eighty_columns() -> None:
    long = TEXT.replace("train-", "a-rather-long-name-of-a-node-that-trains-")
    for graph in graphs_of_yaml(snapshot(long), YAML):
        assert max(map(len, as_text(graph).splitlines())) <= 80


@pytest.mark.parametrize("name", ["chain", "fan", "real", "broken"])
def test_a_picture_holds_every_node_and_edge(name: str) -> None:
    graph = graphs()[name]
    picture = ET.fromstring(as_svg(graph))  # noqa: S314  # our own
    space = {"s": "http://www.w3.org/2000/svg"}
    numbers = [int(each.attrib["data-node"]) for each in picture.findall(".//s:g[@data-node]", space)]
    assert numbers == list(range(len(graph.nodes)))
    pairs = {(edge.source, edge.target) for edge in graph.edges}
    drawn = [each for each in picture.findall(".//s:path", space) if "marker-end" in each.attrib]
    assert len(drawn) == len(pairs)
    broken = {f"✗ {node.name}" for node in graph.nodes if node.problem}
    marked = [each for each in picture.findall(".//s:g", space) if "broken" in each.get("class", "")]
    texts = {text.text for each in marked for text in each.findall("s:text", space)}
    assert broken <= texts


def test_boxes_do_not_overlap_and_lie_in_the_picture() -> None:
    for graph in graphs().values():
        ends = [(edge.source, edge.target) for edge in graph.edges]
        layout = laid_out(graph.nodes, list(dict.fromkeys(ends)), lambda node: 8 * len(node.name))
        boxes = [*layout.boxes.values(), *(box for way in layout.ways.values() for box in way)]
        assert not [(one, other) for one in boxes for other in boxes if one is not other and meet(one, other)]
        assert all(box.x > 0 and box.y > 0 for box in boxes)
        assert all(box.x + box.width < layout.width and box.y + box.height < layout.height for box in boxes)


def test_the_words_of_edges_cover_no_node_and_no_other_words() -> None:
    for graph in graphs().values():
        picture = ET.fromstring(as_svg(graph))  # noqa: S314  # our own
        space = {"s": "http://www.w3.org/2000/svg"}
        labels = [each for each in picture.findall("s:text", space) if "label" in each.attrib["class"]]
        areas = [area(each) for each in labels]
        boxes = [
            Box(*(int(each.attrib[key]) for key in ("x", "y", "width", "height")))
            for each in picture.findall(".//s:rect", space)
        ]
        assert not [(one, other) for one, other in combinations(areas, 2) if meet(one, other)]
        assert not [(one, box) for one in areas for box in boxes if meet(one, box)]


def area(label: ET.Element) -> Box:
    """What words take at least: a letter of 12 px is 5 px wide on average, and 9 px high."""
    width = 5 * len(label.text or "")
    return Box(int(label.attrib["x"]) - width // 2, int(label.attrib["y"]) - 9, width, 9)


def meet(one: Box, other: Box) -> bool:
    apart = one.x + one.width <= other.x or other.x + other.width <= one.x
    return not apart and one.y < other.y + other.height and other.y < one.y + one.height


def test_every_edge_but_those_of_a_circle_leads_to_a_later_stage() -> None:
    for name, graph in graphs().items():
        stages = {node.name: node.stage for node in graph.nodes}
        back = [edge for edge in graph.edges if stages[edge.target] <= stages[edge.source]]
        assert len(back) == (1 if name == "broken" else 0)
    nodes = [GraphNode(name, "execution", "", None) for name in "abc"]
    edges = [GraphEdge(ends[0], ends[1], "", "", Span(0, 0)) for ends in ("ab", "bc", "ca")]
    assert [node.stage for node in staged(nodes, edges)] == [0, 1, 2]


def test_names_cannot_break_out_of_a_drawing() -> None:
    name = 'x"];\\ <b>`*_# ```'
    node = GraphNode(name, "execution", f"step {name}", Span(0, 1), "<bad>")
    graph = Graph(YAML, name, Span(0, 1), Span(0, 1), (node,), ())
    assert name not in as_mermaid(graph)
    assert re.search(r'"x\\"\];\\\\ <b>', as_dot(graph))
    assert ET.fromstring(as_svg(graph)) is not None  # noqa: S314  # our own


def test_hover_on_a_pipeline_draws_it() -> None:
    place = TEXT.index("name: chain") + 7
    shown = hover(snapshot(), YAML, place)
    assert shown is not None
    assert "  2  train  (step train)\n     └─ model* → models of evaluate" in shown.markdown
    shown = hover(snapshot(), YAML, TEXT.index("name: evaluate", place) + 7)
    assert shown is not None
    assert "model* of train → models" in shown.markdown


def test_a_pipeline_in_python_is_drawn_and_hovered() -> None:
    shot = snapshot(python=PYTHON)
    path = ROOT / "pipeline.py"
    graph = graph_of_python(shot, path)
    assert graph is not None
    assert as_text(graph).splitlines() == [
        "nightly: 2 nodes, 1 edge",
        "",
        "  1  first  (step prepare data)",
        "     └─ ✗ * → dta of last",
        "          ✗ there is no input 'dta' in step 'train'; did you mean data?",
        "  2  last  (step train)",
    ]
    for word in ('"nightly"', '"first"'):
        shown = hover(shot, path, PYTHON.index(word) + 2)
        assert shown is not None
        assert "→ dta of last" in shown.markdown


def test_the_documentation_shows_the_drawing() -> None:
    page = (Path(__file__).parents[2] / "docs" / "editors.md").read_text("utf-8")
    assert as_text(graphs()["chain"]) in page


def test_a_drawing_is_xml_whatever_the_names_hold() -> None:
    names = ["n\a1", "<b>", "\0\x1b[0m", "\ufffe", "a\tb"]
    nodes = tuple(
        GraphNode(name, "execution", f"runs \x02{name}", Span(0, 1), "no \b such step") for name in names
    )
    edges = (GraphEdge(names[0], names[2], "\f*", "da\vta", Span(0, 1), "no \x7f such input"),)
    drawn = ET.fromstring(as_svg(Graph(YAML, "all\a", Span(0, 1), Span(0, 1), nodes, edges)))  # noqa: S314  # our own
    assert "n\ufffd1" in "".join(drawn.itertext())
