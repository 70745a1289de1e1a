"""The folders that an agent works in, and what is in them at the moment of a call."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.agents.answer import ToolError
from valohai_steps.agents.surroundings import Surroundings, look_at
from valohai_steps.agents.tools import Tool, names_in
from valohai_steps.project.binding import find_root
from valohai_steps.project.disk.files import is_folder, real_path
from valohai_steps.project.disk.scan import scan
from valohai_steps.project.memo import Memo
from valohai_steps.project.snapshot import Snapshot


def folders_of(uris: Sequence[str]) -> tuple[Path, ...]:
    """The folders on this disk among the roots that a client names, links resolved."""
    found: dict[Path, None] = {}
    for uri in uris:
        parts = urlsplit(uri)
        if parts.scheme == "file" and parts.netloc in ("", "localhost"):
            path = real_path(Path(url2pathname(unquote(parts.path))))
            if is_folder(path):
                found[path] = None
    return tuple(found)


def started_in(folder: Path, home: Path) -> tuple[Path, ...]:
    """The folder that the server was started in. Raises ToolError when that is no project.

    Some clients start every server in the home folder or at the top of the disk: neither is looked through.
    """
    here = real_path(folder)
    if here == here.parent or here == real_path(home):
        why = f"the server was started in {here}, which is not a project, and the client names no folder"
        raise ToolError(f"{why}; start it as `valohai-steps mcp --root FOLDER`")
    return (here,)


def look_around(tool: Tool, asked: Struct, roots: Sequence[Path]) -> Surroundings:
    """What a call is about, read from the disk now. Raises ToolError for a path that may not be looked at.

    valohai.yaml and settings are looked for upwards as for a person; of what lies above the roots only the
    settings are read: all else is refused.
    """
    homes = tuple(map(find_root, roots))
    probe = Snapshot(homes, {}, {}, frozenset(), Memo())
    sources = frozenset(path for root in roots for path in _sources(root, probe))
    snapshot = Snapshot(homes, {}, {}, sources, Memo(), confines=tuple(roots))
    found = look_at(snapshot, names_in(asked), roots[0], roots, whole=tool.whole_workspace)
    return replace(found, folders=tuple(roots)) if found.folders == homes else found


def _sources(root: Path, snapshot: Snapshot) -> list[Path]:
    """The Python files of a workspace folder that mention Valohai; links that lead out of it are left out."""
    home = snapshot.settings_path(root / "any.py")
    exclude = snapshot.settings(root / "any.py").exclude
    found = scan(root, exclude, home.parent if home else root)
    return [path for path in found if real_path(path).is_relative_to(root)]
