"""Behind `args.` the arguments of the script are offered, with type and default; a hover tells of them."""

from pathlib import Path

import pytest

from valohai_steps.ide.completion.offers import completions
from valohai_steps.ide.hover.hover import hover
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
HEAD = """import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--learning-rate", type=float, default=0.1, help="The rate")
parser.add_argument("--epochs", type=int, required=True)
parser.add_argument("--fast", action="store_true")
parser.add_argument("data")
"""
OFFERED = [
    ("learning_rate", "float · default 0.1"),
    ("epochs", "integer · required"),
    ("fast", "flag · default False"),
    ("data", "string · required"),
]
PLACES = [
    "args = parser.parse_args()\nprint(args.▮)\n",
    "args = parser.parse_args()\nargs.▮\nprint(1)\n",
    "args = parser.parse_args()\nx = args.▮\n",
    "args = parser.parse_args()\nif args.▮:\n    pass\n",
    "args = parser.parse_args()\nprint(args.ep▮ochs)\n",
    "args, rest = parser.parse_known_args()\nprint(args.▮)\n",
    "args = parser.parse_known_args()[0]\nprint(args.▮)\n",
    "def run(options):\n    return options.▮\nrun(parser.parse_args())\n",
    "def make():\n    return parser.parse_args()\n\na = make()\nf(a.▮, 1)\n",
    "print(parser.parse_args().▮)\n",
]
ELSEWHERE = [
    "args = parser.parse_args()\nprint(parser.▮)\n",
    "args = parser.parse_args()\nother = f()\nprint(other.▮)\n",
    "args = parser.parse_args()\nprint('args.▮')\n",
    "args = parser.parse_args()\n# args.▮\n",
    "def f(args):\n    return args.▮\nargs = parser.parse_args()\nf(1)\n",
]


def workspace_of(source: str) -> Workspace:
    workspace = Workspace([ROOT])
    workspace.put(ROOT / "valohai.yaml", "- step:\n    name: a\n    image: b\n    command: c\n", None)
    workspace.put(ROOT / "train.py", source, None)
    return workspace


def offered(place: str) -> list[tuple[str, str]]:
    before, _, after = (HEAD + place).partition("▮")
    workspace = workspace_of(before.rpartition("\n")[0] + "\n")
    completions(workspace.snapshot, ROOT / "train.py", 0)  # it was read before it was half-typed
    workspace.put(ROOT / "train.py", before + after, 1)
    found = completions(workspace.snapshot, ROOT / "train.py", len(before))
    return [(each.label, each.detail) for each in found]


@pytest.mark.parametrize("place", PLACES)
def test_the_arguments_are_offered(place: str) -> None:
    assert offered(place) == OFFERED


@pytest.mark.parametrize("place", ELSEWHERE)
def test_nothing_is_offered_elsewhere(place: str) -> None:
    assert not set(OFFERED) & set(offered(place))


def test_what_is_offered_replaces_the_word_at_the_cursor() -> None:
    before, _, after = (HEAD + "args = parser.parse_args()\nprint(args.ep▮ochs)\n").partition("▮")
    (epochs,) = [
        each
        for each in completions(workspace_of(before + after).snapshot, ROOT / "train.py", len(before))
        if each.label == "epochs"
    ]
    text = before + after
    assert (text[epochs.typed.start : epochs.typed.end], text[epochs.whole.start : epochs.whole.end]) == (
        "ep",
        "epochs",
    )


@pytest.mark.parametrize("read", ["args.learning_rate", 'vars(args)["learning_rate"]'])
def test_a_hover_on_what_is_read_tells_of_the_argument(read: str) -> None:
    source = f"{HEAD}args = parser.parse_args()\nprint({read})\n"
    found = hover(workspace_of(source).snapshot, ROOT / "train.py", source.rindex("learning_rate") + 2)
    assert found is not None
    assert "`--learning-rate` · float · default `0.1` · The rate" in found.markdown
