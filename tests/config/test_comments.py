"""The comments of YAML, where quotes, blocks and continued lines say otherwise; and what they switch off."""

from itertools import combinations
from pathlib import Path

import pytest
import yaml

from valohai_steps.config.reader import read_yaml
from valohai_steps.config.tree.comments import comments_in
from valohai_steps.config.writer import Refusal, Set, edit_yaml
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.model.text import apply_edits
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
STEP = """\
- step:
    name: train
    image: python
    DESCRIPTION
    command: run {paramters}  # valohai: ignore
"""


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        ("a: rock 'n roll  # 1\nb: c  # 2\n", "12"),
        ("a: rock\n  'n roll\nb: c  # 1\n", "1"),
        ("a: |\n  it is 'n\n  # no\nb: c  # 1\n", "1"),
        ("a: |2-  # 1\n    # no\n  \n# 2\nb: >\n  # no\n", "12"),
        ("a: |\n    text\n  # 1\nb: c\n", "1"),
        ("a: 'it''s # no'  # 1\n", "1"),
        ('a: "\\" # no\n  # no"  # 1\n', "1"),
        ("a: [b, 'c # no', # 1\n  d]  # 2\n", "12"),
        ("'a # no': b#no  # 1\n", "1"),
        ("a: b  # 1\r\nc: |\r\n  # no\r\nd: e # 2\r\n", "12"),
        ("\ufeffa: b  # 1\nc: d # 2", "12"),
        ("# 1\n- &x a # 2\n- *x # 3\n- !t#no b # 4", "1234"),
        ("# 1\na: [b  # 2\nc: 'd # no'\ne: f # 3\n", "123"),
        ("a: 'open\n # no\n", ""),
        ("a: b  # 1\nc: 'd # no \ud800'\ne: f # 2\n", "12"),
        ("", ""),
    ],
)
def test_a_comment_is_what_stands_in_no_scalar(text: str, comments: str) -> None:
    found = [text[span.start : span.end] for span in comments_in(text)]
    assert [each.strip("# ") for each in found] == list(comments)


@pytest.mark.parametrize(
    "description",
    ["x: y", "description: rock 'n roll", "description: |\n      it's\n", "description: it\n      's"],
)
def test_an_apostrophe_above_takes_no_comment_its_effect(description: str) -> None:
    text = STEP.replace("DESCRIPTION", description)
    workspace = Workspace([ROOT])
    workspace.put(
        ROOT / "valohai.yaml", f"{STEP.replace('DESCRIPTION', 'no-default-environment: 1')}{text}", 1
    )
    lines = [
        text.count("\n", 0, each.finding.span.start)
        for each in demand(diagnostics(workspace.snapshot, ROOT / "valohai.yaml"))
        if "paramters" in each.finding.message
    ]
    assert lines == []
    workspace.put(ROOT / "valohai.yaml", text.replace("# valohai: ignore", "# nothing"), 2)
    found = demand(diagnostics(workspace.snapshot, ROOT / "valohai.yaml"))
    assert any("paramters" in each.finding.message for each in found)


LISTS = [
    """\
- step:
    name: s
    inputs:
      - name: i
        default:0
        1
          - a2
        3
          - 'b # no'4
        5
          - c6
        7
      - name: j8
""",
    """\
- step: {name: s, inputs: [{name: i, default:0
1
    [2
3
     a, 4
5
     'b # no'6
7
     ]8
  }]}
""",
    """\
- step:
    name: s
    inputs:
      - {name: i, default: [0
          a1
          ,2
          'b # no', c3
        ]}4
""",
]


@pytest.mark.parametrize("picture", LISTS, ids=["block", "flow", "flow in block"])
@pytest.mark.parametrize("value", ["a", "b # no", "c", "other", "1\n2\n", 3])
@pytest.mark.parametrize("blanks", ["  ", "     "])
def test_no_comment_of_a_list_is_lost_when_it_becomes_one_value(
    picture: str, value: object, blanks: str
) -> None:
    places = [each for each in "012345678" if each in picture]
    for chosen in (kept for size in (1, 2, len(places)) for kept in combinations(places, size)):
        text = picture
        for place in places:
            text = text.replace(place, f"{blanks}# c{'abcdefghi'[int(place)]}" if place in chosen else "", 1)
        file = read_yaml(text)
        edits = edit_yaml(file, [Set((0, 0, "step", "inputs", 0, "default"), value)])
        assert not isinstance(edits, Refusal), (text, edits.reason)
        after = apply_edits(text, edits)
        assert yaml.safe_load(after)[0]["step"]["inputs"][0]["default"] == value
        found = sorted(after[span.start : span.end] for span in comments_in(after))
        assert found == [f"# c{'abcdefghi'[int(place)]}" for place in chosen], (text, after)
