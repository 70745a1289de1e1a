"""The commands that report: the state of a file, the findings of a valohai.yaml, debug information."""

import sys
from pathlib import Path
from typing import Any

from valohai_steps import __version__
from valohai_steps.ide.debug_information import debug_information
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.update.sync_state import State, obstacle, state_of
from valohai_steps.lsp.outgoing.obstacles import described
from valohai_steps.lsp.session import Session
from valohai_steps.model.rules import Severity
from valohai_steps.project.disk.files import readable

_DEPENDENCIES = ("pygls", "lsprotocol", "tree-sitter", "tree-sitter-python", "PyYAML")


def state(session: Session, uri: str) -> dict[str, Any] | None:
    """Whether the steps of a file and valohai.yaml agree; null for a file without steps."""
    path = session.path(uri)
    found = None if path is None else state_of(session.workspace.snapshot, path)
    return None if path is None or found is None else _state(session, path, found)


def validate(session: Session, uri: str) -> int:
    """How many errors and warnings a valohai.yaml has; they are published as well."""
    path = session.path(uri)
    if path is None:
        return 0
    session.show_soon([path])
    found = readable(diagnostics(session.workspace.snapshot, path)) or ()
    return sum(item.severity <= Severity.WARNING for item in found)


def debug_report(session: Session) -> str:
    """Everything a bug report needs, in Markdown."""
    import platform  # these two are slow to import, and asked for seldom
    from importlib import metadata

    program = {
        "valohai-steps": __version__,
        "Python": f"{platform.python_version()} ({sys.executable})",
        "platform": platform.platform(),
        **{name: metadata.version(name) for name in _DEPENDENCIES},
    }
    client = {
        name.replace("_", " "): str(getattr(session.capabilities, name))
        for name in session.capabilities.__struct_fields__
    }
    return debug_information(session.workspace.snapshot, program, client)


def _state(session: Session, path: Path, found: State) -> dict[str, Any]:
    hindrance = obstacle(session.workspace.snapshot, path, found)
    return {
        "yaml": session.uri(found.yaml),
        "exists": found.exists,
        "changes": len(found.changes),
        "summary": found.summary,
        "obstacle": None if hindrance is None else described(session, hindrance),
        "steps": [
            {
                "name": step.name,
                "changes": len(step.changes),
                "complete": step.complete,
                "line": session.location(path, step.span).range.start.line,
            }
            for step in found.steps
        ],
    }
