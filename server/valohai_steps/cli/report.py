"""Findings in the formats that people, scripts, GitHub and code scanners read."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from valohai_steps import __version__
from valohai_steps.cli.sources import shown
from valohai_steps.ide.diagnostics import Diagnostic, diagnostics
from valohai_steps.model.rules import RULES, Severity
from valohai_steps.model.text import LineIndex, PositionEncoding
from valohai_steps.project.rule_pages import rule_url
from valohai_steps.project.snapshot import Snapshot

_CODE_POINTS: PositionEncoding = "utf-32"
_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning"}
_SARIF = {Severity.ERROR: "error", Severity.WARNING: "warning"}


@dataclass(frozen=True, slots=True)
class Located:
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


def located(snapshot: Snapshot, paths: Iterable[Path]) -> list[Located]:
    """Every diagnostic of the files, in order of file and place. Raises FileError."""
    return [item for path in paths for item in _of_file(snapshot, path)]


def _of_file(snapshot: Snapshot, path: Path) -> Iterator[Located]:
    found = diagnostics(snapshot, path)
    index = LineIndex((snapshot.text(path) or "") if found else "")
    for diagnostic in found:
        start, end = (
            index.position(offset, _CODE_POINTS)
            for offset in (diagnostic.finding.span.start, diagnostic.finding.span.end)
        )
        yield Located(path, start[0] + 1, start[1] + 1, end[0] + 1, end[1] + 1, diagnostic, index)


def rendered(output_format: str, items: Sequence[Located]) -> str:
    """All items in one of the machine formats."""
    match output_format:
        case "json":
            return json.dumps([_json(item) for item in items], indent=2, ensure_ascii=False) + "\n"
        case "github":
            return "".join(_github(item) for item in items)
        case "sarif":
            return json.dumps(_sarif(items), indent=2, ensure_ascii=False) + "\n"
        case _:
            return "".join(text_line(item) for item in items)


def text_line(item: Located) -> str:
    """`train.py:4:32: VH101 error: my_domain is not defined in this file`."""
    level = item.diagnostic.severity.name.lower()
    return f"{shown(item.path)}:{item.row}:{item.column}: {item.code} {level}: {item.message}\n"


def _json(item: Located) -> dict[str, object]:
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


def _json_fix(item: Located) -> dict[str, object]:
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


def _github(item: Located) -> str:
    level = _GITHUB.get(item.diagnostic.severity, "notice")
    place = f"file={_property(shown(item.path))},line={item.row},col={item.column}"
    place += f",endLine={item.end_row},endColumn={item.end_column}"
    title = f"{item.code} {RULES[item.code].name}"
    return f"::{level} {place},title={_property(title)}::{_escaped(item.message)}\n"


def _escaped(text: str) -> str:
    """Text in a workflow command (GitHub Docs, "Workflow commands"): three characters are special."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _sarif(items: Sequence[Located]) -> dict[str, object]:
    rules = [
        {
            "id": rule.code,
            "name": rule.name,
            "shortDescription": {"text": rule.summary},
            "defaultConfiguration": {"level": _SARIF.get(rule.severity, "note")},
        }
        for rule in RULES.values()
    ]
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


def _sarif_result(item: Located) -> dict[str, object]:
    region = {
        "startLine": item.row,
        "startColumn": item.column,
        "endLine": item.end_row,
        "endColumn": item.end_column,
    }
    uri = Path(shown(item.path)).as_posix()
    return {
        "ruleId": item.code,
        "level": _SARIF.get(item.diagnostic.severity, "note"),
        "message": {"text": item.message},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}],
    }
