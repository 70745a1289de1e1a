"""What starts the bundled server, without a .vsix: started as the extension starts it, it answers."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.extension.test_vsix import EXTENSION, ROOT, message

pytestmark = pytest.mark.process


@pytest.fixture
def bundled(tmp_path: Path) -> Path:
    """start.py with a folder `libs` beside it, as in a .vsix: the server and what our environment holds."""
    folder = tmp_path / "bundled"
    (folder / "libs").mkdir(parents=True)
    (folder / "start.py").write_bytes((EXTENSION / "bundled" / "start.py").read_bytes())
    packages = Path(pytest.__file__).parents[1]
    # An editable installation is a .pth file, which -S leaves alone: the server is put there by itself.
    for path in (ROOT / "server" / "valohai_steps", *packages.iterdir()):
        if not (folder / "libs" / path.name).exists():
            (folder / "libs" / path.name).symlink_to(path)
    return folder


def start(bundled: Path, *arguments: str, sent: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", bundled / "start.py", *arguments],
        input=sent,
        capture_output=True,
        timeout=60,
        check=False,
    )


# vscode-languageclient adds --stdio to the arguments that it is given (TransportKind.stdio).
@pytest.mark.parametrize("arguments", [["--stdio"], []])
def test_the_server_answers_an_editor(bundled: Path, arguments: list[str]) -> None:
    asked: list[dict[str, object]] = [
        {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}},
        {"method": "initialized", "params": {}},
        {"id": 2, "method": "shutdown"},
        {"method": "exit"},
    ]
    done = start(bundled, *arguments, sent=b"".join(map(message, asked)))
    said = done.stderr.decode()
    assert b'"hoverProvider"' in done.stdout, said
    assert (done.returncode, said) == (0, "")


def test_the_tools_of_coding_agents_answer(bundled: Path) -> None:
    """`mcp` stays a command of its own: `server` is not put before it."""
    done = start(bundled, "mcp", "--help", sent=b"")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"--root" in done.stdout
