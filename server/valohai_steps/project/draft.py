"""A workspace as it would be with other texts: where edits are proven before anyone sees them."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec.structs import replace

from valohai_steps.config.reader import YamlFile
from valohai_steps.project.document import Document
from valohai_steps.project.memo import FileRecord, Memo
from valohai_steps.project.snapshot import Snapshot

_NONE: Mapping[Path, YamlFile] = MappingProxyType({})


def drafted(snapshot: Snapshot, texts: Mapping[Path, str], read: Mapping[Path, YamlFile] = _NONE) -> Snapshot:
    """The snapshot with these texts in place of what is open or on disk; some of them have been `read`.

    What is known already counts for it as well; what is read of it is kept apart from what is.
    """
    documents = dict(snapshot.documents)
    for path, text in texts.items():
        documents[path] = replace(documents.get(path, Document("", None)), text=text)
    kept = {name: dict(getattr(snapshot.memo, name)) for name in Memo.__struct_fields__}
    kept["yaml"] |= read
    return replace(snapshot, documents=documents, memo=Memo(**kept), seen=FileRecord())


def read_anew(snapshot: Snapshot) -> Snapshot:
    """The same workspace, of which nothing is known yet."""
    return replace(snapshot, memo=Memo(), seen=FileRecord())
