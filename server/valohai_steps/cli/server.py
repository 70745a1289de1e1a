"""`valohai-steps server`: the only command that imports the language server."""

import argparse

from valohai_steps.cli.main import DONE
from valohai_steps.cli.sources import UsageError
from valohai_steps.cli.terminal import Terminal

_LAST_PORT = 65535


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Serve until the client leaves. Raises UsageError for an address that is none."""
    from valohai_steps.lsp.server import serve_stdio, serve_tcp

    if options.tcp is None:
        serve_stdio()
        return DONE
    host, port = _address(options.tcp)
    terminal.say(
        f"valohai-steps: listening on {host}:{port}; whoever connects can read the files of this user, "
        "so keep it on loopback"
    )
    serve_tcp(host, port)
    return DONE


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdigit() or int(port) > _LAST_PORT:
        raise UsageError(f"--tcp {text}: give HOST:PORT or a port, such as 127.0.0.1:2087")
    return host.strip("[]") or "127.0.0.1", int(port)
