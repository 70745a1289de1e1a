"""What a person puts into a bug report: versions, settings in force, documents, and the work done so far."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from valohai_steps.project.settings.settings import Settings
from valohai_steps.project.snapshot import Snapshot


def debug_information(snapshot: Snapshot, program: Mapping[str, str], client: Mapping[str, str]) -> str:
    """The report, in Markdown. `program` and `client` are what the caller knows of the two sides.

    Never raises: a file that cannot be read is a line of the report. No text of a document is in it.
    """
    lines = (
        "# valohai-steps: debug information",
        "",
        *_table("Program", program),
        *_table("Client", client),
        *_settings(snapshot),
        *_documents(snapshot),
        *_table("Work so far", {name: str(count) for name, count in sorted(snapshot.memo.counts.items())}),
    )
    return "\n".join(lines).rstrip("\n") + "\n"


def _table(title: str, rows: Mapping[str, str]) -> Iterator[str]:
    yield from (f"## {title}", "")
    yield from (f"- {name}: {value}" for name, value in rows.items())
    yield "" if rows else "- none\n"


def _settings(snapshot: Snapshot) -> Iterator[str]:
    yield from (f"## Settings in force ({len(snapshot.roots)} folders)", "")
    for root in snapshot.roots:
        inside = root / "pyproject.toml"  # settings count for the files of a folder
        home = snapshot.settings_path(inside)
        yield f"- {root} ({home if home is not None else 'no pyproject.toml'})"
        yield from (f"  - {name}: {value}" for name, value in _stated(snapshot.settings(inside)))
        yield from (f"  - problem: {problem}" for problem in snapshot.settings_problems(inside))
        yield from (f"  - refused: {each.reason}" for each in snapshot.refused_settings(inside))
    yield ""


def _stated(settings: Settings) -> Iterator[tuple[str, str]]:
    for name in settings.__struct_fields__:
        value = getattr(settings, name)
        if name == "rules":
            value = {code: level.name.lower() if level else "off" for code, level in settings.rules.items()}
        yield name, repr(value)


def _documents(snapshot: Snapshot) -> Iterator[str]:
    yield from (
        f"## Documents ({len(snapshot.documents)} open, {len(snapshot.sources)} files with steps)",
        "",
    )
    for path in sorted(set(snapshot.documents) | snapshot.sources):
        document = snapshot.documents.get(path)
        state = f"open, version {document.version}" if document is not None else "on disk"
        yield f"- {path} ({state}): {_bound(snapshot, path)}"
    yield ""


def _bound(snapshot: Snapshot, path: Path) -> str:
    yaml = snapshot.yaml_path(path)
    return f"{yaml}{'' if snapshot.exists(yaml) else ' (does not exist)'}"
