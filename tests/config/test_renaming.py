"""Another name in scalars and keys: only the name changes, and quotes come where YAML needs them."""

import pytest

from valohai_steps.config.reader import Node, YamlFile, read_yaml
from valohai_steps.config.renaming import Respelling, respell
from valohai_steps.config.tree.node import walk
from valohai_steps.config.writer import Refusal
from valohai_steps.model.text import Span, apply_edits

FILE = """\
# names
- plain: lr  # here
  single: 'lr'
  double: "lr"
  command: |
    # no comment
    python train.py {parameter:lr}
  flow: [a.parameter.lr, {lr: 1}, 'b.parameter.lr']
  lr : 2
"""


def places(file: YamlFile, name: str) -> list[tuple[Node, Span]]:
    texts = ((node, str(node.value)) for node in walk(file.documents[0]) if node.kind == "scalar")
    return [(node, Span(at, at + len(name))) for node, text in texts if (at := text.find(name)) >= 0]


def renamed(text: str, old: str, new: str) -> str:
    file = read_yaml(text)
    done = respell(file, [Respelling(node, part, new) for node, part in places(file, old)])
    assert not isinstance(done, Refusal), done
    assert done.file.text == apply_edits(text, done.edits)
    return done.file.text


@pytest.mark.parametrize("name", ["rate", "learning-rate", "größe", "a.b", "x/y", "😀"])
def test_a_plain_name_changes_nothing_else(name: str) -> None:
    assert renamed(FILE, "lr", name) == FILE.replace("lr", name)
    assert renamed(FILE.replace("lr", name), name, "lr") == FILE


def test_quotes_come_where_yaml_would_read_something_else() -> None:
    assert (
        renamed("- name: lr\n- [lr, b]\n- lr: 1\n", "lr", "yes")
        == '- name: "yes"\n- ["yes", b]\n- "yes": 1\n'
    )
    assert renamed("- 'a'\n- [lr]\n- lr\n", "lr", "a,b") == "- 'a'\n- ['a,b']\n- a,b\n"


def test_quotes_that_are_there_hold_the_name() -> None:
    assert renamed("- 'lr'\n- \"lr\"\n", "lr", "it's") == "- 'it''s'\n- \"it's\"\n"
    assert renamed("- 'lr'\n- \"lr\"\n", "lr", 'a"b') == '- \'a"b\'\n- "a\\"b"\n'


def test_what_an_alias_repeats_is_refused() -> None:
    file = read_yaml("- &name lr\n- *name\n")
    refusal = respell(file, [Respelling(file.documents[0].items[0], Span(0, 2), "x")])
    assert refusal == Refusal("this value is shared through an anchor; edit it manually", Span(8, 10))


def test_an_unreadable_file_is_refused() -> None:
    file = read_yaml("- lr\n- [\n")
    assert isinstance(respell(file, []), Refusal)
