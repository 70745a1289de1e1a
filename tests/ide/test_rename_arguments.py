"""A flag by another name: the real argparse takes the new command line, and the script reads what it read."""

import shlex
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
import valohai_yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.navigation.references import highlights
from valohai_steps.ide.navigation.rename import rename
from valohai_steps.ide.update.update import Refused
from valohai_steps.model.text import apply_edits
from valohai_steps.project.disk.files import demand
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
USES = (
    "out.append(args.{d})",
    'out.append(vars(args)["{d}"])',
    "out.append(getattr(args, '{d}'))",
    'config = vars(args)\nout.append(config["{d}"])',
    "def shown(options):\n    out.append(options.{d})\nshown(args)",
    "def kept(*, options):\n    out.append(options.{d})\nkept(options=args)",
    "(lambda options: out.append(options.{d}))(args)",
    "def again():\n    return parser.parse_args()\nout.append(again().{d})",
    "args.{d} = args.{d} + 1\nout.append(args.{d})",
    'out.append(f"{{args.{d}}}")',
    "class Run:\n    def __init__(self, args):\n        out.append(args.{d})\nRun(args)",
    "rest = parser.parse_known_args()[0]\nout.append(rest.{d})",
    'out.append(sorted(args.__dict__["{d}"] for _ in "a"))',
    "def args_of(args):\n    return args\nout.append(args_of(3))",
)
OLD = "learning-rate"
names = st.sampled_from(["lr", "rate", "my-lr", "my_lr", "learning_rate", "n2", "a-b-c"])


def script(uses: list[str], flags: str, dest: str) -> str:
    known = f', dest="{dest}"' if dest else ""
    lines = [
        "import argparse",
        "parser = argparse.ArgumentParser()",
        f"parser.add_argument({flags}, type=float{known}, default=0.5,)",
        'parser.add_argument("--epochs", type=int, default=3)',
        "args, others = parser.parse_known_args()" if len(uses) % 2 else "args = parser.parse_args()",
        *(use.format(d=dest or OLD.replace("-", "_")) for use in uses),
        "out.append(args.epochs)",
    ]
    return "\n".join(lines) + "\n"


def yaml(pass_as: str) -> str:
    passed = f", pass-as: {pass_as}" if pass_as else ""
    return (
        "- step:\n    name: train\n    image: x\n    command: python train.py {parameters}\n    parameters:\n"
        f"      - {{name: {OLD}, type: float, default: 0.25{passed}}}\n"
        "      - {name: epochs, type: integer, default: 7}\n"
    )


def values(python: str, configuration: str) -> list[object]:
    """What the script reads when Valohai runs it with the defaults."""
    step = valohai_yaml.parse(configuration).steps["train"]
    (command,) = step.build_command({})
    out: list[object] = []
    with patch.object(sys, "argv", shlex.split(command)[1:]):
        exec(compile(python, "train.py", "exec"), {"out": out, "__name__": "__main__"})  # noqa: S102  # our own script
    return out


def renamed(python: str, configuration: str, place: str, name: str) -> tuple[str, str] | Refused:
    workspace = Workspace([ROOT])
    workspace.put(ROOT / "train.py", python, None)
    workspace.put(ROOT / "valohai.yaml", configuration, None)
    texts = {"train.py": python, "valohai.yaml": configuration}
    found = rename(workspace.snapshot, ROOT / place, texts[place].index(OLD) + 1, name)
    assert found is not None
    if isinstance(found, Refused):
        return found
    for each in found:
        texts[each.path.name] = apply_edits(texts[each.path.name], each.edits)
        workspace.put(each.path, texts[each.path.name], 1)
    assert said(workspace.snapshot) == []
    return texts["train.py"], texts["valohai.yaml"]


def said(snapshot: Snapshot) -> list[str]:
    found = [
        *demand(diagnostics(snapshot, ROOT / "train.py")),
        *demand(diagnostics(snapshot, ROOT / "valohai.yaml")),
    ]
    return [item.finding.code for item in found]


@settings(max_examples=60)
@given(
    st.builds(
        script,
        st.lists(st.sampled_from(USES), min_size=0, max_size=4, unique=True),
        st.sampled_from([f'"--{OLD}"', f"'--{OLD}', '-l'", f'"-l", "--{OLD}"']),
        st.sampled_from(["", "", "speed"]),
    ),
    st.sampled_from(["", f"'--{OLD}={{v}}'", f"'--{OLD} {{v}}'"]),
    st.sampled_from(["train.py", "valohai.yaml"]),
    names,
)
def test_a_renamed_flag_is_taken_and_read_as_before(python: str, pass_as: str, place: str, name: str) -> None:
    configuration = yaml(pass_as)
    found = renamed(python, configuration, place, name)
    assert not isinstance(found, Refused), found.reason
    assert found[0].count(OLD) == 0, "no flag keeps the old name"
    assert f"--{name}" in found[0]
    assert f"name: {name}," in found[1]
    assert values(*found) == values(python, configuration)


@pytest.mark.parametrize(
    ("name", "uses", "why"),
    [
        ("epochs", [], "there is already a parameter 'epochs' in step 'train'"),
        ("lambda", [USES[0]], "a Python name"),
        ("taken", [USES[0], "args.taken = 1"], "would be read as something else"),
        ("a b", [], "cannot contain spaces"),
    ],
)
def test_a_name_that_would_break_the_script_is_refused(name: str, uses: list[str], why: str) -> None:
    found = renamed(script(uses, f'"--{OLD}"', ""), yaml(""), "train.py", name)
    assert isinstance(found, Refused)
    assert why in found.reason


def test_a_parameter_of_a_parser_that_is_not_read_completely_is_not_renamed_in_valohai_yaml_alone() -> None:
    python = "import argparse, deepspeed\nparser = argparse.ArgumentParser()\n"
    python += "deepspeed.add_config_arguments(parser)\nargs = parser.parse_args()\n"
    workspace = Workspace([ROOT])
    workspace.put(ROOT / "train.py", python, None)
    workspace.put(ROOT / "valohai.yaml", yaml(""), None)
    found = rename(workspace.snapshot, ROOT / "valohai.yaml", yaml("").index(OLD), "rate")
    assert isinstance(found, Refused)
    assert "cannot be read completely" in found.reason


def test_a_cursor_that_moves_gathers_nothing_anew() -> None:
    python, configuration = script([USES[0]], f'"--{OLD}"', ""), yaml("")
    workspace = Workspace([ROOT])
    workspace.put(ROOT / "train.py", python, None)
    workspace.put(ROOT / "valohai.yaml", configuration, None)

    def shown() -> int:
        return len(highlights(workspace.snapshot, ROOT / "train.py", python.index(OLD)))

    assert shown() == shown() == 2
    assert workspace.snapshot.memo.counts["names of arguments gathered"] == 1
    workspace.put(ROOT / "train.py", python + "print(args.learning_rate)\n", 1)
    assert shown() == 3
