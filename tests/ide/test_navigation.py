"""Pictures of navigation: files with a cursor, and below them what each feature shows there.

A picture has the sections of the features that it is about; `UPDATE_GOLDEN=1` writes them anew. A section
`=== rename to x` holds the lines that change.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.pictures import Picture, check_sections, pictures_in
from valohai_steps.ide.folding import folding_spans
from valohai_steps.ide.navigation.definition import definitions
from valohai_steps.ide.navigation.links import links
from valohai_steps.ide.navigation.references import highlights, references
from valohai_steps.ide.navigation.rename import Renamed, prepare_rename, rename
from valohai_steps.ide.navigation.symbols import FileSymbol, file_symbols, workspace_symbols
from valohai_steps.ide.selection import selections
from valohai_steps.ide.update.update import Refused
from valohai_steps.model.text import LineIndex, Span, apply_edits
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
PICTURES = pictures_in(Path(__file__).parent / "navigation")


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_navigation_looks_like_its_picture(picture: Picture) -> None:
    files = {name: text for name, text in picture.sources.items() if not name.startswith("rename to ")}
    workspace = Workspace([ROOT])
    for name, text in files.items():
        workspace.put(ROOT / name, text, None)
    snapshot = workspace.snapshot
    wanted = [title for title in picture.sections if title not in files]
    assert wanted, "a picture without a result shows nothing"
    scene = Scene(snapshot, files, *picture.cursor)
    check_sections(picture, {title: scene.shown(title) for title in wanted})


@dataclass(frozen=True)
class Scene:
    """Files, and a cursor in one of them."""

    snapshot: Snapshot
    files: Mapping[str, str]
    name: str
    offset: int

    @property
    def path(self) -> Path:
        return ROOT / self.name

    def shown(self, title: str) -> str:
        feature = max((known for known in FEATURES if title.startswith(known)), key=len)
        lines = FEATURES[feature](self, title.removeprefix(feature).strip())
        return "".join(f"{line}\n" for line in lines)


def _definition(scene: Scene, _: str) -> Iterator[str]:
    for target in definitions(scene.snapshot, scene.path, scene.offset):
        yield from _framed(scene.files, target.path, target.name)


def _references(scene: Scene, _: str) -> Iterator[str]:
    for found in references(scene.snapshot, scene.path, scene.offset):
        yield from _framed(scene.files, found.path, found.span, " (declared)" if found.declares else "")


def _highlights(scene: Scene, _: str) -> Iterator[str]:
    for found in highlights(scene.snapshot, scene.path, scene.offset):
        yield from _framed(scene.files, found.path, found.span, " (read)" if found.reads else "")


def _prepared(scene: Scene, _: str) -> Iterator[str]:
    found = prepare_rename(scene.snapshot, scene.path, scene.offset)
    if isinstance(found, Renamed):
        yield found.name
        yield from _framed(scene.files, scene.path, found.span)
    else:
        yield "nothing here" if found is None else found.reason


def _renamed(scene: Scene, new: str) -> Iterator[str]:
    found = rename(scene.snapshot, scene.path, scene.offset, new)
    if found is None or isinstance(found, Refused):
        yield "nothing here" if found is None else found.reason
        return
    for each in found:
        name = str(each.path.relative_to(ROOT))
        after = apply_edits(scene.files[name], each.edits).splitlines()
        for number, (old, line) in enumerate(
            zip(scene.files[name].splitlines(), after, strict=True), start=1
        ):
            if old != line:
                yield f"{name}:{number} {line.strip()}"


def _outline(scene: Scene, _: str) -> Iterator[str]:
    yield from _tree(file_symbols(scene.snapshot, scene.path), "")


def _tree(symbols: Iterable[FileSymbol], indent: str) -> Iterator[str]:
    for symbol in symbols:
        yield f"{indent}{symbol.kind.value} {symbol.name} · {symbol.detail}"
        yield from _tree(symbol.children, f"{indent}  ")


def _workspace_symbols(scene: Scene, query: str) -> Iterator[str]:
    for symbol in workspace_symbols(scene.snapshot, query):
        place = _place(scene.files, symbol.path, symbol.span)
        yield f"{symbol.kind.value} {symbol.name} {place} {symbol.container}".rstrip()


def _links(scene: Scene, _: str) -> Iterator[str]:
    for link in links(scene.snapshot, scene.path):
        opened = link.address if link.file is None else link.file.relative_to(ROOT)
        text = scene.files[scene.name][link.span.start : link.span.end]
        yield f"{_place(scene.files, scene.path, link.span)} {text} -> {opened}"


def _folding(scene: Scene, _: str) -> Iterator[str]:
    index = LineIndex(scene.files[scene.name])
    for span in folding_spans(scene.snapshot, scene.path):
        first, last = (index.position(offset, "utf-32")[0] for offset in (span.start, span.end))
        line = index.text[index.line_start(first) : index.line_end(first)].strip()
        yield f"{first + 1}-{last + 1} {line}"


def _selection(scene: Scene, _: str) -> Iterator[str]:
    for span in selections(scene.snapshot, scene.path, scene.offset):
        yield scene.files[scene.name][span.start : span.end].strip().replace("\n", "⏎")


FEATURES: Mapping[str, Callable[[Scene, str], Iterator[str]]] = {
    "definition": _definition,
    "references": _references,
    "highlight": _highlights,
    "prepare rename": _prepared,
    "rename to": _renamed,
    "outline": _outline,
    "workspace symbols": _workspace_symbols,
    "links": _links,
    "folding": _folding,
    "selection": _selection,
}


def _place(files: Mapping[str, str], path: Path, span: Span) -> str:
    name = str(path.relative_to(ROOT))
    row, column = LineIndex(files[name]).position(span.start, "utf-32")
    return f"{name}:{row + 1}:{column + 1}"


def _framed(files: Mapping[str, str], path: Path, span: Span, note: str = "") -> Iterator[str]:
    index = LineIndex(files[str(path.relative_to(ROOT))])
    row, column = index.position(span.start, "utf-32")
    line = index.text[index.line_start(row) : index.line_end(row)]
    blank = len(line) - len(line.lstrip())
    yield f"{_place(files, path, span)}{note}"
    yield f"  | {line.lstrip()}"
    yield f"  | {' ' * (column - blank)}{'^' * (span.end - span.start)}"
