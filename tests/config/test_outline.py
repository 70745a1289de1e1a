"""The outline of complete text is what the YAML parser reads; of half-typed text there always is one."""

from hypothesis import given
from hypothesis import strategies as st

from tests.config.styled_yaml import styled_yaml
from valohai_steps.config.cursor.items import items_of
from valohai_steps.config.cursor.named import names_in
from valohai_steps.config.cursor.named_items import named_items
from valohai_steps.config.cursor.outline.block import read_outline
from valohai_steps.config.cursor.outline.pieces import Mapping, Node, Scalar, Sequence
from valohai_steps.config.reader import Node as YamlNode
from valohai_steps.config.reader import read_yaml


@given(st.integers(0, 10**6))
def test_an_outline_has_the_keys_items_and_scalars_that_the_parser_reads(seed: int) -> None:
    text = styled_yaml(seed, valid=True)
    (root,) = read_yaml(text).documents
    items = items_of(text)
    assert len(items.spans) == len(root.items)
    for span, item in zip(items.spans, root.items, strict=True):
        found = read_outline(text, span.start, span.end).root
        assert isinstance(found, Sequence)
        assert seen_in(text, found.items[0].value) == read_in(text, item)


def seen_in(text: str, node: Node | None) -> object:
    """What an outline holds, as nested lists; a scalar is its text, a block of text its header."""
    if isinstance(node, Mapping):
        return {entry.name: seen_in(text, entry.value) for entry in node.entries if entry.key is not None}
    if isinstance(node, Sequence):
        items = [item for item in node.items if item.value is not None or not node.is_flow]
        return [seen_in(text, item.value) for item in items]
    if node is None:
        return ""
    return _words(text[node.start : node.end], node.style)


def read_in(text: str, node: YamlNode) -> object:
    if node.alias is not None:
        return f"*{node.alias}"
    if node.kind == "mapping":
        return {str(entry.key): read_in(text, entry.node) for entry in node.entries}
    if node.kind == "sequence":
        return [read_in(text, item) for item in node.items]
    return _words(text[node.span.start : node.span.end], node.style or "")


def _words(written: str, style: str) -> str:
    return style if style in ("|", ">") else written


def test_what_is_open_ends_where_it_can_no_longer_go_on() -> None:
    text = '- step:\n    name: "a\n    image: [b, {c: d\n    command: x\n    "inp\n'
    (item,) = items_of(text).spans
    found = read_outline(text, item.start, item.end).root
    assert seen_in(text, found) == [
        {"step": {"name": '"a', "image": ["b", {"c": "d"}], "command": "x", "inp": ""}}
    ]


def test_a_key_without_its_colon_leaves_the_keys_around_it() -> None:
    text = "- step:\n    na\n    image: a\n    comm\n    inputs:\n    - name: b\n    env\n"
    found = read_outline(text, 0, len(text)).root
    assert seen_in(text, found) == [
        {"step": {"na": "", "image": "a", "comm": "", "inputs": [{"name": "b"}], "env": ""}}
    ]


def test_quotes_within_brackets_end_at_the_next_sign() -> None:
    text = '- [a.output.x, "b.in, "c"]\n'
    found = read_outline(text, 0, len(text)).root
    assert isinstance(found, Sequence)
    ends = found.items[0].value
    assert isinstance(ends, Sequence)
    assert [item.value.text for item in ends.items if isinstance(item.value, Scalar)] == [
        "a.output.x",
        "b.in",
        "c",
    ]


def test_nesting_without_end_is_read_to_some_depth_only() -> None:
    for text in (
        "- " * 3000,
        "[" * 3000,
        "- a: " * 3000,
        "&a\n" * 3000,
        "".join(f"{' ' * i}a:\n" for i in range(400)),
    ):
        read_outline(text, 0, len(text))


def test_names_of_items_are_found_without_reading_them_and_one_is_read_when_asked_for() -> None:
    steps = [
        f"- step:\n    image: a\n    name: step-{number}\n    inputs:\n      - name: data\n"
        for number in range(300)
    ]
    named = named_items("".join(steps))
    assert len(list(named.of_kind("step"))) == len(steps)
    assert not named.known
    keys = named.mapping("step", "step-150")
    assert list(names_in(keys, "inputs")) == ["data"]
    assert len(named.known) == 1
