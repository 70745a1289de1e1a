"""Pictures of navigation: files with a cursor, and below them what each feature shows there.

A picture has the sections of the features that it is about; `UPDATE_GOLDEN=1` writes them anew. A section
`=== rename to x` holds the lines that change.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.pictures import Picture, check_sections, pictures_in
from valohai_steps.ide.definition import definitions
from valohai_steps.ide.edits import FileEdits
from valohai_steps.ide.folding import folding_spans
from valohai_steps.ide.links import links
from valohai_steps.ide.references import highlights, references
from valohai_steps.ide.rename import Renamed, prepare_rename, rename
from valohai_steps.ide.selection import selections
from valohai_steps.ide.symbols import FileSymbol, file_symbols, workspace_symbols
from valohai_steps.ide.update import Refused
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
    cursor = picture.cursor
    wanted = [title for title in picture.sections if title not in files]
    assert wanted, "a picture without a result shows nothing"
    check_sections(picture, {title: rendered(snapshot, files, cursor, title) for title in wanted})


def rendered(snapshot: Snapshot, files: Mapping[str, str], cursor: tuple[str, int], title: str) -> str:
    return "".join(f"{line}\n" for line in _lines(snapshot, files, cursor, title))


def _lines(
    snapshot: Snapshot, files: Mapping[str, str], cursor: tuple[str, int], title: str
) -> Iterator[str]:
    name, offset = cursor
    path = ROOT / name
    match title.split(" "):
        case ["definition"]:
            for target in definitions(snapshot, path, offset):
                yield from _framed(files, target.path, target.name)
        case ["references"]:
            for found in references(snapshot, path, offset):
                yield from _framed(files, found.path, found.span, " (declared)" if found.declares else "")
        case ["highlight"]:
            for found in highlights(snapshot, path, offset):
                yield from _framed(files, found.path, found.span, " (read)" if found.reads else "")
        case ["prepare", "rename"]:
            yield from _prepared(files, path, prepare_rename(snapshot, path, offset))
        case ["rename", "to", *new]:
            yield from _renamed(files, rename(snapshot, path, offset, " ".join(new)))
        case ["outline"]:
            yield from _outline(files[name], file_symbols(snapshot, path), "")
        case ["workspace", "symbols", *query]:
            for symbol in workspace_symbols(snapshot, " ".join(query)):
                place = _place(files, symbol.path, symbol.span)
                yield f"{symbol.kind.value} {symbol.name} {place} {symbol.container}".rstrip()
        case ["links"]:
            for link in links(snapshot, path):
                opened = link.address if link.file is None else link.file.relative_to(ROOT)
                yield f"{_place(files, path, link.span)} {files[name][link.span.start : link.span.end]} -> {opened}"
        case ["folding"]:
            yield from _folded(files[name], folding_spans(snapshot, path))
        case ["selection"]:
            for span in selections(snapshot, path, offset):
                yield files[name][span.start : span.end].strip().replace("\n", "⏎")
        case _:
            raise ValueError(title)


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


def _prepared(files: Mapping[str, str], path: Path, found: Renamed | Refused | None) -> Iterator[str]:
    if isinstance(found, Renamed):
        yield found.name
        yield from _framed(files, path, found.span)
    else:
        yield "nothing here" if found is None else found.reason


def _renamed(files: Mapping[str, str], found: tuple[FileEdits, ...] | Refused | None) -> Iterator[str]:
    if found is None or isinstance(found, Refused):
        yield "nothing here" if found is None else found.reason
        return
    for each in found:
        name = str(each.path.relative_to(ROOT))
        after = apply_edits(files[name], each.edits).splitlines()
        for number, (old, new) in enumerate(zip(files[name].splitlines(), after, strict=True), start=1):
            if old != new:
                yield f"{name}:{number} {new.strip()}"


def _outline(text: str, symbols: Iterable[FileSymbol], indent: str) -> Iterator[str]:
    for symbol in symbols:
        yield f"{indent}{symbol.kind.value} {symbol.name} · {symbol.detail}"
        yield from _outline(text, symbol.children, f"{indent}  ")


def _folded(text: str, spans: Iterable[Span]) -> Iterator[str]:
    index = LineIndex(text)
    for span in spans:
        first, last = (index.position(offset, "utf-32")[0] for offset in (span.start, span.end))
        yield f"{first + 1}-{last + 1} {text[index.line_start(first) : index.line_end(first)].strip()}"
