"""Quick fixes between a step and the script that it runs: titles, and what is left after the first."""

from pathlib import Path

import pytest

from tests.drift.command_line_cases import Case, cases
from tests.ide.test_command_lines import OURS, ROOT, said, workspace_of
from valohai_steps.ide.command_line.fixes import argument_fixes
from valohai_steps.ide.findings.code_actions import code_actions
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.model.text import Span, apply_edits
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace

FIXED = {
    "dash-for-underscore": "Rename learning-rate to learning_rate in valohai.yaml",
    "underscore-for-dash": "Rename learning_rate to learning-rate in valohai.yaml",
    "single-dash": "Pass epochs as -epochs={v} in valohai.yaml",
    "renamed-in-python-no-prefix": "Remove parameter batch in valohai.yaml",
    "other-subcommand": "Remove parameter model in valohai.yaml",
    "required-not-passed": "Add parameter model in valohai.yaml",
    "flag-for-a-value": "Declare shuffle as the script takes it in valohai.yaml",
    "float-default-for-int": "Declare n as the script takes it in valohai.yaml",
    "default-not-a-choice": "Declare opt as the script takes it in valohai.yaml",
    "choice-not-a-choice": "Declare opt as the script takes it in valohai.yaml",
    "empty-default-for-int": "Declare n as the script takes it in valohai.yaml",
    "placeholder-forgotten": "Add {parameters} to the command in valohai.yaml",
    "bool-trap-text": "Declare shuffle as the script takes it in valohai.yaml",
    "cannot-be-switched-off": "Declare alias as the script takes it in valohai.yaml",
    "doubled-default": "Declare tag as the script takes it in valohai.yaml",
    "double-wrap": "Use {parameter-value:model} in valohai.yaml",
    "flag-in-front": "Use {parameter-value:lr} in valohai.yaml",
    "flag-in-front-for-click": "Use {parameter-value:lr} in valohai.yaml",
}
CASES = [case for case in cases("drift") if case["id"] in FIXED]


def of(workspace: Workspace, name: str) -> list[str]:
    """The findings of a file that this is about."""
    return [code for code, _ in said(workspace, name) if code in OURS]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_first_fix_settles_it(case: Case) -> None:
    workspace = workspace_of({"valohai.yaml": case["yaml"], "train.py": case["source"]})
    snapshot, yaml = workspace.snapshot, ROOT / "valohai.yaml"
    finding = next(item.finding for item in demand(diagnostics(snapshot, yaml)) if item.finding.code in OURS)
    actions = [each for each in code_actions(snapshot, yaml, finding.span) if each.findings]
    action = next(each for each in actions if each.findings[0].finding.code in OURS)
    assert action.title == FIXED[case["id"]]
    assert not (action.preferred and action.confirm)
    for edits in action.edits:
        text = snapshot.readable_text(edits.path)
        workspace.put(edits.path, apply_edits(text, edits.edits), 1)
    assert of(workspace, "valohai.yaml") == of(workspace, "train.py") == []


def test_python_is_mended_as_well() -> None:
    (case,) = (case for case in CASES if case["id"] == "dash-for-underscore")
    workspace = workspace_of({"valohai.yaml": case["yaml"], "train.py": case["source"]})
    train = ROOT / "train.py"
    finding = next(item.finding for item in demand(diagnostics(workspace.snapshot, train)))
    actions = {each.title: each for each in code_actions(workspace.snapshot, train, finding.span)}
    (edits,) = actions["Accept --learning-rate as well in train.py"].edits
    workspace.put(train, apply_edits(case["source"], edits.edits), 1)
    assert '"--learning_rate", "--learning-rate"' in workspace.snapshot.readable_text(train)
    assert of(workspace, "valohai.yaml") == of(workspace, "train.py") == []


HEAD = "- step:\n    name: train\n    image: x\n    command: python train.py {parameters}\n    parameters:\n"
IN_PYTHON = {
    'Add action="extend", which Python 3.8 has, in train.py': (
        "      - {name: tag, type: string, multiple: repeat, default: [a, b]}\n",
        'parser.add_argument("--tag", nargs="+",)',
        ["--tag=a", "--tag=b"],
        ["a", "b"],
    ),
    "Use argparse.BooleanOptionalAction, which Python 3.9 has, in train.py": (
        '      - {name: tag, type: string, default: "false"}\n',
        'parser.add_argument("--tag", type=bool, default=True)',
        ["--no-tag"],
        False,
    ),
    "Add the argument --tag in train.py": (
        "      - {name: tag, type: integer, default: 3}\n",
        'parser.add_argument("--other")  # the other one',
        ["--tag=3"],
        3,
    ),
    "Add type=int in train.py": (
        "      - {name: tag, type: integer, default: 3}\n",
        'parser.add_argument("--tag", default=3,)',
        ["--tag=3"],
        3,
    ),
}


@pytest.mark.parametrize("title", IN_PYTHON)
def test_a_script_is_mended_in_its_own_words(title: str) -> None:
    parameter, declared, words, value = IN_PYTHON[title]
    script = f"import argparse\nparser = argparse.ArgumentParser()\n{declared}\nargs = parser.parse_args()\n"
    files = {"valohai.yaml": HEAD + parameter, "train.py": script}
    workspace = workspace_of(files)
    (finding, *_) = (item.finding for item in demand(diagnostics(workspace.snapshot, ROOT / "train.py")))
    actions = {each.title: each for each in code_actions(workspace.snapshot, ROOT / "train.py", finding.span)}
    assert title in actions, list(actions)
    for edits in actions[title].edits:
        text = apply_edits(files[edits.path.name], edits.edits)
        workspace.put(edits.path, text, 1)
    assert of(workspace, "valohai.yaml") == of(workspace, "train.py") == []
    read: dict[str, object] = {}
    text = workspace.snapshot.readable_text(ROOT / "train.py").replace("parse_args()", f"parse_args({words})")
    exec(compile(text, "train.py", "exec"), read)  # noqa: S102  # our own script
    assert vars(read["args"])["tag"] == value


def test_false_that_arrives_as_true_is_seen_where_only_the_flag_off_passes_it() -> None:
    parameter = '      - {name: tag, type: flag, pass-true-as: "--tag=true", pass-false-as: "--tag=false"}\n'
    script = "import argparse\nparser = argparse.ArgumentParser()\n"
    script += 'parser.add_argument("--tag", type=bool, default=True)\nargs = parser.parse_args()\n'
    workspace = workspace_of({"valohai.yaml": HEAD + parameter, "train.py": script})
    assert of(workspace, "valohai.yaml") == of(workspace, "train.py") == ["VH136"]


USED = """\
- step:
    name: train
    image: x
    command: python train.py {parameter:learning-rate} {parameters}
    parameters:
      - {name: learning-rate, type: float, default: 0.1}
- step:
    name: other
    image: x
    command: echo {parameter:learning-rate}
    parameters:
      - {name: learning-rate, type: float, default: 0.1}
- task:
    name: sweep
    step: train
    type: grid_search
    parameters:
      - {name: learning-rate, style: multiple, rules: {items: [0.1, 0.2]}}
- pipeline:
    name: flow
    parameters:
      - {name: rate, targets: [fit.parameters.learning-rate]}
    nodes:
      - name: fit
        type: execution
        step: train
        override:
          parameters: [{name: learning-rate, default: 0.3}]
    edges: []
"""


def test_a_rename_reaches_all_that_names_the_parameter_of_the_step() -> None:
    script = "import argparse\nparser = argparse.ArgumentParser()\n"
    script += 'parser.add_argument("--learning_rate", type=float)\nargs = parser.parse_args()\n'
    workspace = workspace_of({"valohai.yaml": USED, "train.py": script})
    yaml = ROOT / "valohai.yaml"
    finding = next(item.finding for item in demand(diagnostics(workspace.snapshot, yaml)))
    actions = {each.title: each for each in code_actions(workspace.snapshot, yaml, finding.span)}
    (edits,) = actions["Rename learning-rate to learning_rate in valohai.yaml"].edits
    after = apply_edits(USED, edits.edits)
    first, _, rest = USED.partition("- step:\n    name: other")
    other, _, last = rest.partition("- task:")
    new = [part.replace("learning-rate", "learning_rate") for part in (first, last)]
    assert after == f"{new[0]}- step:\n    name: other{other}- task:{new[1]}"


@pytest.mark.parametrize("action", ['action="extend", ', ""])
def test_a_default_of_valohai_yaml_goes_only_when_a_person_says_so(action: str) -> None:
    parameter = "      - {name: tag, type: string, multiple: separate, default: [a, b]}\n"
    script = "import argparse\nparser = argparse.ArgumentParser()\n"
    script += f'parser.add_argument("--tag", nargs="+", {action}default=["c"])\nparser.parse_args()\n'
    workspace = workspace_of({"valohai.yaml": HEAD + parameter, "train.py": script})
    snapshot, yaml = workspace.snapshot, ROOT / "valohai.yaml"
    spans = [item.finding.span for item in demand(diagnostics(snapshot, yaml)) if item.finding.code in OURS]
    for each in (action for span in spans for action in code_actions(snapshot, yaml, span)):
        for edits in each.edits:
            if edits.path == yaml and "default: [a, b]" not in apply_edits(HEAD + parameter, edits.edits):
                assert each.confirm
                assert not each.preferred


@pytest.mark.parametrize(
    ("argument", "advice"),
    [
        ('nargs="+", action="extend"', "use multiple: repeat"),
        ('nargs="+"', 'use multiple: repeat and action="extend"'),
        (
            'nargs="+", default=["c"]',
            'use multiple: repeat and action="extend", with the default on one side',
        ),
    ],
)
def test_what_is_advised_for_several_values_settles_it(argument: str, advice: str) -> None:
    parameter = "      - {name: tag, type: string, multiple: separate, default: [a, b]}\n"
    script = (
        f'import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument("--tag", {argument})\n'
    )
    workspace = workspace_of({"valohai.yaml": HEAD + parameter, "train.py": f"{script}parser.parse_args()\n"})
    found = demand(diagnostics(workspace.snapshot, ROOT / "valohai.yaml"))
    (message,) = (each.finding.message for each in found if each.finding.code == "VH136")
    assert message == f"the values of 'tag' arrive as one string; {advice}"
    repeated = parameter.replace("separate", "repeat")
    after = script.replace(', action="extend"', "").replace(', default=["c"]', "")
    after = after.replace('nargs="+"', 'nargs="+", action="extend"')
    workspace = workspace_of({"valohai.yaml": HEAD + repeated, "train.py": f"{after}parser.parse_args()\n"})
    assert of(workspace, "valohai.yaml") == []


def test_a_parameter_that_no_placeholder_passes_is_passed_as_its_neighbours(tmp_path: Path) -> None:
    arguments = (
        "p.add_argument('--seed', type=int, default=1)\np.add_argument('--rows', type=int, default=1)\n"
    )
    (tmp_path / "p.py").write_text(
        f"import argparse\np = argparse.ArgumentParser()\n{arguments}p.parse_args()\n"
    )
    items = "".join(
        f"      - name: {name}\n        type: integer\n        default: 1\n" for name in ("seed", "rows")
    )
    before = "python p.py --seed {parameter-value:seed}"
    text = f"- step:\n    name: a\n    image: i\n    command: {before}\n    parameters:\n{items}"
    yaml = tmp_path / "valohai.yaml"
    yaml.write_text(text)
    place = text.rindex("rows")
    (fix,) = argument_fixes(Workspace([tmp_path]).snapshot, yaml, Span(place, place))
    assert fix.title == "Pass rows to p.py in valohai.yaml"
    after = f"{before} --rows {{parameter-value:rows}}"
    assert apply_edits(text, fix.edits) == text.replace(before, after)
