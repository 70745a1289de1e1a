"""A pipeline in the format that is asked for."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from valohai_steps.ide.pipeline_graph.drawings.diagrams import as_dot, as_mermaid
from valohai_steps.ide.pipeline_graph.drawings.svg import as_svg
from valohai_steps.ide.pipeline_graph.drawings.text import as_text
from valohai_steps.ide.pipeline_graph.graph import Graph

DRAWINGS: Mapping[str, Callable[[Graph], str]] = MappingProxyType(
    {"text": as_text, "mermaid": as_mermaid, "dot": as_dot, "svg": as_svg}
)
