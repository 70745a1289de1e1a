"""Every quick fix of every picture, applied: the text is Python, and its finding is gone."""

import ast
from pathlib import Path

import pytest

from tests.pictures import pictures_in
from valohai_steps.model.finding import Finding, Fix
from valohai_steps.model.text import apply_edits
from valohai_steps.source.python_file import read_module

TEXTS = [
    text for picture in pictures_in(Path(__file__).parent / "pictures") for text in picture.sources.values()
]
CASES = [(text, found, fix) for text in TEXTS for found in read_module(text).problems for fix in found.fixes]


@pytest.mark.parametrize(
    ("text", "finding", "fix"), CASES, ids=[f"{f.code}-{fix.title}" for _, f, fix in CASES]
)
def test_a_fix_mends_what_it_says(text: str, finding: Finding, fix: Fix) -> None:
    def count(source: str) -> int:
        return sum(found.code == finding.code for found in read_module(source).problems)

    mended = apply_edits(text, fix.edits)
    ast.parse(mended)
    assert count(mended) < count(text)


@pytest.mark.parametrize(
    ("line", "fixes"),
    [
        ('valohai.prepare(step="a", default_parameters={}, parameters={})', []),
        ('valohai.prepare("a", {"x": 1}, {})', ["Add step= and default_parameters= and default_inputs="]),
        ('valohai.prepare("a", {"x": 1}, 5, 6, 7)', []),
        ('valohai.prepare("a", *more)', []),
        ('valohai.prepare(step="a", default_parameters={"x": {"default": 1, "defualt": 2}})', []),
    ],
)
def test_a_fix_never_breaks_what_was_whole(line: str, fixes: list[str]) -> None:
    problems = read_module(f"import valohai\n{line}\n").problems
    assert problems
    assert [fix.title for fix in problems[0].fixes] == fixes
