"""`read_module` never raises, and reads a text the same whatever stood there before."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.source.facts import last, typed
from valohai_steps.model.text import Span
from valohai_steps.source.incremental.reader import start_reading
from valohai_steps.source.python_file import PythonFile, read_module

INTACT = """\
import valohai
P = {"lr": 0.001}
valohai.prepare(step="träin 😀", default_parameters=P)
def f():
    valohai.prepare(step="test", default_parameters={"n": 5}, default_inputs={"d": ["s3://a", "s3://b"]})
"""
_WORDS = (
    "valohai", ".", "prepare", "(", ")", "step", "=", '"a"', '"', "'''", "{", "}", "[", "]", ",", ":", "\n",
    "    ", "\t", "\f", "\r\n", "\\", "#", "default_parameters", "P", "1", "-", "**", "*", "f'{", "import ",
    "from ", "as ", "def f(", "class ", "if ", "else", "lambda ", "<<<<<<< HEAD\n", "\ufeff", "\x00", "é",
    "😀", "\ud800", "await ", "match x:\n case ", "@", "dict", "global ", "for ", "in ",
)  # fmt: skip
words = st.lists(st.sampled_from(_WORDS), max_size=30).map("".join)


def within(file: PythonFile) -> bool:
    spans = [problem.span for problem in file.problems] + [step.call_span for step in file.steps]
    return all(Span(0, len(file.text)).covers(span) and span.start <= span.end for span in spans)


@given(words, st.booleans())
@example("valohai.prepare(" * 500, False)
@example("import valohai\nvalohai.prepare(step=" + "(" * 3000, False)
@example("import valohai\n" + "if x:\n " * 500 + "valohai.prepare()", False)
def test_reading_never_raises(text: str, imported: bool) -> None:
    file = read_module(f"import valohai\n{text}" if imported else text)
    assert within(file)


@given(st.text(max_size=40), st.integers(0, len(INTACT)), st.integers(0, 20))
def test_any_text_in_the_midst_of_a_call_never_raises(text: str, start: int, size: int) -> None:
    changed = INTACT[:start] + text + INTACT[start + size :]
    assert within(read_module(changed))
    assert within(last([INTACT, changed]))


@given(st.lists(st.tuples(st.integers(0, len(INTACT)), st.integers(0, 12), words), max_size=4))
def test_an_intact_text_is_read_the_same_whatever_stood_before(changes: list[tuple[int, int, str]]) -> None:
    states = [INTACT]
    for start, size, text in changes:
        states.append(states[-1][:start] + text + states[-1][start + size :])
    assert last([*states, INTACT]) == read_module(INTACT)


@given(
    st.sampled_from(["0.001", '"lr"', '"test"', "5", '"s3://b"']),
    st.sampled_from(["1", "'é😀'", '"""a\nb"""', "[1, 2]", "None", "-1e5"]),
)
def test_an_edit_that_is_whole_is_read_like_a_new_file(old: str, new: str) -> None:
    text = INTACT.replace(old, new)
    *_, file = typed([INTACT, text])
    cold = read_module(text)
    assert file.steps == cold.steps
    assert file.problems == cold.problems
    assert not any(step.stale for step in file.steps)


def test_line_ends_and_marks_do_not_change_what_is_read() -> None:
    """CRLF, a byte order mark, form feeds and tabs move spans, and nothing else."""

    def said(text: str) -> list[object]:
        return [
            (step.name, [(fact.name, getattr(fact.default, "value", None)) for fact in step.parameters])
            for step in read_module(text).steps
        ]

    plain = said(INTACT)
    assert len(plain) == 2
    for other in (
        INTACT.replace("\n", "\r\n"),
        "\ufeff" + INTACT,
        INTACT.replace("    ", "\t"),
        "\f\n" + INTACT.replace("def f", "\fdef f"),
        INTACT.rstrip("\n"),
    ):
        assert said(other) == plain


def test_spans_count_code_points() -> None:
    (first, second) = read_module(INTACT).steps
    for step in (first, second):
        assert INTACT[step.callee_span.start : step.callee_span.end] == "valohai.prepare"
        assert INTACT[step.call_span.start : step.call_span.end].endswith(")")
    assert INTACT[first.name_span.start : first.name_span.end] == '"träin 😀"'


def test_a_problem_is_silenced_on_its_line() -> None:
    line = "valohai.prepare(step='s', parameters={})"
    assert [problem.code for problem in read_module(f"import valohai\n{line}\n").problems] == ["VH105"]
    for comment in ("# valohai: ignore[VH105]", "# valohai: ignore", "# valohai: ignore[VH101, VH105]"):
        assert read_module(f"import valohai\n{line}  {comment}\n").problems == ()
    other = read_module(f"import valohai\n{line}  # valohai: ignore[VH101]\n")
    assert [problem.code for problem in other.problems] == ["VH105"]
    assert replace(other.problems[0], fixes=()).span.start == len(
        "import valohai\nvalohai.prepare(step='s', "
    )


@pytest.mark.parametrize(
    "last",
    [
        'valohai.prepare(step="score", default_parameters={"a": 1}\n',
        'valohai.prepare(step="score"\n',
        'valohai.prepare(step="score", default_parameters={"a": 1\n',
        'if True:\n    valohai.prepare(step="score",\n',
        'valohai.prepare(step="score", default_parameters=dict(a=1)\nx = 1\n',
    ],
)
def test_an_open_call_behind_a_whole_one_is_an_error_at_that_call(last: str) -> None:
    text = f'import valohai\n\nvalohai.prepare(step="s")\n{last}'
    with pytest.raises(SyntaxError):
        compile(text, "train.py", "exec")
    for file in (read_module(text), start_reading(text).file):
        assert [step.name for step in file.steps] == ["s"]
        (found,) = [finding for finding in file.problems if finding.code == "VH101"]
        assert found.span.start >= text.rindex("valohai.prepare")
