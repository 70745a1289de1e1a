"""Positions and edits: every offset survives the way to an editor and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valohai_steps.model.text import LineIndex, PositionEncoding, Span, TextEdit, apply_edits, replacement

ENCODINGS: tuple[PositionEncoding, ...] = ("utf-8", "utf-16", "utf-32")

# Letters of one to four bytes, and every line end an editor may meet.
texts = st.text(alphabet="ab é漢😀\n\r\t\f\u2028", max_size=40)


@given(text=texts, data=st.data(), encoding=st.sampled_from(ENCODINGS))
def test_an_offset_survives_the_way_to_the_editor_and_back(
    text: str, data: st.DataObject, encoding: PositionEncoding
) -> None:
    index = LineIndex(text)
    offset = data.draw(st.integers(0, len(text)))
    between_cr_and_lf = text[offset - 1 : offset + 1] == "\r\n" and offset > 0
    back = index.offset(*index.position(offset, encoding), encoding)
    assert back == (offset - 1 if between_cr_and_lf else offset)


@given(text=texts)
def test_columns_count_in_the_units_of_the_encoding(text: str) -> None:
    index = LineIndex(text)
    last_line = text[index.line_start(index.line_count - 1) :]
    widths = {
        "utf-8": len(last_line.encode()),
        "utf-16": len(last_line.encode("utf-16-le")) // 2,
        "utf-32": len(last_line),
    }
    for encoding in ENCODINGS:
        assert index.position(len(text), encoding) == (index.line_count - 1, widths[encoding])


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [(0, 1, 1), (0, 2, 1), (0, 3, 2), (0, 99, 3), (1, 0, 4), (7, 0, 6), (-1, 0, 0)],
    ids=[
        "before 😀",
        "inside 😀",
        "after 😀",
        "past its line",
        "next line",
        "past the text",
        "before the text",
    ],
)
def test_a_position_from_an_editor_is_clamped_to_the_text(line: int, column: int, expected: int) -> None:
    assert LineIndex("a😀b\ncd").offset(line, column, "utf-16") == expected


@given(text=texts, data=st.data())
def test_edits_touch_no_other_character(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = [Span(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    edits = [TextEdit(span, "<x>") for span in spans]
    expected, end = "", 0
    for span in spans:
        expected += text[end : span.start] + "<x>"
        end = span.end
    assert apply_edits(text, edits) == expected + text[end:]


def test_insertions_at_one_place_keep_their_order() -> None:
    assert apply_edits("ab", [TextEdit(Span(1, 1), "1"), TextEdit(Span(1, 1), "2")]) == "a12b"


@pytest.mark.parametrize("span", [Span(1, 3), Span(0, 9), Span(3, 2)])
def test_edits_that_overlap_or_leave_the_text_are_refused(span: Span) -> None:
    with pytest.raises(ValueError, match="overlaps another or lies outside"):
        apply_edits("abcd", [TextEdit(Span(2, 4), "x"), TextEdit(span, "y")])


@given(before=texts, after=texts)
def test_a_replacement_leads_from_one_text_to_the_other_and_is_minimal(before: str, after: str) -> None:
    edit = replacement(before, after)
    assert apply_edits(before, [edit]) == after
    removed = before[edit.span.start : edit.span.end]
    assert not (removed and edit.text) or (removed[0] != edit.text[0] and removed[-1] != edit.text[-1])


@given(text=texts, changes=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5), texts), max_size=6))
def test_an_index_that_grew_by_edits_is_that_of_the_text(
    text: str, changes: list[tuple[int, int, str]]
) -> None:
    index = LineIndex(text)
    for place, size, inserted in changes:
        start = min(place, len(index.text))
        edit = TextEdit(Span(start, min(start + size, len(index.text))), inserted)
        before, index = index, index.edited(edit)
        assert index.text == apply_edits(before.text, [edit])
        fresh = LineIndex(index.text)
        assert index.line_count == fresh.line_count
        for line in range(fresh.line_count + 1):
            assert index.line_start(line) == fresh.line_start(line)
        for offset in range(len(index.text) + 1):
            assert index.position(offset, "utf-16") == fresh.position(offset, "utf-16")
