"""The table of methods: every row leads to a function, and a session starts without what it may never use."""

import inspect
import subprocess
import sys

import pytest

from valohai_steps.lsp.methods import COMMANDS, METHODS, Method, load

ROWS = [*METHODS, *COMMANDS]
# Slow to import, and needed once there is something to read or to show.
LATER = (
    *("yaml", "tree_sitter", "difflib", "tempfile"),
    *("valohai_steps.ide", "valohai_steps.project.snapshot", "valohai_steps.source.python_file"),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_leads_to_its_function(row: Method) -> None:
    assert inspect.iscoroutinefunction(load(row.answer)) is row.waits


def test_each_name_stands_once() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_initialize_is_answered_before_anything_is_loaded_that_reads_files() -> None:
    program = (
        "import sys\n"
        "from lsprotocol import types as lsp\n"
        "from valohai_steps.lsp.methods import load\n"
        "from valohai_steps.lsp.server import make_server\n"
        "params = lsp.InitializeParams(lsp.ClientCapabilities(), root_uri='file:///nowhere')\n"
        "load('incoming.initialize.initialize')(make_server().session, params)\n"
        "print(*sorted(name for name in sys.modules if name.split('.')[0] != 'pygls'))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "valohai_steps.lsp.session" in loaded
    assert [name for name in LATER if name in loaded] == []
