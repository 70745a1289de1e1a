"""The tokenizer: what Python's own says of every text that it takes, and no less of half-typed ones."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.source import token_oracle
from valohai_steps.source.text.tokenizer.tokens import Token, Tokenizer, string_at, tokens

ROOT = Path(__file__).parents[2]
FOLDERS = ("server", "runtime", "tests", "bench", "tools", "examples")
OTHERS = ("python3.10", "python3.11", "python3.12", "python3.13", "python3.14")
Places = list[token_oracle.Place]
Oracle = Callable[[str], Places | None]


@pytest.fixture(
    scope="module", params=["this", *(pytest.param(each, marks=pytest.mark.process) for each in OTHERS)]
)
def oracle(request: pytest.FixtureRequest) -> Iterator[Oracle]:
    """What this Python, or another one on this machine, says of a text."""
    if request.param == "this":
        yield token_oracle.places
        return
    python = shutil.which(request.param)
    if python is None or subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode:
        pytest.skip(f"{request.param} is not installed")
    command = [python, token_oracle.__file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        to, back = process.stdin, process.stdout

        def asked(text: str) -> Places | None:
            print(json.dumps(text), file=to, flush=True)
            answer = json.loads(back.readline())
            return None if answer is None else [(kind, start, end) for kind, start, end in answer]

        yield asked
        to.close()


def seen(text: str) -> Places:
    """What the oracle names, as the tokenizer sees it."""
    return [(each.kind, each.start, each.end) for each in tokens(text) if each.kind != "continuation"]


@pytest.mark.parametrize("every", [9, pytest.param(1, marks=pytest.mark.long)])
def test_the_tokens_of_this_repository_are_pythons(every: int, oracle: Oracle) -> None:
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))][::every]
    texts = {path: path.read_text("utf-8") for path in paths}
    assert len(texts) > 40
    assert [path for path, text in texts.items() if oracle(text) not in (None, seen(text))] == []


SOUP = st.lists(
    st.sampled_from(
        (
            *("a", "f", "rb", "1 ", " ", ", ", " = ", ":", "\n", "\r\n", "    ", "\\\n", "# c", "#'\n", "\t"),
            *("(", ")", "[", "]", "{", "}", "()", "[1]", "{'a': 1}"),
            *("''", '""', "'a'", '"#"', "'(\\''", "'\\\n'", "'''\n'''", '"""a"b""c\\""""', "é", "'é'"),
            *('r"\\""', "b'a'", "bR'a'", "u'a'", "f''", "f'{a}'", "F'{{'", 'f"""{a}\n"""', "rf'\\{a:b}'"),
        )
    ),
    max_size=12,
).map("".join)


@given(text=SOUP)
def test_strings_comments_brackets_and_line_ends_are_where_python_sees_them(
    oracle: Oracle, text: str
) -> None:
    expected = oracle(text)
    assume(expected is not None)
    assert seen(text) == expected


def formatted(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """f-strings around expressions."""
    field = st.builds(
        "{{{}{}{}}}".format,
        inside.map(lambda each: f" {each}" if each.startswith("{") else each),
        st.sampled_from(("", "!r", "=", " ", "!s")),
        st.one_of(st.sampled_from(("", ":", ":>10", ":a#b")), inside.map(":{{{}}}.2f".format)),
    )
    literal = st.sampled_from(("", "a", "{{", "}}", "\\n", "\\N{BULLET}", "#", "(", "'", '"', "\\'", "\\{1}"))
    return st.builds(
        lambda prefix, quotes, pieces: f"{prefix}{quotes}{''.join(pieces)}{quotes}",
        st.sampled_from(("f", "F", "rf", "fR")),
        st.sampled_from(("'", '"', "'''", '"""')),
        st.lists(st.one_of(literal, field), max_size=4),
    )


EXPRESSIONS = st.recursive(
    st.sampled_from(("a", "1", "'b'", '"c"', "''", "'''d'''", "r'\\'", "a != 1", "(lambda: 1)", "a[1:2]")),
    lambda inside: st.one_of(
        formatted(inside),
        formatted(inside),
        inside.map("({})".format),
        inside.map("[\n{}, # c\n]".format),
        inside.map("{{'a': {}}}".format),
        st.builds("{} {}".format, inside, inside),
    ),
    max_leaves=5,
)


@given(expression=EXPRESSIONS)
def test_formatted_strings_end_where_python_ends_them(oracle: Oracle, expression: str) -> None:
    text = f"x = ({expression})  # '\ny = 1\n"
    expected = oracle(text)
    assume(expected is not None)
    assert seen(text) == expected


FRAGMENTS = st.lists(
    st.sampled_from(
        (
            *(
                "'",
                '"',
                "'''",
                '"""',
                "f'",
                'f"',
                "f'''",
                'rf"""',
                "{",
                "}",
                "{{",
                "(",
                ")",
                "[",
                "]",
                ":",
                "!",
            ),
            *(
                "#",
                "\\",
                "\n",
                "\r\n",
                "\r",
                "a",
                "\\N{",
                " ",
                "    ",
                "def f",
                "é",
                "b",
                "😀",
                "return",
                "=",
            ),
        )
    ),
    max_size=25,
).map("".join)


@given(FRAGMENTS)
def test_between_two_tokens_nothing_could_begin_one(text: str) -> None:
    found = list(tokens(text))
    ends = [0, *(each.end for each in found)]
    starts = [*(each.start for each in found), len(text)]
    assert all(each.start < each.end for each in found)
    assert all(end <= start for end, start in zip(ends, starts, strict=True))
    assert not set("".join(text[a:b] for a, b in zip(ends, starts, strict=True))) & set("\"'#()[]{}\r\n")


@given(FRAGMENTS)
def test_the_rest_of_the_tokens_is_found_from_the_end_of_each(text: str) -> None:
    found = list(tokens(text))
    for number, (before, after) in enumerate(pairwise(found)):
        if text[before.end : after.start].strip() or before.kind == "line_end":
            assert list(tokens(text, before.end)) == found[number + 1 :]


@given(FRAGMENTS)
def test_outer_tokens_and_comments_are_some_of_all(text: str) -> None:
    found = list(tokens(text))
    outer = list(Tokenizer(text).outer_tokens())
    assert [each for each in found if each in set(outer)] == outer
    assert [each for each in found if each.kind == "comment"] == list(Tokenizer(text).comments())


@given(FRAGMENTS)
def test_one_tokenizer_says_of_every_place_what_a_new_one_does(text: str) -> None:
    one = Tokenizer(text)
    for each in list(one.tokens()):
        assert list(one.tokens(each.end)) == list(tokens(text, each.end))


@pytest.mark.parametrize(
    ("text", "strings"),
    [
        ("'a", ["'a"]),
        ("'a\nb'", ["'a", "b'"]),
        ("'a\\\nb' c", ["'a\\\nb'"]),
        ("'a\\\r\nb' c", ["'a\\\r\nb'"]),
        ("'a\\", ["'a\\"]),
        ("'''a\n'b'\n", ["'''a\n'b'\n"]),
        ("a(f'{b', c='d')\n", ["f'{b'", "'d'"]),
        ('f"{a["b"]}" "c"', ['f"{a["b"]}"', '"c"']),
        ('f"{a["b"]} c\nd', ['f"{a["b"]} c']),
        ('f"{a["b"]\nd', ['f"{a["', 'b"]']),
        ("f'{a\n}' b", ["f'{a\n}'"]),
        ("f'{a\nreturn b}'", ["f'{a", "'"]),
        ("t'{a:{b}}' c", ["t'{a:{b}}'"]),
        ("ub'a' if'b' 1or'c'", ["'a'", "'b'", "'c'"]),
        ("if 1:\n  x = 'a' # 'b'\n", ["'a'"]),
    ],
)
def test_strings_that_are_left_open_end_where_people_see_them_end(text: str, strings: list[str]) -> None:
    assert [text[each.start : each.end] for each in tokens(text) if each.kind == "string"] == strings


def test_a_string_tells_its_parts() -> None:
    text = "x = Rb'''a'''"
    found = string_at(text, 4)
    assert found == Token("string", 4, len(text), "rb", "'''", is_closed=True)
    assert found is not None
    assert (found.content.start, found.content.end, found.is_formatted) == (9, 10, False)
    assert string_at(text, 3) is None
    assert string_at(text, 4, 12) == Token("string", 4, 12, "rb", "'''", is_closed=False)
