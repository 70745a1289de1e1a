"""What is wrong with a valohai.yaml is said in a plain sentence, at its place; nothing crashes or hangs."""

from pathlib import Path

import pytest

from tests.pictures import Picture, pictures_in, render_findings
from valohai_steps.config.reader import C_LOADER, PURE_LOADER, read_documents, read_yaml
from valohai_steps.config.writer import Append, Refusal, Set, edit_yaml

PICTURES = pictures_in(Path(__file__).parent / "problems")
ALIASES = "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
)
MERGES = "".join(
    f"{name}: &{name} {{<<: [{', '.join(['*' + before] * 9)}], k{name}: *{before}}}\n"
    for before, name in zip("abcdefghij", "bcdefghijk", strict=True)
)
HOSTILE = {
    "10,000 brackets": "[" * 10_000,
    "10,000 braces": "{a: " * 10_000,
    "10,000 dashes": "- " * 10_000,
    "3,000 levels of keys": "\n".join(" " * level + "a:" for level in range(3_000)),
    "an alias bomb": "a: &a [x]\n" + ALIASES,
    "a bomb of merge keys": "a: &a {x: 1}\n" + MERGES,
    "a chain of aliases": "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 3_000)),
    "50 MB": "- step:\n    name: x\n" * 2_500_000,
    "a NUL": "a: \0",
    "half a surrogate pair": "a: \ud800",
    "two byte order marks": "\ufeff\ufeffa: 1",
    "too many values": "- a\n" * 500_000,
}
HARMLESS = {
    "a number of a million digits": "a: " + "9" * 1_000_000,
    "a number of many parts": "a: 1" + ":1" * 500_000,
    "many comments": "# c\n" * 100_000,
    "many documents": "---\n" * 2_000,
    "line ends of all kinds": "- a\r- b\r\n- c\x85- d\u2028- e\n",
    "nothing": "",
    "an impossible date": "a: 2021-99-99",
    "unknown tags": "a: !x {b: !y [1]}",
    "a list as key": "? [1]\n: 2\n",
}


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_problem_is_said_where_it_is(picture: Picture) -> None:
    file = read_yaml(picture.sections["valohai.yaml"])
    findings = [("valohai.yaml", problem) for problem in file.problems]
    picture.check("findings", render_findings(picture.sections, findings))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_gives_one_finding_and_is_not_edited(text: str) -> None:
    file = read_yaml(text)
    assert [problem.code for problem in file.problems] == ["VH301"]
    assert isinstance(edit_yaml(file, [Append((0,), {"step": {"name": "x"}})]), Refusal)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_the_other_parser_survives_it_too(text: str) -> None:
    _, problem = read_documents(text, PURE_LOADER)
    assert problem is not None


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS.keys())
def test_a_strange_text_is_read(text: str) -> None:
    assert read_yaml(text).is_readable


def test_without_the_c_parser_the_other_is_used() -> None:
    text = "- step: {name: train}\n"
    assert read_documents(text, PURE_LOADER)[0][0].value == read_documents(text, C_LOADER)[0][0].value


def test_what_stands_before_the_first_error_is_kept() -> None:
    file = read_yaml("- step:\n    name: one\n---\n- step: [\n")
    assert [step.name for step in file.steps] == ["one"]


def test_a_value_that_yaml_cannot_hold_is_refused() -> None:
    file = read_yaml("a: 1\n")
    for value in ({1, 2}, "\ud800", 1j, object()):
        result = edit_yaml(file, [Set((0, "a"), value)])
        assert isinstance(result, Refusal)
        assert "Internal error" not in result.reason
