"""A notebook as one Python source: its code cells in order, and where each character stands in the JSON."""

import json
from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.model.finding import Finding
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span
from valohai_steps.source.text.ipython.magics import without_magics
from valohai_steps.source.text.notebook_cells import cells_alone

_BLANKS = pattern(r"[ \t\r\n]*")
_ESCAPE = pattern(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")
_DECODER = json.JSONDecoder()
_RESTORE = "restore it, or save it again with Jupyter"
_NOT_JSON = "this notebook is not valid JSON"
_NOT_A_NOTEBOOK = f"this is not a notebook: it has no list of cells; {_RESTORE}"


class Cell(Struct, frozen=True):
    """A code cell. `index` counts all cells of the notebook from 0; `span` is its text in the source."""

    index: int
    span: Span


class _Run(Struct, frozen=True):
    """A stretch of the source and the stretch of JSON that writes it.

    Both are equally long, unless it is one character behind a backslash, or a line end between two cells
    (which the JSON does not hold: there `json` is empty).
    """

    source: Span
    json: Span


class Notebook(Struct, frozen=True):
    """`source` is Python; offsets in it, in the cells and in the JSON count code points."""

    source: str = ""
    cells: tuple[Cell, ...] = ()
    problems: tuple[Finding, ...] = ()
    _runs: tuple[_Run, ...] = ()
    _starts: tuple[int, ...] = ()

    def to_json(self, span: Span) -> Span:
        """The place in the JSON text that writes `span` of the source.

        Escapes are covered whole; between two lines of a cell the quotes and commas of the JSON are covered
        as well. A span outside of the source is clamped.
        """
        start, end = (min(max(offset, 0), len(self.source)) for offset in (span.start, span.end))
        if not self._runs:
            return Span(0, 0)
        first = self._runs[self._run_at(start)]
        begin = _in_json(first, start, first.json.start)
        if end <= start:
            return Span(begin, begin)
        last = self._runs[self._run_at(end - 1)]
        return Span(begin, max(_in_json(last, end, last.json.end), begin))

    def to_source(self, span: Span) -> Span | None:
        """The stretch of the source that `span` of the JSON writes; None when its ends write none of it."""
        ends = [run for offset in (span.start, span.end - 1) for run in self._runs if _writes(run, offset)]
        if len(ends) != 2:
            return None
        first, last = ends
        start = first.source.start + (span.start - first.json.start if _is_even(first) else 0)
        end = last.source.start + span.end - last.json.start if _is_even(last) else last.source.end
        return Span(start, end)

    def to_cell(self, offset: int) -> tuple[int, int] | None:
        """(index of the cell, offset in its text); None when there are no code cells."""
        if not self.cells:
            return None
        found = bisect_right(self.cells, offset, key=lambda cell: cell.span.start) - 1
        cell = self.cells[max(found, 0)]
        return cell.index, min(max(offset, cell.span.start), cell.span.end) - cell.span.start

    def _run_at(self, offset: int) -> int:
        return max(bisect_right(self._starts, offset) - 1, 0)


def read_notebook(text: str) -> Notebook:
    """Read the JSON of a notebook, nbformat 3 or 4. Never raises: what cannot be read is a problem.

    Magics and shell lines are blanked in the source. A notebook in another language has no source.
    """
    start = 1 if text.startswith("\ufeff") else 0
    try:
        root, end = _DECODER.raw_decode(text, _past_blanks(text, start))
    except json.JSONDecodeError as error:
        return _broken(text, error.pos, f"{_NOT_JSON}: {error.msg}; {_RESTORE}")
    except (ValueError, RecursionError):
        return _broken(
            text,
            start,
            f"this notebook cannot be read: a number in it is too long, or it is too deep; {_RESTORE}",
        )
    if _past_blanks(text, end) != len(text):
        return _broken(text, _past_blanks(text, end), f"{_NOT_JSON}: it goes on after its end; {_RESTORE}")
    if not isinstance(root, dict) or not isinstance(root.get("cells", root.get("worksheets")), list):
        return _broken(text, start, _NOT_A_NOTEBOOK)
    if not _is_python(root):
        return Notebook()
    return _joined(text, list(_sources(text, _past_blanks(text, start))))


def _writes(run: _Run, offset: int) -> bool:
    return run.json.start <= offset < run.json.end


def _is_even(run: _Run) -> bool:
    """Whether the run is as long in the source as in the JSON."""
    return run.source.end - run.source.start == run.json.end - run.json.start


def _in_json(run: _Run, offset: int, otherwise: int) -> int:
    """The place of an offset in or behind a run; `otherwise` when its one character takes several."""
    if not _is_even(run):
        return otherwise
    return run.json.start + offset - run.source.start


def _broken(text: str, offset: int, message: str) -> Notebook:
    offset = min(offset, max(len(text) - 1, 0))
    return Notebook(problems=(Finding("VH101", Span(offset, min(offset + 1, len(text))), message),))


def _is_python(root: dict[str, object]) -> bool:
    """Whether the notebook's own words do not say that it is in another language."""
    metadata = root.get("metadata")
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        part = metadata.get(key) if isinstance(metadata, dict) else None
        language = part.get(name) if isinstance(part, dict) else None
        if isinstance(language, str):
            return language.lower() in ("python", "ipython", "")
    return True


def _joined(text: str, sources: list[tuple[int, list[Span]]]) -> Notebook:
    """One source from the cells: index, and the JSON strings of its text."""
    pieces: list[str] = []
    cells: list[Cell] = []
    runs: list[_Run] = []
    place = 0
    for index, strings in sources:
        begin = place
        content: list[str] = []
        for string in strings:
            for piece, run in _runs_of(text, string, place):
                content.append(piece)
                runs.append(run)
                place = run.source.end
        cell = "".join(content)
        cells.append(Cell(index, Span(begin, place)))
        last = runs[-1].json.end if runs else 0
        pieces.append(without_magics(cell))
        runs.append(_Run(Span(place, place + 1), Span(last, last)))
        place += 1
    source = "".join(f"{piece}\n" for piece in cells_alone(pieces))
    return Notebook(source, tuple(cells), (), tuple(runs), tuple(run.source.start for run in runs))


def _runs_of(text: str, string: Span, place: int) -> Iterator[tuple[str, _Run]]:
    """The pieces of a JSON string, without its quotes, as they follow each other from `place` on."""
    at, end = string.start + 1, string.end - 1
    while at < end:
        escape = _ESCAPE.search(text, at, end)
        plain = escape.start() if escape is not None else end
        if plain > at:
            yield text[at:plain], _Run(Span(place, place + plain - at), Span(at, plain))
            place += plain - at
        if escape is None:
            return
        yield json.loads(f'"{escape[0]}"'), _Run(Span(place, place + 1), Span(plain, escape.end()))
        place, at = place + 1, escape.end()


def _sources(text: str, root: int) -> Iterator[tuple[int, list[Span]]]:
    """The code cells of valid JSON: index, and the strings that make up the text."""
    top = _members(text, root)
    lists = [top["cells"]] if "cells" in top else []
    if not lists:
        sheets = (_members(text, sheet.start) for sheet in _elements(text, top["worksheets"].start))
        lists = [sheet["cells"] for sheet in sheets if "cells" in sheet]
    index = 0
    for cells in lists:
        for cell in _elements(text, cells.start):
            parts = _members(text, cell.start)
            kind, source = parts.get("cell_type"), parts.get("source", parts.get("input"))
            if kind is not None and source is not None and text[kind.start : kind.end] == '"code"':
                yield index, _strings(text, source)
            index += 1


def _strings(text: str, source: Span) -> list[Span]:
    found = [source] if text[source.start] == '"' else _elements(text, source.start)
    return [string for string in found if text[string.start] == '"']


def _members(text: str, start: int) -> dict[str, Span]:
    """The values of a JSON object by key; none when another thing starts there."""
    found: dict[str, Span] = {}
    place = _past_blanks(text, start + 1)
    while text[start] == "{" and text[place] != "}":
        key, place = _DECODER.raw_decode(text, place)
        value = _value(text, _past_blanks(text, place) + 1)
        found[key] = value
        place = _past_comma(text, value.end)
    return found


def _elements(text: str, start: int) -> list[Span]:
    """The elements of a JSON list; none when another thing starts there."""
    found: list[Span] = []
    place = _past_blanks(text, start + 1)
    while text[start] == "[" and text[place] != "]":
        found.append(_value(text, place))
        place = _past_comma(text, found[-1].end)
    return found


def _value(text: str, place: int) -> Span:
    start = _past_blanks(text, place)
    return Span(start, _DECODER.raw_decode(text, start)[1])


def _past_comma(text: str, place: int) -> int:
    place = _past_blanks(text, place)
    return _past_blanks(text, place + 1) if text[place] == "," else place


def _past_blanks(text: str, place: int) -> int:
    match = _BLANKS.match(text, place)
    return match.end() if match is not None else place
