"""What an edit reaches, read alone, says what the whole text would say there."""

from pathlib import Path

import pytest

from valohai_steps.config.reader import YamlFile, read_yaml
from valohai_steps.config.writer import Append, Operation, Refusal, Set, edit_yaml, read_edited
from valohai_steps.model.text import apply_edits

CASES = sorted((Path(__file__).parents[1] / "fixtures" / "comparison").rglob("valohai*.yaml"))
NEW = {"step": {"name": "brand new", "image": "python:3.12", "command": "python new.py"}}


def operations(file: YamlFile) -> list[list[Operation]]:
    """One edit in each step, one in the first and the last, and a new step at the end."""
    edits: list[Operation] = [Set((*step.path, "image"), f"new:{i}") for i, step in enumerate(file.steps)]
    return [*([edit] for edit in edits), [edits[0], edits[-1]], [Append((0,), NEW)]]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_a_part_says_what_the_whole_says(path: Path) -> None:
    file = read_yaml(path.read_bytes().decode())
    assert file.steps
    for asked in operations(file):
        edits = edit_yaml(file, asked)
        if isinstance(edits, Refusal):
            continue
        part, whole = read_edited(file, edits), read_yaml(apply_edits(file.text, edits))
        changed = {
            name
            for name, step in whole.named.items()
            if (old := file.step(name)) is None or old.node.value != step.node.value
        }
        assert changed
        assert changed <= part.named.keys()
        for name, step in part.named.items():
            assert step.node.value == whole.named[name].node.value


def test_only_the_steps_around_an_edit_are_read() -> None:
    steps = "".join(f"- step:\n    name: s{i}\n    image: a\n    command: b\n" for i in range(300))
    file = read_yaml(steps)
    edits = edit_yaml(file, [Set((0, 150, "step", "image"), "c")])
    assert not isinstance(edits, Refusal)
    assert (
        list(read_edited(file, edits).named) == ["s151", "s150", "s149"]
        or len(read_edited(file, edits).named) <= 3
    )
