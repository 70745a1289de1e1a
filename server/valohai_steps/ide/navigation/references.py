"""Every place that names what is under the cursor."""

from pathlib import Path

from msgspec import Struct

from valohai_steps.ide.navigation.index import index_around, index_of_file
from valohai_steps.ide.navigation.names.occurrence import Occurrence, OccurrenceRole
from valohai_steps.model.text import Span
from valohai_steps.project.snapshot import Snapshot


class Reference(Struct, frozen=True):
    """A name in a file. `declares`: it is declared here; `reads`: Python reads its value here."""

    path: Path
    span: Span
    declares: bool
    reads: bool


def references(snapshot: Snapshot, path: Path, offset: int) -> tuple[Reference, ...]:
    """All places that name what stands at `offset` (in code points), declarations included."""
    index = index_around(snapshot, path)
    found = index.of(index.related(each.symbol for each in index.at(path, offset)))
    return tuple(_reference(each) for each in found)


def highlights(snapshot: Snapshot, path: Path, offset: int) -> tuple[Reference, ...]:
    """The same in the cursor's own file."""
    index = index_of_file(snapshot, path)
    found = index.of(index.related(each.symbol for each in index.at(path, offset)))
    return tuple(_reference(each) for each in found)


def _reference(found: Occurrence) -> Reference:
    return Reference(found.path, found.span, found.is_declaration, found.role is OccurrenceRole.READ)
