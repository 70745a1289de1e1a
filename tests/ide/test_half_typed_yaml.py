"""While one item of a valohai.yaml is half-typed, the others keep their outline, lenses and findings."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from valohai_steps.config.items.mended import mended_text
from valohai_steps.config.items.reading import read_items
from valohai_steps.ide.code_lens import code_lenses
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.navigation.definition import definitions
from valohai_steps.ide.navigation.references import highlights, references
from valohai_steps.ide.navigation.rename import rename
from valohai_steps.ide.navigation.symbols import file_symbols
from valohai_steps.ide.update.update import Refused
from valohai_steps.model.text import Span
from valohai_steps.project.disk.files import demand
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


PIPELINE = """\
- pipeline:
    name: nightly
    nodes:
      - name: one
        type: execution
        step: third
        override:
          parameters:
            - name: lr
              value: 2
      - name: two
        type: execution
        step: first
    edges:
      - [one.output.*, two.input.data]
      - [two.parameters.lr, ]
"""


@pytest.mark.parametrize("last_line", HALF_TYPED)
def test_names_behind_the_half_typed_item_are_still_found(last_line: str, tmp_path: Path) -> None:
    path = tmp_path / "valohai.yaml"
    text = text_with(last_line) + "    parameters:\n      - name: lr\n        type: float\n" + PIPELINE
    workspace = Workspace([tmp_path])
    workspace.put(tmp_path / "train.py", PYTHON, 1)
    workspace.put(path, text, 1)
    snapshot = workspace.snapshot

    def words(places: Iterable[Span]) -> list[str]:
        return [text[: span.start].splitlines()[-1].lstrip() + text[span.start : span.end] for span in places]

    (declared,) = definitions(snapshot, path, text.index("lr\n              value"))
    assert text[declared.whole.start : declared.whole.end].startswith("name: lr\n        type: float")
    found = highlights(snapshot, path, text.index("third"))
    assert words(each.span for each in found) == ["name: third", "step: third"]
    found = references(snapshot, tmp_path / "train.py", PYTHON.index("third"))
    assert [each.path.name for each in found] == ["valohai.yaml", "valohai.yaml", "train.py"]
    found = highlights(snapshot, path, text.index("one.output"))
    assert words(each.span for each in found) == ["- name: one", "- [one"]
    found = highlights(snapshot, path, text.index("two.parameters"))
    assert words(each.span for each in found) == ["- name: two", "- [one.output.*, two", "- [two"]
    refused = rename(snapshot, path, text.index("third"), "fourth")
    assert isinstance(refused, Refused)
    assert refused.reason.endswith("cannot be read; repair it first")
