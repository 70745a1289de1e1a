"""Parts of scalars have their place in the file, in every style that YAML has."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from valohai_steps.config.reader import Node, read_yaml
from valohai_steps.config.tree.scalar_places import place_inside, scalar_text
from valohai_steps.model.text import Span

NAME = "learning-rate"
STYLES = {
    "plain": "command: python train.py {parameter:learning-rate}\n",
    "plain over lines": "command: python train.py\n  --fast\n  {parameter:learning-rate}\n",
    "single": "command: 'it''s ''python'' {parameter:learning-rate}'\n",
    "single over lines": "command: 'it''s\n\n  ''python'' {parameter:learning-rate}'\n",
    "double": 'command: "\\"python\\"\\t\\x41\\u00e9 {parameter:learning-rate}"\n',
    "double over lines": 'command: "python \\\n   \\  train.py\n\n  {parameter:learning-rate}"\n',
    "literal": "command: |\n  python train.py \\\n    {parameter:learning-rate}\n",
    "folded": "command: >-  # folded\n  python train.py\n  {parameter:learning-rate}\n\n    more\n",
    "windows": "command: |\r\n  python train.py\r\n  {parameter:learning-rate}\r\n",
    "wide": "command: 'größe 漢 😀 {parameter:learning-rate}'\n",
}


def scalar(text: str) -> Node:
    return read_yaml(text).documents[0].entries[0].node


@pytest.mark.parametrize("style", STYLES)
def test_a_name_stands_where_it_is_written(style: str) -> None:
    text = STYLES[style]
    node = scalar(text)
    said = scalar_text(text, node)
    start = said.index(NAME)
    place = place_inside(text, node, Span(start, start + len(NAME)))
    assert place == Span(text.index(NAME), text.index(NAME) + len(NAME))


def test_an_escaped_name_is_covered_whole() -> None:
    text = 'command: "{parameter:l\\x72}"\n'
    assert place_inside(text, scalar(text), Span(11, 13)) == Span(text.index("l\\"), text.index("}"))


def test_a_number_is_a_text_where_it_is_a_name() -> None:
    assert scalar_text("name: 0x10\n", scalar("name: 0x10\n")) == "0x10"
    assert place_inside("name: 0x10\n", scalar("name: 0x10\n"), Span(0, 4)) == Span(6, 10)


def test_an_alias_has_no_place_inside() -> None:
    text = "- &a text\n- *a\n"
    alias = read_yaml(text).documents[0].items[1]
    assert place_inside(text, alias, Span(0, 4)) is None


@given(
    said=st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("'\"\\: #\n"), max_size=60),
    style=st.sampled_from(["", "'", '"', "|", ">"]),
    width=st.sampled_from([5, 20, 1000]),
)
def test_any_text_in_any_style_has_its_words_in_place(said: str, style: str, width: int) -> None:
    node = yaml.ScalarNode("tag:yaml.org,2002:str", said, style=style)
    pair = (yaml.ScalarNode("tag:yaml.org,2002:str", "k"), node)
    text = yaml.serialize(yaml.MappingNode("tag:yaml.org,2002:map", [pair]), width=width, allow_unicode=True)
    file = read_yaml(text)
    if not file.is_readable:  # a character that the C parser refuses
        return
    found = file.documents[0].entries[0].node
    assert found.value == said
    for offset, character in enumerate(said):
        place = place_inside(text, found, Span(offset, offset + 1))
        if not character.isspace():
            assert place is not None
            written = text[place.start : place.end]
            assert written in (character, character * 2) or written.startswith("\\")
