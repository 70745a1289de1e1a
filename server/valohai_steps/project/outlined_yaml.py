"""A valohai.yaml for its outline, lenses and folds: half-typed, as much of it as can be read, in place."""

from pathlib import Path

from valohai_steps.config.reader import YamlFile, read_yaml
from valohai_steps.project.snapshot import Snapshot


def outlined_yaml(snapshot: Snapshot, path: Path) -> YamlFile | None:
    """The file as it is when it can be read; None when there is none. Raises FileError."""
    file = snapshot.yaml(path)
    items = None if file is None or file.is_readable else snapshot.items(path)
    if items is None:
        return file
    from valohai_steps.config.items.mended import mended_text  # for half-typed text alone

    known, text = snapshot.memo.outlined.get(path), mended_text(items)
    if known is None or known.text != text:
        known = snapshot.memo.outlined[path] = read_yaml(text)
    return known
