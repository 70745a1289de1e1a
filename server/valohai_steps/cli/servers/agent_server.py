"""`valohai-steps mcp`: the only command that imports the server for agents, and the package it needs."""

import argparse

from valohai_steps.cli.outcomes import UsageError
from valohai_steps.cli.output.paths import whole_path
from valohai_steps.cli.output.terminal import Terminal
from valohai_steps.cli.servers.by_hand import tell_person
from valohai_steps.project.disk.files import FileError, is_folder, real_path

_PACKAGES = ("mcp", "mcp_types")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Serve until the client leaves. Raises UsageError when the package is not installed, and FileError."""
    roots = [real_path(whole_path(root)) for root in options.root or ()]
    for root in roots:
        if not is_folder(root):
            raise FileError(root, "no such folder; --root names the folder of a project")
    try:
        from valohai_steps.mcp.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _PACKAGES:
            raise
        raise UsageError(
            "the server for agents needs the package mcp; install it with: pip install 'valohai-steps[mcp]'"
        ) from error
    tell_person(terminal, "this is the server for coding agents (MCP), which an agent starts and talks to")
    return serve(roots)
