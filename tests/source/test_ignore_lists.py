"""Ignore comments with a list that is broken, or names what is not a rule (VH401)."""

from collections.abc import Callable, Iterable

import pytest

from valohai_steps.config.tree.comments import comments_in
from valohai_steps.model.finding import Finding
from valohai_steps.model.text import Span, apply_edits
from valohai_steps.source.text.ignore_comments import comment_findings, not_ignored, python_comments

Comments = Callable[[str], Iterable[Span]]
CHANGED = "x = 1  # valohai: "


def findings(comment: str) -> list[Finding]:
    return list(comment_findings(f"{CHANGED}{comment}\n"))


def after(comment: str, title: str) -> str:
    """The comment when the fix of that title has been applied; empty when it is gone."""
    (finding,) = findings(comment)
    (fix,) = (each for each in finding.fixes if each.title == title)
    done = apply_edits(f"{CHANGED}{comment}\n", fix.edits)
    return "" if done == "x = 1\n" else done.removeprefix(CHANGED).removesuffix("\n")


@pytest.mark.parametrize(
    "comment",
    ["ignore", "ignore because x", "ignore[VH202]", "ignore[VH202, VH101 ]", "ignore[VH202,]", "ignored[x]"],
)
def test_nothing_is_said_of_what_ignores_as_it_is_meant_to(comment: str) -> None:
    assert not findings(comment)


@pytest.mark.parametrize(
    ("comment", "title", "mended"),
    [
        ("ignore[vh202]", "Change to VH202", "ignore[VH202]"),
        ("ignore[ 202 ]", "Change to VH202", "ignore[ VH202 ]"),
        ("ignore[VH0202]", "Change to VH202", "ignore[VH202]"),
        ("ignore[VH2022]", "Change to VH202", "ignore[VH202]"),
        ("ignore[VJ304]", "Change to VH304", "ignore[VH304]"),
        ("ignore[VH101, out-of-date]", "Change to VH202", "ignore[VH101, VH202]"),
        ("ignore[vh202 VH101]", "Change to VH202, VH101", "ignore[VH202, VH101]"),
        ("ignore[VH202", "Add ]", "ignore[VH202]"),
        ("ignore[VH202, VH101 as it is", "Add ]", "ignore[VH202, VH101] as it is"),
        ("ignore VH202", "Change to ignore[VH202]", "ignore[VH202]"),
        ("ignore: VH202 as it is", "Change to ignore[VH202]", "ignore[VH202] as it is"),
    ],
)
def test_what_is_clearly_meant_is_the_preferred_fix(comment: str, title: str, mended: str) -> None:
    assert after(comment, title) == mended
    assert [each.title for each in findings(comment)[0].fixes if each.preferred] == [title]
    assert not findings(mended)


@pytest.mark.parametrize(
    ("comment", "title", "mended"),
    [
        ("ignore[VH9999]", "Remove the comment", ""),
        ("ignore[]", "Remove the comment", ""),
        ("ignore[ , ]", "Remove the comment", ""),
        ("ignore[because", "Remove the comment", ""),
        ("ignore[VH207]", "Remove the comment", ""),
        ("ignore[VH9999, VH202]", "Remove VH9999", "ignore[VH202]"),
        ("ignore[VH202, VH9999]", "Remove VH9999", "ignore[VH202]"),
        ("ignore[VH101, x, VH202]", "Remove x", "ignore[VH101, VH202]"),
        ("ignore[VH202]  # valohai: ignore[VH9]", "Remove the comment", "ignore[VH202]"),
    ],
)
def test_what_is_not_a_rule_is_removed(comment: str, title: str, mended: str) -> None:
    assert after(comment, title) == mended
    assert not any(each.preferred for each in findings(comment)[0].fixes)


@pytest.mark.parametrize("comment", ["ignore[]", "ignore[VH202", "ignore[vh202]", "ignore[vh202 VH101]"])
def test_a_broken_list_ignores_nothing(comment: str) -> None:
    text = f"{CHANGED}{comment}\n"
    found = Finding("VH202", Span(0, 1), "differs")
    assert list(not_ignored(text, [found])) == [found]


@pytest.mark.parametrize(
    ("text", "comments", "count"),
    [
        ('x = "# valohai: ignore[]"\n', python_comments, 0),
        ('"""\n# valohai: ignore[]\n"""\n', python_comments, 0),
        ("a: '# valohai: ignore[]'\n", comments_in, 0),
        ("- a:\n    # no # valohai: ignore[vh1]\n    - b  # valohai: ignore[\n", comments_in, 2),
    ],
)
def test_only_comments_are_judged(text: str, comments: Comments, count: int) -> None:
    assert len(list(comment_findings(text, comments))) == count


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_comment_of_its_own_goes_with_its_line(end: str) -> None:
    text = f"a: 1{end}  # valohai: ignore[]{end}b: 2{end}"
    (finding,) = comment_findings(text, comments_in)
    assert apply_edits(text, finding.fixes[-1].edits) == f"a: 1{end}b: 2{end}"
