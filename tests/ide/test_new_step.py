"""A new step in a Python file: offered for its own words, with the import, once."""

import pytest

from tests.ide.test_members import offered
from tests.pictures import without_cursor
from valohai_steps.ide.completion.new_step import LABEL
from valohai_steps.model.text import TextEdit, apply_edits

CALL = 'valohai.prepare(\n    step="train",\n    default_parameters={},\n    default_inputs={},\n)'


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("▮", f"import valohai\n\n{CALL}"),
        ("new▮\n", f"import valohai\n\n{CALL}\n"),
        ("import os\n\nnew st▮\n", f"import os\nimport valohai\n\n{CALL}\n"),
        ("import valohai\n\nnew▮\n", f"import valohai\n\n{CALL}\n"),
        ("import valohai as vh\nnew▮", f"import valohai as vh\n{CALL.replace('valohai', 'vh')}"),
        (
            "from valohai import prepare\nnew▮",
            f"from valohai import prepare\n{CALL.removeprefix('valohai.')}",
        ),
        (
            '"""Trains."""\n# a\nfrom __future__ import annotations\n\nx = 1\nnew▮\n',
            f'"""Trains."""\n# a\nfrom __future__ import annotations\nimport valohai\n\nx = 1\n{CALL}\n',
        ),
        ("import os\r\nnew▮\r\n", f"import os\nimport valohai\n\n{CALL}\n".replace("\n", "\r\n")),
    ],
)
def test_a_new_step_brings_its_import_once(text: str, after: str) -> None:
    (item,) = offered(text)
    assert item.label == LABEL
    assert item.is_last
    edits = (*item.also, TextEdit(item.whole, item.text))
    assert apply_edits(without_cursor(text), edits) == after
    assert item.snippet is not None
    assert item.snippet.replace("${1:train}", "train").replace("$2", "").replace("$3", "") == item.text


@pytest.mark.parametrize(
    "text",
    [
        "n▮",
        "ne▮\n",
        "next▮\n",
        "new = 1\n▮x",
        "new▮ = 1\n",
        "if x:\n    new▮\n",
        '"""\nnew▮\n"""\n',
        "x = [\nnew▮\n]\n",
        "import valohai▮\n",
        'import valohai\nvalohai.prepare(step="a")\nnew▮\n',
    ],
)
def test_nothing_is_offered_where_people_type_for_themselves(text: str) -> None:
    assert not [each for each in offered(text) if each.label == LABEL]


def test_no_step_is_begun_in_a_notebook_by_the_letter_of_a_variable() -> None:
    assert offered("new▮", "train.ipynb") == ()
