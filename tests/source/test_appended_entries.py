"""An entry that a fix adds to brackets of any layout: Python reads it last, and no comment is lost."""

import ast

from hypothesis import given
from hypothesis import strategies as st

from valohai_steps.model.text import Span, apply_edits
from valohai_steps.source.checks.fixes import add_argument, add_entry

COMMENTS = st.sampled_from(["", "  # why", '  # "a", {', "  #fff"])
VALUES = st.sampled_from(["1", '"#fff"', "(1, 2)", '{"x": "}"}', "'''a\nb'''"])
GAPS = st.sampled_from([" ", "\n    ", "\r\n    ", "\n\n    "])


@st.composite
def displays(draw: st.DrawFn) -> str:
    """A dict display with comments where a line ends, and a comma behind the last entry or none."""
    written = ["{"]
    count = draw(st.integers(0, 3))
    for number in range(count):
        gap = draw(GAPS)
        written += [draw(COMMENTS) if "\n" in gap else "", gap, f'"{number}": {draw(VALUES)}']
        written.append("," if number < count - 1 or draw(st.booleans()) else "")
    last = draw(st.sampled_from(["", "\n", "\r\n"]))
    written += [draw(COMMENTS) + draw(st.sampled_from(["", "\n    # more"])) if last else "", last, "}"]
    return "".join(written)


def comments(text: str) -> int:
    return sum(text.count(each) for each in ("# why", '# "a", {', "  #fff", "# more"))


@given(displays())
def test_an_entry_is_added_behind_the_last(display: str) -> None:
    text = f"P = {display}\n"
    fix = add_entry(text, Span(4, 4 + len(display)), "new", "5")
    assert fix is not None
    done = apply_edits(text, fix.edits)
    before, after = (ast.literal_eval(each.removeprefix("P = ").strip()) for each in (text, done))
    assert list(after.items()) == [*before.items(), ("new", 5)]
    assert comments(done) == comments(text)


@given(displays())
def test_an_argument_is_added_behind_the_last(display: str) -> None:
    arguments = "(" + display[1:-1].replace('": ', '", ') + ")"
    fix = add_argument(f"f{arguments}", Span(1, 1 + len(arguments)), "new=5", "Add new")
    call = ast.parse(apply_edits(f"f{arguments}", fix.edits), mode="eval").body
    assert isinstance(call, ast.Call)
    assert [each.arg for each in call.keywords] == ["new"]
