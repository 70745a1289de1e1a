"""The command that tells how to run a step; the server itself runs nothing."""

from typing import Any

from valohai_steps.ide.running.run_command import Override, in_folder
from valohai_steps.ide.running.script_run import how_to_run
from valohai_steps.ide.update.update import Refused
from valohai_steps.lsp.outgoing.messages import inform, refuse
from valohai_steps.lsp.session import Session


def run_command_of(
    session: Session, uri: str, step: str | None = None, show: bool = False
) -> dict[str, Any] | None:
    """The command line of a step; with `show` it is also said, for clients that cannot copy it."""
    path = session.path(uri)
    if path is None:
        return None
    found = how_to_run(session.workspace.snapshot, path, step)
    if isinstance(found, Refused):
        refuse(session, found, "there is nothing to run")
        return None
    if show:
        inform(session, in_folder(found.folder, found.command))
    return {
        "step": found.step,
        "command": found.command,
        "file": str(found.file),
        "folder": str(found.folder),
        "overrides": [_override(each) for each in found.overrides],
        "vh": found.vh,
        "line": list(found.line),
        "words": list(found.words),
        "runtime": found.runtime,
    }


def _override(override: Override) -> dict[str, Any]:
    return {
        "name": override.name,
        "kind": override.kind,
        "type": override.type,
        "default": override.default,
        "description": override.description,
        "choices": list(override.choices),
        "min": override.minimum,
        "max": override.maximum,
        "separator": override.separator,
        "optional": override.optional,
        "spelled": list(override.spelled or (f"--{override.name}={{v}}",)),
        "before": list(override.before),
        "repeats": override.repeats,
        "on": None if override.on is None else list(override.on),
        "off": None if override.off is None else list(override.off),
        "replaces": list(override.replaces),
    }
