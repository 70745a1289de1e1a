"""`valohai-steps server`: the only command that imports the language server."""

import argparse
import ipaddress

from valohai_steps.cli.outcomes import UsageError
from valohai_steps.cli.output.terminal import Terminal
from valohai_steps.cli.servers.by_hand import tell_person
from valohai_steps.model.patterns import pattern

_LAST_PORT = 65535
_PORT = pattern("[0-9]{1,5}")


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Serve until the client leaves. Raises UsageError for an address that is none, or not to be taken."""
    from valohai_steps.lsp import collector

    collector.put_off_full_collections()
    from valohai_steps.lsp.server import serve_stdio, serve_tcp

    if options.tcp is None:
        tell_person(terminal, "this is the language server, which an editor starts and talks to")
        return serve_stdio(jupyterlab=options.jupyterlab)
    host, port = _address(options.tcp)
    if not options.allow_remote and not _is_loopback(host):
        raise UsageError(
            f"--tcp {options.tcp}: whoever connects can read the files of this user, so the server listens "
            "on loopback only, such as 127.0.0.1:2087; add --allow-remote if every machine that reaches "
            "this one may connect"
        )

    def listening(where: str, at: int) -> None:
        terminal.say(
            f"valohai-steps: listening on {where}:{at} for one client; it can read the files of this user"
        )

    try:
        return serve_tcp(host, port, listening)
    except OSError as error:
        raise UsageError(f"--tcp {options.tcp}: cannot listen there: {error.strerror or error}") from error


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not _PORT.fullmatch(port) or int(port) > _LAST_PORT:
        raise UsageError(f"--tcp {text}: give HOST:PORT or a port, such as 127.0.0.1:2087")
    return host.strip("[]") or "127.0.0.1", int(port)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False  # a name: where it leads is not ours to know
