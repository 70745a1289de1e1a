"""The table of methods: every row leads to a function, and a session starts without what it may never use."""

import inspect
import subprocess
import sys

import pytest
from lsprotocol import types as lsp

from tests.lsp.wire import INITIALIZE, request
from valohai_steps.lsp.methods import COMMANDS, METHODS, Method, load

ROWS = [*METHODS, *COMMANDS]
# Slow to import, and needed once there is something to read or to show.
LATER = (
    *("yaml", "tree_sitter", "difflib", "tempfile"),
    *("valohai_steps.ide", "valohai_steps.project.snapshot", "valohai_steps.project.settings"),
    *("valohai_steps.source", "valohai_steps.model.rules"),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_leads_to_its_function(row: Method) -> None:
    assert inspect.iscoroutinefunction(load(row.answer)) is row.waits


def test_each_name_stands_once() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_initialize_is_answered_before_anything_is_loaded_that_reads_files() -> None:
    loaded = _at_the_answer("*sys.modules")
    assert "valohai_steps.lsp.session" in loaded
    assert [name for name in LATER if name in loaded] == []


def test_initialize_is_answered_before_the_first_full_collection_of_rubbish() -> None:
    assert _at_the_answer("gc.get_stats()[2]['collections']") == ["0"]


def _at_the_answer(expression: str) -> list[str]:
    """What a server that an editor starts prints of itself where the first bytes of its answer would be sent.

    Full collections come early in it: the usual one could fall right behind the answer, by chance.
    """
    program = (
        "import gc, os, sys\n"
        "gc.set_threshold(700, 10, 5)\n"
        "from valohai_steps.__main__ import run\n"
        "from valohai_steps.lsp.wire.output import Output\n"
        "def written(output, data):\n"
        f"    print(b'capabilities' in data, {expression}, file=sys.stderr, flush=True)\n"
        "    os._exit(0)\n"
        "Output.write = written\n"
        "run()\n"
    )
    asked = request(1, lsp.INITIALIZE, INITIALIZE)
    done = subprocess.run(
        [sys.executable, "-c", program, "server"], input=asked, capture_output=True, check=True
    )
    is_answer, *printed = done.stderr.decode().split()
    assert is_answer == "True"
    return printed
