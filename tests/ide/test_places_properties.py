"""Hover, help and lenses anywhere, in whole and in damaged files: an answer about the place, or none."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ide.test_completion_properties import DAMAGE, ROOT, TEXTS, YAML
from valohai_steps.ide.code_lens import code_lenses
from valohai_steps.ide.hover.hover import hover
from valohai_steps.ide.signature import signature
from valohai_steps.model.text import Span, TextEdit, apply_edits
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.project.workspace import Workspace

PYTHON, CONFIGURATION = ROOT / "train.py", ROOT / "valohai.yaml"


def opened(python: str, yaml: str) -> Snapshot:
    workspace = Workspace([ROOT])
    workspace.put(PYTHON, python, None)
    workspace.put(CONFIGURATION, yaml, None)
    return workspace.snapshot


def check_place(snapshot: Snapshot, path: Path, offset: int) -> bool:
    """Whether there is something at a place; what there is must be about it."""
    found = hover(snapshot, path, offset)
    if found is not None:
        assert found.span.contains(offset)
        assert found.markdown.strip() == found.markdown
    shown = signature(snapshot, path, offset) if path == PYTHON else None
    if shown is not None:
        spans = [part.span for part in shown.parts]
        assert 0 <= shown.active < len(spans)
        assert [shown.label[span.start : span.end] for span in spans] == [
            word.strip(" (){}").rpartition("(")[2].rpartition("{")[2] for word in shown.label.split(", ")
        ]
    return found is not None or shown is not None


@pytest.mark.parametrize("python", TEXTS, ids=["example", "nested"])
def test_every_place_of_both_files_is_answered(python: str) -> None:
    snapshot = opened(python, YAML)
    answered = [
        sum(check_place(snapshot, path, offset) for offset in range(len(text) + 1))
        for path, text in ((PYTHON, python), (CONFIGURATION, YAML))
    ]
    assert min(answered) > 50


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_damaged_files_are_answered(data: st.DataObject) -> None:
    texts = [data.draw(st.sampled_from(TEXTS)), YAML]
    for which in (0, 0, 1):
        start = data.draw(st.integers(0, len(texts[which])))
        end = min(len(texts[which]), start + data.draw(st.integers(0, 8)))
        texts[which] = apply_edits(texts[which], [TextEdit(Span(start, end), data.draw(DAMAGE))])
    snapshot = opened(*texts)
    for path, text in zip((PYTHON, CONFIGURATION), texts, strict=True):
        check_place(snapshot, path, data.draw(st.integers(0, len(text))))
        for lens in code_lenses(snapshot, path):
            assert 0 <= lens.span.start <= lens.span.end <= len(text)
