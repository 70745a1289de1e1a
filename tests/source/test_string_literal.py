"""A plain string literal is told from anything else, and takes another text in its own quotes."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valohai_steps.source.cursor.string_literal import string_literal

OPENINGS = ['"', "'", '"""', "'''", 'r"', "R'", 'u"', 'r"""']


@pytest.mark.parametrize(
    "source", ['"lr"', "'lr'", '"""lr"""', "r'l\\r'", 'u"lr"', '"l\\"r"', '""', "'''it's'''", '"\\\\"']
)
def test_a_literal_is_one(source: str) -> None:
    literal = string_literal(source)
    assert literal is not None
    assert literal.value == ast.literal_eval(source)
    assert literal.opening + literal.body + literal.quote == source


@pytest.mark.parametrize(
    "source",
    [
        "lr",
        'f"lr"',
        'b"lr"',
        '"l" "r"',
        '"l""r"',
        "'l' 'r'",
        '("lr")',
        '"lr',
        '"',
        '"lr" + ""',
        "1",
        "",
        '"l\nr"',
    ],
)
def test_anything_else_is_none(source: str) -> None:
    assert string_literal(source) is None


@given(opening=st.sampled_from(OPENINGS), value=st.text(max_size=12))
def test_another_text_keeps_the_quotes_and_reads_back(opening: str, value: str) -> None:
    quote = opening.lstrip("rRu")
    literal = string_literal(f"{opening}lr{quote}")
    assert literal is not None
    body = literal.spelled(value)
    if body is not None:
        assert ast.literal_eval(f"{opening}{body}{quote}") == value
    else:
        assert not value.isprintable() or "r" in opening.lower()
