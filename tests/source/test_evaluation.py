"""Static evaluation against Python itself: the same value and type, or Unknown; never an exception."""

import warnings
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.source.facts import default_of
from valohai_steps.model.step import Static, Unknown

_PIECES = ("a", "é", "表", "😀", " ", r"\n", r"\\", r"\x41", r"\u00e9", r"\101", r"\N{BULLET}", r"\'", "\\\n")


def python_value(expression: str, names: Mapping[str, object] | None = None) -> object:
    """What Python says; only ever asked about the expressions that this test makes up."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return eval(f"[{expression}]", dict(names or {}))  # noqa: S307  # the test wrote the expression


def same(one: object, other: object) -> bool:
    """Equal in value, type and order, `nan` included."""
    return repr(one) == repr(other)


numbers = st.one_of(
    st.integers(-(10**20), 10**20).map(repr),
    st.integers(0, 10**6).map(lambda n: f"{n:_}"),
    st.integers(0, 10**6).flatmap(lambda n: st.sampled_from([hex(n), oct(n), bin(n), hex(n).upper()])),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["1e400", "-1e400", "1e-5", ".5", "5.", "1_0.0_1e1_0", "0x_f", "00"]),
)
texts = st.one_of(
    st.text(max_size=8).map(repr),
    st.binary(max_size=8).map(repr),
    st.tuples(
        st.sampled_from(["", "u", "U", "b", "B"]),
        st.sampled_from(["'", "'''"]),
        st.lists(st.sampled_from([piece for piece in _PIECES if piece.isascii()]), max_size=5),
    ).map(lambda parts: f"{parts[0]}{parts[1]}{''.join(parts[2])}{parts[1]}"),
    st.sampled_from([r"r'\d+'", r"R'\\'", r"rb'\x00'", "'a' 'b'", "('a'\n  'b' # c\n  r'\\c')", "b'a' b'b'"]),
)
formats = st.lists(
    st.sampled_from([*_PIECES, "{{", "}}", "{1}", "{'s'}", "{1.50}", "{None}", "{True}"]), max_size=6
).map(lambda pieces: f"f'''{''.join(pieces)}'''")
scalars = st.one_of(numbers, texts, st.sampled_from(["True", "False", "None"]))


def containers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, max_size=3)
    entries = st.lists(st.tuples(st.sampled_from(["'a'", "'b'", "1"]), inner), max_size=3)
    display = entries.map(lambda pairs: "{" + ", ".join(f"{k}: {v}" for k, v in pairs) + "}")
    return st.one_of(
        inner.map(lambda one: f"({one})"),
        inner.map(lambda one: f"(  # why\n {one}\n)"),
        several.map(lambda parts: f"[{', '.join(parts)}]"),
        several.map(lambda parts: f"({''.join(part + ', ' for part in parts)})"),
        display,
        st.tuples(display, inner).map(lambda parts: f"{{**{parts[0]}, 'x': {parts[1]}}}"),
        inner.map(lambda one: f"dict(a={one}, b=1)"),
    )


plain = st.recursive(scalars, containers, max_leaves=6)


@given(plain)
def test_literals_and_containers_are_what_python_says(expression: str) -> None:
    value = default_of(expression)
    assert isinstance(value, Static), value
    assert same(value.value, python_value(expression))


@given(formats)
def test_an_f_string_over_known_parts_is_what_python_says(expression: str) -> None:
    value = default_of(expression)
    assert isinstance(value, Static), value
    assert same(value.value, python_value(expression))


def calculations(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["+", "-", "*", "/", "//", "%", "**"])
    return st.one_of(
        st.tuples(inner, signs, inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
        inner.map(lambda one: f"(-{one})"),
        inner.map(lambda one: f"(+{one})"),
    )


small = st.one_of(
    st.integers(-100, 100).map(repr),
    st.floats(-100, 100).map(repr),
    st.sampled_from(["'ab'", "'%s'", "True"]),
)


@given(st.recursive(small, calculations, max_leaves=4))
def test_a_calculation_is_what_python_says_or_unknown(expression: str) -> None:
    value = default_of(expression)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = python_value(expression)
    except (TypeError, ValueError, ArithmeticError, MemoryError):
        assert isinstance(value, Unknown)
        return
    if isinstance(value, Static):
        assert same(value.value, expected)


@given(st.integers(-99, 99), st.sampled_from("+-*"), st.integers(-99, 99))
def test_plain_arithmetic_is_known(one: int, sign: str, other: int) -> None:
    expression = f"{one} {sign} {other}"
    value = default_of(expression)
    assert isinstance(value, Static)
    assert same(value.value, python_value(expression))


@pytest.mark.parametrize(
    "expression",
    [
        "base['a']",
        "f'{name}-{lr}'",
        "f'{lr:.3f}'",
        "'%s/%d' % (name, 3)",
        "'{}/{n}'.format(name, n=1)",
        "str(lr)",
        "os.path.join('a', name, 'b')",
        "{**base, 'a': 2}['a']",
        "name + '/x'",
        "60 * 60",
        "2 ** 10",
        "lr / 10",
    ],
)
def test_the_computed_forms_are_known_where_they_are_read(expression: str) -> None:
    import os

    before = "import os\nname = 'n'\nlr = 0.001\nbase = {'a': 1}\n"
    value = default_of(expression, before)
    names = {"os": os, "name": "n", "lr": 0.001, "base": {"a": 1}}
    assert isinstance(value, Static)
    assert same(value.value, python_value(expression, names))


blamed = st.sampled_from(
    ["undefined", "call()", "undefined.x", "undefined[0]", "[i for i in undefined]", "lambda: 1", "(yield)"]
)


def around(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        inner.map(lambda one: f"[1, {one}]"),
        inner.map(lambda one: f"({one})"),
        inner.map(lambda one: f"({one}, 2)"),
        inner.map(lambda one: f"{{'a': 1, 'b': {one}}}"),
        inner.map(lambda one: f"dict(a={one})"),
        inner.map(lambda one: f"(1 + ({one}))"),
        inner.map(lambda one: f"(-({one}))"),
    )


@given(st.tuples(blamed, st.integers(0, 3), st.data()))
def test_what_is_not_static_is_unknown_at_the_expression_to_blame(
    case: tuple[str, int, st.DataObject],
) -> None:
    blame, depth, data = case
    expression = blame
    for _ in range(depth):
        expression = data.draw(around(st.just(expression)))
    value = default_of(expression)
    assert isinstance(value, Unknown)
    assert value.reason
    start = len("import valohai\n" + 'valohai.prepare(step="s", default_parameters={"x": [')
    at = expression.index(blame)
    assert start + at <= value.span.start < value.span.end <= start + at + len(blame)


@pytest.mark.parametrize(
    "expression",
    [
        "2 ** 10 ** 9",
        "'a' * 10 ** 9",
        "10 ** 9 * 'a'",
        "[0] * 10 ** 9",
        "'%999999999d' % 1",
        "'%*d' % (10 ** 9, 1)",
        "'{:999999999}'.format(1)",
        "f'{1:999999999}'",
        "'{0.__class__}'.format(1)",
        "1" * 5000,
        "-" * 5000 + "1",
        "(" * 5000 + "1" + ")" * 5000,
        "1 + " * 5000 + "1",
        "[" * 300 + "]" * 300,
        "0x" + "f" * 10000 + " + 1",
        "1 // 0",
        "0 ** -1",
        "(-8) ** 0.5",
        "{[]: 1}",
        "{{}}",
    ],
)
def test_work_is_bounded(expression: str) -> None:
    from valohai_steps.source.python_file import read_module

    call = f"import valohai\nvalohai.prepare(step='s', default_parameters={{'x': [{expression}]}})\n"
    file = read_module(call)
    for step in file.steps:
        assert not step.complete
    assert file.problems


def test_names_that_double_each_other_take_no_time() -> None:
    lines = [f"a{n} = a{n - 1} + a{n - 1}\n" for n in range(1, 60)]
    assert isinstance(default_of("a59", "a0 = 'x'\n" + "".join(lines)), Unknown)
    lists = [f"a{n} = [a{n - 1}, a{n - 1}]\n" for n in range(1, 60)]
    assert isinstance(default_of("a59", "a0 = 'x'\n" + "".join(lists)), Unknown)
    assert isinstance(default_of("a", "a = b\nb = a\n"), Unknown)
