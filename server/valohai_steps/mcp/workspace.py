"""The folders that an agent works in, and what is in them at the moment of a call."""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from msgspec import Struct

from valohai_steps.agents.answer import ToolError
from valohai_steps.agents.surroundings import Surroundings, resolved
from valohai_steps.agents.tools import Tool, names_in
from valohai_steps.project.binding import find_root, is_yaml
from valohai_steps.project.memo import Memo
from valohai_steps.project.scan import SUFFIXES, scan
from valohai_steps.project.snapshot import Snapshot


def folders_of(uris: Sequence[str]) -> tuple[Path, ...]:
    """The folders on this disk among the roots that a client names, links resolved."""
    found: dict[Path, None] = {}
    for uri in uris:
        parts = urlsplit(uri)
        if parts.scheme == "file" and parts.netloc in ("", "localhost"):
            path = Path(os.path.realpath(url2pathname(unquote(parts.path))))
            if path.is_dir():
                found[path] = None
    return tuple(found)


def started_in(folder: Path, home: Path) -> tuple[Path, ...]:
    """The folder that the server was started in. Raises ToolError when that is no project.

    Some clients start every server in the home folder or at the top of the disk: neither is looked through.
    """
    here = Path(os.path.realpath(folder))
    if here == here.parent or here == Path(os.path.realpath(home)):
        why = f"the server was started in {here}, which is not a project, and the client names no folder"
        raise ToolError(f"{why}; start it as `valohai-steps mcp --root FOLDER`")
    return (here,)


def look_around(tool: Tool, asked: Struct, roots: Sequence[Path]) -> Surroundings:
    """What a call is about, read from the disk now. Raises ToolError for a path that may not be looked at."""
    named = [resolved(name, roots[0], roots) for name in names_in(asked)]
    for path in named:
        if not path.is_dir() and path.suffix not in SUFFIXES and not is_yaml(path):
            raise ToolError(f"{path.name}: not a Python file, notebook or valohai.yaml; name one of those")
    files = [path for path in named if not path.is_dir()]
    folders = [path for path in named if path.is_dir()]
    if tool.whole_workspace or not named:
        folders = list(roots)
    snapshot = Snapshot(tuple(map(find_root, roots)), {}, {}, frozenset(), Memo())
    sources = {path: None for root in roots for path in _sources(root, snapshot)}
    inside = [path for path in sources if any(path.is_relative_to(folder) for folder in folders)]
    known = Snapshot(snapshot.roots, {}, {}, frozenset(sources), Memo())
    real = {os.path.realpath(path): path for path in reversed((*files, *inside))}
    chosen = tuple(path for path in dict.fromkeys((*files, *inside)) if path in real.values())
    return Surroundings(known, roots[0], tuple(roots), tuple(files), chosen, tuple(folders))


def _sources(root: Path, snapshot: Snapshot) -> list[Path]:
    """The Python files of a workspace folder that mention Valohai; links that lead out of it are left out."""
    home = snapshot.settings_path(root / "any.py")
    exclude = snapshot.settings(root / "any.py").exclude
    found = scan(root, exclude, home.parent if home else root)
    return [path for path in found if Path(os.path.realpath(path)).is_relative_to(root)]
