"""From a name to where it is declared: from what Python reads to its key, from Python to YAML and back."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from valohai_steps.ide.navigation.index import Index, index_around
from valohai_steps.ide.navigation.links import named_files
from valohai_steps.ide.navigation.names.occurrence import Occurrence, OccurrenceRole, SymbolKind
from valohai_steps.ide.pipeline_graph.edge_files import feeds, written_files
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
    side, to itself. An input of valohai.yaml leads to the edges that fill it as well; a file that a command
    names to that file, and the source of an edge to the lines that write its files.
    """
    index = index_around(snapshot, path)
    occurrences = index.at(path, offset)
    fed = [each for here in occurrences if path == index.yaml for each in _fed(snapshot, here)]
    targets = [(here, each) for here in occurrences for each in _targets(index, here)]
    found = [_definition(here, each) for here, each in targets if not fed or here != each]
    found += fed
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


def _fed(snapshot: Snapshot, here: Occurrence) -> Iterator[Definition]:
    """The edges into an input, from where a valohai.yaml declares it."""
    if here.symbol.kind is SymbolKind.INPUT and here.role is OccurrenceRole.YAML:
        for each in feeds(snapshot, here.path, here.symbol.owner, here.symbol.name):
            yield Definition(here.literal, each.path, each.span, each.name)


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
