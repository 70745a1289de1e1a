"""A valohai.yaml for its outline, lenses and folds: half-typed, as much of it as can be read, in place."""

from pathlib import Path

from valohai_steps.config.model.items import Declarations, read_declarations
from valohai_steps.config.reader import YamlFile, read_yaml
from valohai_steps.project.disk.files import UnreadableFile
from valohai_steps.project.snapshot import Snapshot


def outlined_yaml(snapshot: Snapshot, path: Path) -> YamlFile | None:
    """The file as it is when its YAML is right; None when there is none that can be read."""
    file = snapshot.yaml(path)
    if not isinstance(file, YamlFile):
        return None
    items = None if file.is_readable else snapshot.items(path)
    if items is None or isinstance(items, UnreadableFile):
        return file
    from valohai_steps.config.items.mended import mended_text  # for half-typed text alone

    known, text = snapshot.memo.outlined.get(path), mended_text(items)
    if known is None or known.text != text:
        known = snapshot.memo.outlined[path] = read_yaml(text)
    return known


def declarations(snapshot: Snapshot, path: Path, file: YamlFile) -> Declarations:
    """What a valohai.yaml declares, read once for each text."""
    known = snapshot.memo.declared.get(path)
    if known is None or known[0] is not file:
        known = snapshot.memo.declared[path] = (file, read_declarations(file.text, file.documents))
    return known[1]
