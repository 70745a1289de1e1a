"""While one item of a valohai.yaml is half-typed, the others keep their outline, lenses and findings."""

from pathlib import Path

import pytest

from valohai_steps.config.items.mended import mended_text
from valohai_steps.config.items.reading import read_items
from valohai_steps.ide.code_lens import code_lenses
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.navigation.symbols import file_symbols
from valohai_steps.project.files import demand
from valohai_steps.project.workspace import Workspace

STEP = "- step:\n    name: {0}\n    image: python:3.11-slim\n    command: python train.py\n    {1}\n"
HALF_TYPED = ["inputs: [", "environment: a: b", 'category: "x', "inputs:\n   - name: data", "*"]
PYTHON = 'import valohai\nvalohai.prepare(step="third")\n'


def text_with(last_line: str) -> str:
    """Three steps, the second with one line more."""
    return (
        STEP.format("first", "enviroment: gpu") + STEP.format("second", last_line) + STEP.format("third", "")
    )


@pytest.mark.parametrize("last_line", HALF_TYPED)
def test_the_others_stay(last_line: str, tmp_path: Path) -> None:
    path, text = tmp_path / "valohai.yaml", text_with(last_line)
    workspace = Workspace([tmp_path])
    workspace.put(tmp_path / "train.py", PYTHON, 1)
    workspace.put(path, text, 1)
    snapshot = workspace.snapshot
    found = [item.finding for item in demand(diagnostics(snapshot, path))]
    assert [finding.code for finding in found][:2] == ["VH302", "VH301"]
    assert text[found[0].span.start : found[0].span.end] == "enviroment"
    symbols = file_symbols(snapshot, path)
    assert [symbol.name for symbol in symbols] == ["first", "second", "third"]
    for symbol in symbols:
        assert text[symbol.name_span.start : symbol.name_span.end] == symbol.name
    over = {text[lens.span.start :].split("name: ")[1].split("\n")[0] for lens in code_lenses(snapshot, path)}
    assert over == {"first", "second", "third"}


@pytest.mark.parametrize("last_line", HALF_TYPED)
def test_what_is_blank_is_as_long_as_what_was_there(last_line: str) -> None:
    text = text_with(last_line)
    mended = mended_text(read_items(text, "x"))
    assert len(mended) == len(text)
    assert [len(line) for line in mended.splitlines()] == [len(line) for line in text.splitlines()]
