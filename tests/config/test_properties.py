"""What holds for any valohai.yaml in any style, and any operations on it."""

import os
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, currently_in_test_context, event, given, settings
from hypothesis import strategies as st

from tests.config.asked_operations import meaning, some_operations, strict
from tests.config.styled_yaml import styled_yaml
from valohai_steps.config.reader import (
    C_LOADER,
    PURE_LOADER,
    Entry,
    Node,
    YamlFile,
    read_documents,
    read_yaml,
)
from valohai_steps.config.writer import Append, Operation, Refusal, Remove, Set, edit_yaml
from valohai_steps.model.text import TextEdit, apply_edits

IN_CI = os.environ.get("CI") == "true"
LOADER = C_LOADER or PURE_LOADER
EXPECTED_REFUSALS = ("repeated elsewhere", "` repeats what", "through `<<`", "a merge key")

SETTINGS = settings(
    max_examples=500 if IN_CI else 60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
SEEDS = st.integers(0, 10**9)


def edited(text: str, seed: int) -> tuple[YamlFile, list[Operation], tuple[TextEdit, ...]] | None:
    """A file with random operations and their edits; None when they are refused for a known reason."""
    file = read_yaml(text)
    assert file.is_readable
    operations = some_operations(file, seed)
    result = edit_yaml(file, operations)
    if isinstance(result, Refusal):
        expect_refusal(result, operations, text)
        return None
    count("edited")
    return file, operations, result


def count(what: str) -> None:
    """For the statistics of a property (`--hypothesis-show-statistics`)."""
    if currently_in_test_context():
        event(what)


def expect_refusal(refusal: Refusal, operations: object, text: str) -> None:
    """Only what is shared between two places of the file may be refused."""
    count("refused")
    assert any(reason in refusal.reason for reason in EXPECTED_REFUSALS), (operations, refusal, text)


def test_nine_of_ten_random_edits_are_not_refused() -> None:
    """What the properties below say is said of edits, and not of refusals."""
    found = [edited(styled_yaml(seed), seed) for seed in range(300)]
    assert sum(each is not None for each in found) >= 0.9 * len(found)


def loaded(text: str) -> list[Any]:
    return list(yaml.load_all(text, LOADER))


@SETTINGS
@given(SEEDS, SEEDS)
def test_the_values_are_the_old_ones_with_the_operations(style: int, seed: int) -> None:
    text = styled_yaml(style)
    found = edited(text, seed)
    if found is not None:
        _, operations, edits = found
        assert strict(loaded(apply_edits(text, edits))) == strict(meaning(loaded(text), operations))


@SETTINGS
@given(SEEDS, SEEDS)
def test_lines_that_nothing_is_asked_of_stay_byte_for_byte_and_in_order(style: int, seed: int) -> None:
    text = styled_yaml(style)
    found = edited(text, seed)
    if found is None:
        return
    file, operations, edits = found
    touched = {header_at_the_end(file)}
    for operation in operations:
        touched |= touched_lines(file, operation)
    after = apply_edits(text, edits)
    *lines, last = after.split("\n")
    result = iter([*lines, last, f"{last}\r"])  # a line that became the last has lost its line end
    for number, line in enumerate(text.split("\n")):
        if number not in touched and line.strip():
            assert any(line == other for other in result), (
                number,
                line,
                operations,
                after,
            )


def header_at_the_end(file: YamlFile) -> int:
    """The line of the `|` of a text that ends a file without a line end: `|-` when more follows."""
    node = file.documents[-1]
    while node.children:
        node = node.children[-1]
    return file.text.count("\n", 0, node.start)


def touched_lines(file: YamlFile, operation: Operation) -> set[int]:
    """The lines an operation may change; the last of the text always, whose end may come or go."""
    chain = [file.documents[int(operation.path[0])]]
    for element in operation.path[1:]:
        node = chain[-1]
        if isinstance(element, int):
            chain.append(node.items[element])
        else:
            chain += [entry.node for entry in node.entries if entry.key == element]
    node, is_there = chain[-1], len(chain) == len(operation.path)
    text, last = file.text, file.text.count("\n")
    if isinstance(operation, Append) or not is_there:
        grows_inside = node.style == "flow" or node.kind == "scalar"
        return {last, *(line_span(text, node.start, node.end) if grows_inside else ())}
    parent = chain[-2] if len(chain) > 1 else node
    start, end = node.outer, node.end
    for number, entry in enumerate(parent.entries):
        if entry.node is node:
            start = entry.key_node.outer
            if isinstance(operation, Remove) and number == 0 and len(parent.entries) > 1:
                end = parent.entries[1].key_node.start  # the next key may move up beside the `-`
    if parent.kind == "sequence" and parent.style == "block":
        start = text.rfind("-", 0, start)
    found = line_span(text, start, end)
    if isinstance(operation, Remove) or node.kind != "scalar":
        found = with_comments(text, found)
    # Where the last child goes, the key above gets `[]` or `{}`.
    above = [entry.key_node for entry in chain[-3].entries if entry.node is parent] if len(chain) > 2 else []
    return {last, *found, *(text.count("\n", 0, key.start) for key in above if isinstance(operation, Remove))}


def line_span(text: str, start: int, end: int) -> range:
    return range(text.count("\n", 0, max(start, 0)), text.count("\n", 0, end) + 1)


def with_comments(text: str, found: range) -> range:
    lines = text.split("\n")
    first, end = found.start, found.stop
    while first and lines[first - 1].strip().startswith("#"):
        first -= 1
    while end < len(lines) and (not lines[end].strip() or lines[end].strip().startswith("#")):
        end += 1
    return range(first, end)


@SETTINGS
@given(SEEDS, SEEDS)
def test_a_second_time_there_is_nothing_to_do(style: int, seed: int) -> None:
    text = styled_yaml(style)
    found = edited(text, seed)
    if found is not None and all(isinstance(operation, Set) for operation in found[1]):
        again = read_yaml(apply_edits(text, found[2]))
        assert edit_yaml(again, found[1]) == ()


@SETTINGS
@given(SEEDS, st.sampled_from([0.5, "abc", "a: b", 7, None, True, ["x", "y"], "two\nlines\n"]), st.data())
def test_what_is_inserted_and_taken_out_again_leaves_the_first_bytes(
    style: int, value: object, data: st.DataObject
) -> None:
    text = styled_yaml(style)
    file = read_yaml(text)
    steps = [step for step in file.steps if not step.node.shared]
    if not steps:
        return
    step = data.draw(st.sampled_from(steps))
    places = [item.path for item in (*step.parameters, *step.inputs)] + [step.path]
    path = (*data.draw(st.sampled_from(places)), "x-new")
    edits = edit_yaml(file, [Set(path, value)])
    if isinstance(edits, Refusal):
        expect_refusal(edits, path, text)
        return
    longer = apply_edits(text, edits)
    back = edit_yaml(read_yaml(longer), [Remove(path)])
    assert not isinstance(back, Refusal), (back, longer)
    # A block text that ended an open file has become `|-` to keep its value.
    assert apply_edits(longer, back).replace("|-", "|") == text.replace("|-", "|")


@SETTINGS
@given(SEEDS, st.sampled_from([3.25, 12, "plain", "s3://other/place", 1e-07]), st.data())
def test_a_value_set_and_set_back_leaves_the_first_bytes(
    style: int, value: object, data: st.DataObject
) -> None:
    text = styled_yaml(style)
    file = read_yaml(text)
    items = [item for step in file.steps for item in (*step.parameters, *step.inputs)]
    places = [(*item.path, "default") for item in items if is_canonical(item.get("default"))]
    if not places:
        return
    path = data.draw(st.sampled_from(places))
    edits = edit_yaml(file, [Set(path, value)])
    if isinstance(edits, Refusal):
        expect_refusal(edits, path, text)
        return
    other = read_yaml(apply_edits(text, edits))
    assert len(edits) == 1
    old = value_at(file, path)
    back = edit_yaml(other, [Set(path, old)])
    assert not isinstance(back, Refusal)
    result = apply_edits(other.text, back)
    assert result == text or (
        isinstance(old, str)
        and result.replace('"', "").replace("'", "") == text.replace('"', "").replace("'", "")
    )


def is_canonical(entry: Entry | None) -> bool:
    """Whether the value is written as the writer itself would write it."""
    written = {"abc", 5, -3, 0.001, 1e-05, "s3://bucket/a.zip"}
    if entry is None or entry.node.kind != "scalar" or entry.node.style or isinstance(entry.value, bool):
        return False
    return entry.value in written


def value_at(file: YamlFile, path: tuple[str | int, ...]) -> object:
    value: Any = [document.value for document in file.documents]
    for element in path:
        value = value[element]
    return value


@SETTINGS
@given(SEEDS)
def test_both_parsers_of_pyyaml_give_the_same_nodes(style: int) -> None:
    text = styled_yaml(style)
    if C_LOADER is None:
        pytest.skip("PyYAML was built without libyaml")
    fast, _ = read_documents(text, C_LOADER)
    slow, problem = read_documents(text, PURE_LOADER)
    assert problem is None
    assert [flat(root) for root in fast] == [flat(root) for root in slow]


def nodes(node: Node) -> list[Node]:
    keys = [entry.key_node for entry in node.entries]
    return [node, *keys, *(inner for child in node.children for inner in nodes(child))]


def flat(node: Node) -> list[tuple[object, ...]]:
    own = (
        node.kind,
        node.start,
        node.end,
        node.outer,
        node.style,
        node.anchor,
        node.tag,
        node.alias,
        strict(node.value),
    )
    keys = [part for entry in node.entries for part in flat(entry.key_node)]
    return [own, *keys, *(part for child in node.children for part in flat(child))]


@SETTINGS
@given(SEEDS)
def test_values_are_those_of_the_safe_loader_and_spans_are_tight(style: int) -> None:
    text = styled_yaml(style)
    file = read_yaml(text)
    assert strict([root.value for root in file.documents]) == strict(loaded(text))
    for root in file.documents:
        for node in nodes(root):
            assert node.outer <= node.start <= node.end
            piece = text[node.start : node.end]
            assert piece == piece.strip() or "|+" in piece, piece


@SETTINGS
@given(st.text(st.sampled_from("ab:-?,[]{}#&*!|>'\"%@ \n\t\r\x85\ufeff<1.é😀\u2028\0\ud800")), SEEDS)
def test_no_text_breaks_the_reader_or_the_writer(text: str, seed: int) -> None:
    file = read_yaml(text)
    for problem in file.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
    if file.is_readable:
        result = edit_yaml(
            file, some_operations(file, seed) if file.documents else [Append((0,), {"step": {"name": "x"}})]
        )
        if not isinstance(result, Refusal):
            assert read_yaml(apply_edits(text, result)).is_readable
    else:
        assert isinstance(edit_yaml(file, [Append((0,), 1)]), Refusal)


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.datetimes(),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text(st.sampled_from("ab:-?,[]{}#&*!|>'\"%@ \n\t<1.~=ynoe+_0x")),
)  # fmt: skip


@SETTINGS
@given(
    SCALARS,
    st.sampled_from(
        ["a: 0\n", "a: 'x'\n", 'a: "x" # c\n', "{a: 0}\n", "a: |\n  x\n", "a: >-\n  x\n  y\n", "a: 0"]
    ),
)
def test_any_scalar_reads_back_with_its_value_and_type(value: object, text: str) -> None:
    file = read_yaml(text)
    result = edit_yaml(file, [Set((0, "a"), value)])
    assert not isinstance(result, Refusal), result
    written = apply_edits(text, result)
    for loader in (LOADER, PURE_LOADER):
        if loader is PURE_LOADER and any(character > "\uffff" for character in written):
            continue
        assert strict(yaml.load(written, loader)) == strict({"a": value})  # noqa: S506 - a safe loader


@SETTINGS
@given(SEEDS, st.integers(0, 10**6), st.sampled_from(["\t", "\t", "?", "#", ":", ",", " ", "\n", "|", "- "]))
def test_what_the_loader_of_valohai_refuses_is_refused(style: int, place: int, inserted: str) -> None:
    text = styled_yaml(style)
    place %= len(text) + 1
    text = text[:place] + inserted + text[place:]
    try:
        list(yaml.compose_all(text.removeprefix("\ufeff"), Loader=PURE_LOADER))
        is_refused = False
    except yaml.YAMLError:
        is_refused = True
    _, problem = read_documents(text)
    assert (problem is not None) == is_refused
