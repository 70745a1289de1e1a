"""From the source of an edge to the lines that write its files, and from an input to what fills it."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec import Struct

from valohai_steps.config.items.file import ItemFile
from valohai_steps.config.model.pipelines import Pipeline
from valohai_steps.drift.commands import files_run
from valohai_steps.ide.pipeline_graph.yaml_graphs import graphs_of_yaml
from valohai_steps.model.text import Span
from valohai_steps.project.files import readable
from valohai_steps.project.snapshot import Snapshot

_WRITTEN = (
    re.compile(r"""\boutputs\([^()\n]{0,200}\)[ \t]*\.[ \t]*path\([ \t]*(['"])(?P<name>[^'"\n]+)\1"""),
    re.compile(r"""(['"])/valohai/outputs/(?P<name>[^'"\n]+)\1"""),
)
_LARGEST = 1_000_000


class WrittenFile(Struct, frozen=True):
    """A place in a script that names a file it writes; `origin` is the pattern of the edge."""

    origin: Span
    path: Path
    span: Span


def written_files(snapshot: Snapshot, yaml: Path, offset: int) -> Iterator[WrittenFile]:
    """The places that write what the edge's pattern at `offset` of a valohai.yaml means."""
    file = readable(snapshot.items(yaml))
    for origin, step, pattern in () if file is None else _sources(file, offset):
        for path in _scripts(yaml, file, step) if file is not None else ():
            for span in _places(snapshot, path, pattern):
                yield WrittenFile(origin, path, span)


def fills(snapshot: Snapshot, yaml: Path, step: str, name: str) -> Iterator[str]:
    """What edges fill an input of a step with, in words."""
    for graph in graphs_of_yaml(snapshot, yaml):
        for edge in graph.edges:
            target = graph.node(edge.target)
            if edge.into == name and target is not None and target.runs == f"step {step}":
                yield f"filled in {graph.name} by `{edge.what}` of `{edge.source}`"


def _sources(file: ItemFile, offset: int) -> Iterator[tuple[Span, str, str]]:
    """The pattern of an edge's source at a place, with the step of its node."""
    for part, start in zip(file.parts, file.starts, strict=False):
        for facts in part.facts if start <= offset <= start + len(part.text) else ():
            if not isinstance(facts.thing, Pipeline):
                continue
            steps = {
                n.name.text: n.step.text for n in facts.thing.nodes if n.name and n.step and not n.commit
            }
            for edge in facts.thing.edges:
                parts = () if edge.source is None else edge.source.parts
                if len(parts) != 3 or parts[1].text not in ("output", "outputs"):
                    continue
                span = part.places[parts[2].place].shifted(start)
                if span.contains(offset) and parts[0].text in steps:
                    yield span, steps[parts[0].text], parts[2].text


def _scripts(yaml: Path, file: ItemFile, name: str) -> Iterator[Path]:
    for _, step in file.steps():
        command = step.get("command") if step.name == name else None
        for each in sorted(files_run(command.value)) if command is not None else ():
            yield yaml.parent / each


def _places(snapshot: Snapshot, path: Path, pattern: str) -> Iterator[Span]:
    text = readable(snapshot.text(path)) if path.suffix == ".py" else None
    if text is None or len(text) > _LARGEST:
        return
    for form in _WRITTEN:
        for match in form.finditer(text):
            if fnmatchcase(match["name"], pattern):
                yield Span(*match.span("name"))
