"""What the command line does not import: the language server and what only few files need."""

import subprocess
import sys
from pathlib import Path

import pytest

TRAIN = "import valohai\nvalohai.prepare(step='train', default_parameters={'lr': 0.1})\n"
# The first names of modules. The server's come to 200 ms, a JSON schema's validator to 100.
SERVER = {"asyncio", "cattrs", "jsonschema", "lsprotocol", "mcp", "pydantic", "pygls", "valohai_yaml"}
SELDOM = {"tomllib", "tomli", "zipfile"}
PROBE = """\
import sys
from valohai_steps.cli.main import main
code = main(sys.argv[1:])
print(code, *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
servers = tuple("valohai_steps." + name for name in ("lsp", "mcp", "agents"))
print(*(name for name in sys.modules if name.startswith(servers)), file=sys.stderr)
"""


def imported(folder: Path, *arguments: str) -> tuple[str, set[str], str]:
    """The exit code, the top-level modules, and those of our server, after a command has run."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    *_, modules, server = done.stderr.split("\n")[:-1]
    code, *names = modules.split()
    return code, set(names), server


@pytest.mark.parametrize(
    ("command", "unwanted"),
    [
        ("update train.py", SERVER | SELDOM | {"difflib", "json"}),
        ("update --diff train.py", SERVER | SELDOM),
        ("update", SERVER),
        ("check train.py", SERVER | SELDOM),
        ("show train.py", SERVER | SELDOM),
        ("rules", SERVER | SELDOM),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_command_imports_only_what_it_uses(tmp_path: Path, command: str, unwanted: set[str]) -> None:
    (tmp_path / "train.py").write_text(TRAIN)
    (tmp_path / "valohai.yaml").write_text("- step: {name: other, image: python, command: python other.py}\n")
    code, modules, server = imported(tmp_path, *command.split())
    assert code in "01"
    assert modules & unwanted == set()
    assert server == ""
