"""Fixtures as pictures: several files in one text, and below them the result that is expected.

    === train.py
    valohai.prepare(step="train", default_parameters={"l▮r": 0.002})
    === findings
    train.py:1:55 VH107 ...

A line `=== title` opens a section; what stands above the first is a comment for the reader. `▮` marks the
cursor. `UPDATE_GOLDEN=1` writes the expected sections anew: read the diff before you commit it.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from valohai_steps.model.finding import Finding
from valohai_steps.model.text import LineIndex

CURSOR = "▮"
_HEADER = re.compile(r"^=== (.+?)[ \t]*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Picture:
    """A fixture file. `sections` hold the texts by title, in order, each ending with its line end."""

    path: Path
    preamble: str
    sections: Mapping[str, str]

    @property
    def name(self) -> str:
        """The file's name without its suffix: a readable test id."""
        return self.path.stem

    @property
    def sources(self) -> dict[str, str]:
        """The sections that are files (their title has a suffix), cursors taken out."""
        return {title: without_cursor(text) for title, text in self.sections.items() if "." in title}

    @property
    def cursor(self) -> tuple[str, int]:
        """The file that holds the cursor, and its offset in code points. Raises ValueError without one."""
        for title, text in self.sections.items():
            if CURSOR in text:
                return title, text.index(CURSOR)
        raise ValueError(f"{self.path} has no {CURSOR}")

    def check(self, title: str, actual: str) -> None:
        """Compare a section with the result; with UPDATE_GOLDEN=1 write the result into the fixture."""
        check_sections(self, {title: actual})


def read_picture(path: Path) -> Picture:
    """Read a fixture file. Raises ValueError when a title stands twice."""
    text = path.read_text("utf-8")
    parts = _HEADER.split(text)
    titles = parts[1::2]
    if len(set(titles)) != len(titles):
        raise ValueError(f"{path}: a section stands twice")
    return Picture(path, parts[0], dict(zip(titles, parts[2::2], strict=True)))


def pictures_in(folder: Path, pattern: str = "*.txt") -> list[Picture]:
    """Every fixture of a folder, in order of name."""
    return [read_picture(path) for path in sorted(folder.glob(pattern))]


def check_sections(picture: Picture, actual: Mapping[str, str]) -> None:
    """`Picture.check` for several sections at once."""
    wanted = {title: _ended(text) for title, text in actual.items()}
    if os.environ.get("UPDATE_GOLDEN"):
        sections = {**picture.sections, **wanted}
        body = "".join(f"=== {title}\n{_ended(text)}" for title, text in sections.items())
        updated = picture.preamble + body
        if updated != picture.path.read_text("utf-8"):
            picture.path.write_text(updated, "utf-8")
        return
    for title, text in wanted.items():
        assert title in picture.sections, f"{picture.path.name} lacks '=== {title}'; run with UPDATE_GOLDEN=1"
        assert text == picture.sections[title]


def without_cursor(text: str) -> str:
    """The text as an editor holds it."""
    return text.replace(CURSOR, "")


def render_findings(files: Mapping[str, str], findings: Iterable[tuple[str, Finding]]) -> str:
    """Findings as a reader wants them: place, code, message, the source frame with carets, fixes.

    `findings` come with the name of their file in `files`. Rows and columns count from 1.
    """
    return "".join(line + "\n" for name, finding in findings for line in _rendered(files, name, finding))


def _rendered(files: Mapping[str, str], name: str, finding: Finding) -> Iterator[str]:
    index = LineIndex(files[name])
    row, column = index.position(finding.span.start, "utf-32")
    yield f"{name}:{row + 1}:{column + 1} {finding.code} {finding.message}"
    yield from _frame(index, finding)
    for related in finding.related:
        other = str(related.path) if related.path is not None else name
        there = LineIndex(files[other]).position(related.span.start, "utf-32") if other in files else (0, 0)
        yield f"  see {other}:{there[0] + 1}:{there[1] + 1} {related.message}"
    for fix in finding.fixes:
        yield f"  fix{'*' if fix.preferred else ''} {fix.title}"


def _frame(index: LineIndex, finding: Finding) -> Iterator[str]:
    (row, start), (last, end) = (
        index.position(offset, "utf-32") for offset in (finding.span.start, finding.span.end)
    )
    line = index.text[index.line_start(row) : index.line_end(row)].replace("\t", " ")
    if not line.strip():
        return
    width = (end if last == row else len(line)) - start
    yield f"  | {line}"
    yield f"  | {' ' * start}{'^' * max(width, 1)}{'' if last == row else '...'}"


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"
