"""Completion anywhere: at every place of every prefix of real files, and after random damage."""

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valohai_steps.ide.completion.item import Completion
from valohai_steps.ide.completion.offers import completions
from valohai_steps.model.text import Span, TextEdit, apply_edits
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
EXAMPLES = Path(__file__).parents[2] / "examples"
YAML = """\
- step:
    name: train
    image: python:3.12
    command: python train.py
    parameters:
      - {name: learning-rate, type: float, default: 0.001}
      - {name: "a \\"quoted\\" name", type: string, default: "it's"}
    inputs:
      - {name: images, default: [s3://a, s3://b]}
- step: {name: more, image: "python:3.13", command: python more.py}
"""
NESTED = """\
import valohai as vh

parameters = {"rate": {"default": 0.1, "type": "float", "choices": [0.1, 0.2]}, 'epochs': 5}
vh.prepare(
    step="train",  # (the one
    default_parameters=parameters,
    default_inputs={"images": {"default": ["s3://a"], "keep-directories": "suffix"}, "漢字😀": None},
    image='python:3.12',
)
print(vh.parameters("rate").value, vh.inputs(name='images').path())
"""
TEXTS = ((EXAMPLES / "train.py").read_text("utf-8"), NESTED)
DAMAGE = st.sampled_from(
    ['"', "'", "(", ")", "{", "}", ",", ":", "=", "\n", "\r\n", "#", '"""', " ", "\\", "x"]
)


def offered(text: str, offset: int) -> tuple[Completion, ...]:
    workspace = Workspace([ROOT])
    workspace.put(ROOT / "train.py", text, None)
    workspace.put(ROOT / "valohai.yaml", YAML, None)
    return completions(workspace.snapshot, ROOT / "train.py", offset)


def check_places(text: str, offset: int, found: tuple[Completion, ...]) -> None:
    """LSP 3.17, "CompletionItem": the cursor in the range, the range on one line, other edits elsewhere."""
    for each in found:
        assert each.typed.start == each.whole.start
        assert each.typed.end == offset
        assert each.whole.contains(offset)
        assert not set(text[each.whole.start : each.whole.end]) & set("\r\n")
        assert all(edit.span.end <= each.whole.start for edit in each.also)
    labels = [each.label for each in found]
    assert len(set(labels)) == len(labels)


def inserted(text: str, each: Completion) -> str:
    """The text with an offer accepted by a person who likes to keep what stands behind the cursor."""
    return apply_edits(text, (*each.also, TextEdit(each.typed, each.text)))


def parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def accepted(text: str, each: Completion, *, filled: bool) -> str:
    """The text with an offer accepted; its blanks filled in as a person would."""
    written = each.text
    if filled and each.snippet is not None:
        written = each.snippet.replace("${1|True,False|}", "True").replace("${1|", "").replace("|}", "")
        written = written.replace(": $0", ": 1").replace("$0", "").replace("\\$", "$").replace("\\}", "}")
    return apply_edits(text, (*each.also, TextEdit(each.whole, written)))


@pytest.mark.parametrize("text", TEXTS, ids=["example", "nested"])
def test_at_every_place_what_is_accepted_leaves_python(text: str) -> None:
    assert parses(text)
    count = 0
    for offset in range(len(text) + 1):
        found = offered(text, offset)
        check_places(text, offset, found)
        for each in found:
            count += 1
            assert parses(accepted(text, each, filled=True)), (offset, each)
            if not each.whole_only and not each.text.endswith(("=", ": ")):
                assert parses(inserted(text, each)), (offset, each)
    assert count > 50


@pytest.mark.parametrize("text", TEXTS, ids=["example", "nested"])
def test_every_prefix_is_answered(text: str) -> None:
    somewhere = 0
    for end in range(len(text) + 1):
        found = offered(text[:end], end)
        check_places(text[:end], end, found)
        somewhere += bool(found)
    assert somewhere > len(text) // 10


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_text_is_answered(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = apply_edits(text, [TextEdit(Span(start, end), data.draw(DAMAGE))])
    offset = data.draw(st.integers(0, len(text)))
    found = offered(text, offset)
    check_places(text, offset, found)
    if parses(text):
        for each in found:
            assert parses(accepted(text, each, filled=True)), (text, offset, each)
