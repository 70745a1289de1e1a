"""From a name to where it is declared: from what Python reads to its key, from Python to YAML and back."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from valohai_steps.ide.navigation.index import Index, index_around
from valohai_steps.ide.navigation.links import named_files
from valohai_steps.ide.navigation.occurrence import Occurrence, OccurrenceRole, SymbolKind
from valohai_steps.ide.pipeline_graph.edge_files import written_files
from valohai_steps.model.text import Span
from valohai_steps.project.snapshot import Snapshot


class Definition(Struct, frozen=True):
    """A place to go to from the text at `origin`: `name` inside `whole` of the file `path`."""

    origin: Span
    path: Path
    whole: Span
    name: Span


def definitions(snapshot: Snapshot, path: Path, offset: int) -> tuple[Definition, ...]:
    """Where what stands at `offset` (in code points) is declared.

    A declaration leads to the other side: Python to valohai.yaml, valohai.yaml to Python; without another
    side, to itself. A file that a command names leads to that file.
    """
    index = index_around(snapshot, path)
    found = [_definition(here, each) for here in index.at(path, offset) for each in _targets(index, here)]
    if not found and path == index.yaml:
        start = Span(0, 0)
        links = (link for link in named_files(snapshot, path) if link.span.contains(offset))
        found = [Definition(link.span, link.file, start, start) for link in links if link.file is not None]
        written = written_files(snapshot, path, offset)
        found += [Definition(each.origin, each.path, each.span, each.span) for each in written]
    return tuple(dict.fromkeys(found))


def _definition(here: Occurrence, there: Occurrence) -> Definition:
    origin = here.span if here.part else here.literal
    # The name may be a variable's, which stands elsewhere than the entry that it names.
    whole = there.whole if there.whole.covers(there.span) else there.span
    return Definition(origin, there.path, whole, there.span)


def _targets(index: Index, here: Occurrence) -> Iterator[Occurrence]:
    meant = index.related([here.symbol])
    places = [each for each in index.occurrences if each.symbol in meant and each.is_declaration]
    sides = {
        role: [each for each in places if each.role is role]
        for role in (OccurrenceRole.PYTHON, OccurrenceRole.YAML)
    }
    # What Python reads is declared by Python where it can be; what valohai.yaml names, by valohai.yaml.
    order = (
        (OccurrenceRole.YAML, OccurrenceRole.PYTHON)
        if here.path == index.yaml and here.symbol.kind is not SymbolKind.ARGUMENT
        else (OccurrenceRole.PYTHON, OccurrenceRole.YAML)
    )
    if here.is_declaration:
        other = OccurrenceRole.YAML if here.role is OccurrenceRole.PYTHON else OccurrenceRole.PYTHON
        yield from sides[other] or [here]
        return
    yield from sides[order[0]] or sides[order[1]]
