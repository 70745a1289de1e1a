"""Findings in the formats that people, scripts, GitHub, GitLab and code scanners read."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from valohai_steps import __version__
from valohai_steps.cli.output.paths import shown
from valohai_steps.ide.findings.diagnostics import Diagnostic, diagnostics
from valohai_steps.model.rules import RULES, Rule, Severity
from valohai_steps.model.text import LineIndex, PositionEncoding
from valohai_steps.project.disk.files import UnreadableFile
from valohai_steps.project.snapshot import Snapshot

Paint = Callable[[str, str], str]
_CODE_POINTS: PositionEncoding = "utf-32"
_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning"}
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}
_GITLAB = {Severity.ERROR: "major", Severity.WARNING: "minor"}
_SARIF = {Severity.ERROR: "error", Severity.WARNING: "warning"}


class LocatedFinding(Struct, frozen=True):
    """A diagnostic with its file, and rows and columns from 1, columns in code points."""

    path: Path
    row: int
    column: int
    end_row: int
    end_column: int
    diagnostic: Diagnostic
    index: LineIndex

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.diagnostic.finding.code

    @property
    def message(self) -> str:
        """What it says."""
        return self.diagnostic.finding.message


class Located(Struct, frozen=True):
    """The findings of files, in order of file and place.

    `files` counts those that were looked at; `unreadable` are those that cannot be read.
    """

    items: list[LocatedFinding]
    files: int
    unreadable: tuple[UnreadableFile, ...]


def located(snapshot: Snapshot, paths: Iterable[Path]) -> Located:
    """Every diagnostic of the files."""
    items: list[LocatedFinding] = []
    files, unreadable = 0, dict[Path, UnreadableFile]()
    for path in paths:
        found = diagnostics(snapshot, path)
        if isinstance(found, UnreadableFile):  # the file itself, or the valohai.yaml that it belongs to
            unreadable.setdefault(found.path, found)
        else:
            files += 1
            items.extend(_of_file(snapshot, path, found))
    return Located(items, files, tuple(unreadable.values()))


def _of_file(snapshot: Snapshot, path: Path, found: Sequence[Diagnostic]) -> Iterator[LocatedFinding]:
    index = LineIndex(snapshot.readable_text(path) if found else "")
    for diagnostic in found:
        start, end = (
            index.position(offset, _CODE_POINTS)
            for offset in (diagnostic.finding.span.start, diagnostic.finding.span.end)
        )
        yield LocatedFinding(path, start[0] + 1, start[1] + 1, end[0] + 1, end[1] + 1, diagnostic, index)


def _unpainted(text: str, _: str) -> str:
    return text


def rendered(output_format: str, items: Sequence[LocatedFinding], paint: Paint = _unpainted) -> str:
    """All items in one of the formats; `paint` colours what people read."""
    match output_format:
        case "json":
            return _dumped([_json(item) for item in items])
        case "github":
            return "".join(_github(item) for item in items)
        case "sarif":
            return _dumped(_sarif(items))
        case "gitlab":
            return _dumped(list(_gitlab(items)))
        case _:
            return "".join(_text_line(item, paint) for item in items)


def _dumped(value: object) -> str:
    import json  # for a format that needs it

    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _text_line(item: LocatedFinding, paint: Paint) -> str:
    """`train.py:4:32: VH101 error: my_domain is not defined in this file`."""
    severity = item.diagnostic.severity
    place = paint(f"{shown(item.path)}:{item.row}:{item.column}:", "bold")
    level = paint(f"{item.code} {severity.name.lower()}:", _COLOURS.get(severity, "cyan"))
    return f"{place} {level} {_one_line(item.message)}\n"


def _one_line(message: str) -> str:
    return " ".join(message.splitlines())


def _json(item: LocatedFinding) -> dict[str, object]:
    from valohai_steps.project.settings.rule_pages import rule_url  # for a format that names them

    fixes = item.diagnostic.finding.fixes
    return {
        "code": item.code,
        "name": RULES[item.code].name,
        "severity": item.diagnostic.severity.name.lower(),
        "message": item.message,
        "filename": str(item.path),
        "location": {"row": item.row, "column": item.column},
        "end_location": {"row": item.end_row, "column": item.end_column},
        "url": rule_url(item.code),
        "fix": _json_fix(item) if fixes else None,
    }


def _json_fix(item: LocatedFinding) -> dict[str, object]:
    fix = next(
        (fix for fix in item.diagnostic.finding.fixes if fix.preferred), item.diagnostic.finding.fixes[0]
    )
    edits: list[dict[str, object]] = []
    for edit in fix.edits:
        start = item.index.position(edit.span.start, _CODE_POINTS)
        end = item.index.position(edit.span.end, _CODE_POINTS)
        edits.append(
            {
                "content": edit.text,
                "location": {"row": start[0] + 1, "column": start[1] + 1},
                "end_location": {"row": end[0] + 1, "column": end[1] + 1},
            }
        )
    return {"message": fix.title, "edits": edits}


def _github(item: LocatedFinding) -> str:
    level = _GITHUB.get(item.diagnostic.severity, "notice")
    place = f"file={_property(Path(shown(item.path)).as_posix())},line={item.row},col={item.column}"
    place += f",endLine={item.end_row},endColumn={item.end_column}"
    title = f"{item.code} {RULES[item.code].name}"
    return f"::{level} {place},title={_property(title)}::{_escaped(item.message)}\n"


def _escaped(text: str) -> str:
    """Text in a workflow command (GitHub Docs, "Workflow commands"): three characters are special."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _gitlab(items: Sequence[LocatedFinding]) -> Iterator[dict[str, object]]:
    """A report of GitLab's Code Quality (GitLab Docs, "Code Quality report format").

    GitLab knows a finding again by its fingerprint, which must be the only one of its kind and stay when
    lines above are added: it is made of file, rule, message, and which one of these it is in the file.
    """
    from hashlib import sha256  # for this format alone

    seen: Counter[tuple[str, str, str]] = Counter()
    for item in items:
        path, message = Path(shown(item.path)).as_posix(), _one_line(item.message)
        kind = (path, item.code, message)
        identity = "\0".join((*kind, str(seen[kind]))).encode("utf-8", "surrogateescape")
        seen[kind] += 1
        yield {
            "description": f"{item.code}: {message}",
            "check_name": f"valohai-steps/{RULES[item.code].name}",
            "fingerprint": sha256(identity).hexdigest(),
            "severity": _GITLAB.get(item.diagnostic.severity, "info"),
            "location": {"path": path, "lines": {"begin": item.row, "end": item.end_row}},
        }


def _sarif(items: Sequence[LocatedFinding]) -> dict[str, object]:
    rules = [_sarif_rule(rule) for rule in RULES.values()]
    driver = {"name": "valohai-steps", "version": __version__, "rules": rules}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_sarif_result(item) for item in items],
            }
        ],
    }


def _sarif_rule(rule: Rule) -> dict[str, object]:
    from valohai_steps.project.settings.rule_pages import rule_page

    page = rule_page(rule.code) or rule.summary
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"enabled": rule.is_on, "level": _SARIF.get(rule.severity, "note")},
    }


def _uri(path: Path) -> str:
    """A relative reference for a file below this folder, so that it fits any checkout; else a file URI."""
    from urllib.parse import quote  # slow to import, and for this format alone

    near = Path(shown(path))
    return path.as_uri() if near.is_absolute() or ".." in near.parts else quote(os.fsencode(near.as_posix()))


def _sarif_result(item: LocatedFinding) -> dict[str, object]:
    region = {
        "startLine": item.row,
        "startColumn": item.column,
        "endLine": item.end_row,
        "endColumn": item.end_column,
    }
    return {
        "ruleId": item.code,
        "ruleIndex": list(RULES).index(item.code),
        "level": _SARIF.get(item.diagnostic.severity, "note"),
        "message": {"text": item.message},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(item.path)}, "region": region}}],
    }
