"""Pictures of completion: what is offered at the cursor, and the line once the first of it is accepted.

`UPDATE_GOLDEN=1` writes them anew.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pictures import Picture, check_sections, pictures_in
from valohai_steps.ide.completion.item import Completion
from valohai_steps.ide.completion.offers import completions
from valohai_steps.model.text import LineIndex, TextEdit, apply_edits
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
STEPS = "".join(
    f"- step:\n    name: {name}\n    image: x\n    command: y\n" for name in ("prep", "prep-data")
)
PICTURES = pictures_in(Path(__file__).parent / "completion")


def offered(sources: dict[str, str], name: str, offset: int) -> tuple[Completion, ...]:
    workspace = Workspace([ROOT])
    for title, text in sources.items():
        workspace.put(ROOT / title, text, None)
    return completions(workspace.snapshot, ROOT / name, offset)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_completion_looks_like_its_picture(picture: Picture) -> None:
    name, offset = picture.cursor
    found = offered(picture.sources, name, offset)
    accepted = _accepted(picture.sources[name], found)
    check_sections(
        picture,
        {
            "offered": "\n".join(_offered(found)) or "nothing",
            "accepted": "\n".join(accepted) or "nothing",
        },
    )


def _offered(found: tuple[Completion, ...]) -> Iterator[str]:
    for each in found:
        yield " · ".join(filter(None, (f"{each.kind.value} {each.label}", each.detail)))


def _accepted(text: str, found: tuple[Completion, ...]) -> Iterator[str]:
    """The lines that are another once the first that begins as typed is accepted; with a snippet, without."""
    for each in [each for each in found if each.label.startswith(text[each.typed.start : each.typed.end])][
        :1
    ]:
        yield from _changed(text, each, each.text)
        if each.snippet is not None:
            yield from ("with places to fill in:", *_changed(text, each, each.snippet))


def _changed(text: str, accepted: Completion, written: str) -> Iterator[str]:
    edits = (*accepted.also, TextEdit(accepted.whole, written))
    before, after = text.splitlines(), apply_edits(text, edits).splitlines()
    index = LineIndex(text)
    rows = {index.position(edit.span.start, "utf-32")[0] for edit in edits}
    assert len(before) == len(after)
    yield from (after[row] for row in sorted(rows))


def test_nothing_is_offered_in_the_json_of_a_notebook() -> None:
    text = '{"cells": [{"cell_type": "code", "source": ["import valohai\\n", "valohai.prepare()"]}]}'
    assert offered({"train.ipynb": text}, "train.ipynb", text.index("prepare(") + 8) == ()


WORDS = {
    "a member": ("train.py", 'import valohai\nx = valohai.parameters("lr").', "value", "value"),
    "a flag": ("train.py", 'import valohai\nvalohai.prepare(step="a", multifile=', "True", "True"),
    "a node": (
        "valohai.yaml",
        STEPS + "- pipeline:\n    name: p\n    nodes:\n      - step: ",
        "prep",
        "prep",
    ),
    "a choice": (
        "valohai.yaml",
        "- step:\n    parameters:\n      - name: a\n        type: ",
        "float",
        "float",
    ),
}


@pytest.mark.parametrize(("name", "before", "word", "label"), WORDS.values(), ids=WORDS)
def test_enter_behind_a_whole_word_at_the_end_of_its_line_chooses_nothing(
    name: str, before: str, word: str, label: str
) -> None:
    for end in range(len(word)):
        text = before + word[:end]
        assert label in {each.label for each in offered({name: text}, name, len(text))}
    text = before + word
    for behind in ("", "\n", "  \r\n", "\nrows = 1\n"):
        assert offered({name: text + behind}, name, len(text)) == ()
