"""What an edit costs, as counts: how much YAML is read again for the proof."""

import pytest

from valohai_steps.config import writer
from valohai_steps.config.proof import proven_edits
from valohai_steps.config.reader import read_documents, read_yaml
from valohai_steps.config.writer import Append, Operation, Refusal, Remove, Set

STEP = """\
- step:
    name: step-{number}
    image: python
    command: python train.py {{parameters}}
    parameters:
      - name: rate
        default: 0.001
      - name: size
        default: 5
"""
TEXT = "".join(STEP.format(number=number) for number in range(300))
OPERATIONS: tuple[Operation, ...] = (
    Set((0, 150, "step", "parameters", 0, "default"), 0.5),
    Remove((0, 150, "step", "parameters", 0)),
    Append((0, 150, "step", "parameters"), {"name": "more"}),
    Append((0,), {"step": {"name": "more"}}),
    Remove((0, 299)),
)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_edit_of_one_step_reads_no_more_than_its_neighbourhood(
    operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert characters_read_again(TEXT, operation, monkeypatch) <= 3 * len(STEP)


def test_a_file_tied_together_by_an_anchor_is_read_again_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    text = TEXT.replace("default: 5", "default: &five 5", 1).replace("default: 5", "default: *five")
    assert characters_read_again(text, OPERATIONS[0], monkeypatch) >= len(text) - 3


def characters_read_again(text: str, operation: Operation, monkeypatch: pytest.MonkeyPatch) -> int:
    file = read_yaml(text)
    read: list[str] = []

    def recorded(piece: str) -> object:
        read.append(piece)
        return read_documents(piece)

    monkeypatch.setattr(proven_edits, "read_documents", recorded)
    result = writer.edit_yaml(file, [operation])
    assert not isinstance(result, Refusal)
    assert result
    return sum(len(piece) for piece in read)
