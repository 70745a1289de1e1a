"""Where a text may be cut: at statements at the top, and never inside one."""

import ast
import sysconfig
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valohai_steps.source.incremental.top_level_statements import cuts

STANDARD_LIBRARY = Path(sysconfig.get_paths()["stdlib"])
MODULES = sorted(STANDARD_LIBRARY.glob("*.py"))


def statements(text: str) -> list[int]:
    """The offsets of the lines on which a statement at the top begins, decorators included."""
    lines = [0, *(place + 1 for place, character in enumerate(text) if character == "\n")]
    return [
        lines[min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))]) - 1]
        for node in ast.parse(text).body
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_every_cut_of_a_module_is_a_statement_at_its_top(path: Path) -> None:
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        pytest.skip("not in UTF-8")
    assert set(cuts(text)) <= set(statements(text))


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a = 1\nb = 2\n", ["a = 1\n", "b = 2\n"]),
        (
            "if a:\n    b\nelif c:\n    d\nelse:\n    e\nf\n",
            ["if a:\n    b\nelif c:\n    d\nelse:\n    e\n", "f\n"],
        ),
        (
            "try:\n    a\nexcept A:\n    b\nfinally:\n    c\nd",
            ["try:\n    a\nexcept A:\n    b\nfinally:\n    c\n", "d"],
        ),
        ("@a\n@b(\n1)\ndef c(): pass\nd\n", ["@a\n@b(\n1)\ndef c(): pass\n", "d\n"]),
        ("a = [\n1,\n2\n]\nb\n", ["a = [\n1,\n2\n]\n", "b\n"]),
        ('a = """\nb\n"""\nc\n', ['a = """\nb\n"""\n', "c\n"]),
        ("a = '''\n\\'''\nb\n'''\nc\n", ["a = '''\n\\'''\nb\n'''\n", "c\n"]),
        ("a = 'x\\\ny'\nb\n", ["a = 'x\\\ny'\n", "b\n"]),
        ("a = 1 + \\\n2\nb\n", ["a = 1 + \\\n2\n", "b\n"]),
        ("a\r\nb\r\n", ["a\r\n", "b\r\n"]),
        ("a\rb\nc\n", ["a\rb\nc\n"]),
        ("a  # '''\nb\n", ["a  # '''\n", "b\n"]),
        ("a = 'open\nb\n", ["a = 'open\n", "b\n"]),
        ('a = """open\nb\n', ['a = """open\nb\n']),
        ('a = f"""open\nb\n', ['a = f"""open\nb\n']),
        ("a = (\nb\ndef c(): pass\nd\n", ["a = (\nb\n", "def c(): pass\n", "d\n"]),
        ("a = (]\nb\nclass C: pass\n", ["a = (]\nb\n", "class C: pass\n"]),
        ("a = 1)\nb\nimport c\n", ["a = 1)\nb\n", "import c\n"]),
        ('a = f"{b["c"]}"\nd\n', ['a = f"{b["c"]}"\n', "d\n"]),
        ('a = f"{b["\nd\n', ['a = f"{b["\nd\n']),
        ('a = f"{\nb\n}"\nd\n', ['a = f"{\nb\n}"\n', "d\n"]),
        ("a = f'{b}'\nd\n", ["a = f'{b}'\n", "d\n"]),
        ("# a\n\nb\n", ["# a\n\n", "b\n"]),
        ("a\n\n    \nb\n", ["a\n\n    \n", "b\n"]),
        ("", [""]),
    ],
)
def test_a_text_falls_into_its_statements(text: str, pieces: list[str]) -> None:
    places = [0, *cuts(text), len(text)]
    assert [text[start:end] for start, end in pairwise(places)] == pieces


@given(st.text("ab=(){}[]'\"#\\\n\r @:fdelsclass ", max_size=80))
def test_a_cut_is_found_from_every_other_one(text: str) -> None:
    places = list(cuts(text))
    assert all(list(cuts(text, start)) == list(later(places, start)) for start in places)


def later(places: list[int], start: int) -> Iterator[int]:
    return (place for place in places if place > start)
