"""VH204 and VH205: where an editor tells nothing of the disk, and beside VH203 of the same file."""

from pathlib import Path

import pytest

from valohai_steps.ide.findings import missing_files
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.project.disk.files import demand
from valohai_steps.project.named_files import nearest
from valohai_steps.project.workspace import Workspace


@pytest.mark.parametrize(
    ("lines", "name", "code"),
    [
        ("command: pip install -r requirements.txt", "requirements.txt", "VH205"),
        ("command: python train.py", "train.py", "VH204"),
        ("source-path: lib\n    command: echo", "lib", "VH204"),
    ],
)
def test_a_file_that_has_come_is_seen_at_the_next_edit(
    lines: str, name: str, code: str, tmp_path: Path
) -> None:
    yaml = tmp_path / "valohai.yaml"
    text = f"- step:\n    name: a\n    image: i\n    {lines}\n"
    workspace = Workspace([tmp_path])
    workspace.put(yaml, text, 1)
    assert [each.finding.code for each in demand(diagnostics(workspace.snapshot, yaml))] == [code]
    workspace.put(yaml, text + "# a comment\n", 2)
    assert [each.finding.code for each in demand(diagnostics(workspace.snapshot, yaml))] == [code]
    (tmp_path / name).touch()
    workspace.put(yaml, text, 3)
    assert not demand(diagnostics(workspace.snapshot, yaml))


DECLARING = "import valohai\n\nvalohai.prepare(step='a')\n"


@pytest.mark.parametrize(
    ("command", "others", "message"),
    [
        ("python gone.py", {}, "gone.py is not in this project; did you mean train.py?"),
        (
            "python 'gone x.py' {parameters}",
            {},
            "gone x.py is not in this project; step 'a' is declared in train.py; run that file",
        ),
        (
            "python gone.py",
            {"other.py": DECLARING},
            "gone.py is not in this project; step 'a' is declared in other.py and train.py; run that file",
        ),
        (
            "cd sub && python gone.py",
            {},
            "sub/gone.py is not in this project; step 'a' is declared in train.py; run that file",
        ),
    ],
    ids=["with a fix", "in quotes", "declared twice", "in a folder"],
)
def test_a_file_that_is_gone_is_one_finding_that_says_both(
    tmp_path: Path, command: str, others: dict[str, str], message: str
) -> None:
    found = told(tmp_path, {"train.py": DECLARING, **others}, command)
    assert found == [("VH204", message)]


@pytest.mark.parametrize(
    "command",
    ["cd $X && python gone.py", "cd $X && python train.py", "if [ -d a ]; then cd a; fi; python gone.py"],
)
def test_where_the_folder_is_not_sure_nothing_is_said(tmp_path: Path, command: str) -> None:
    assert told(tmp_path, {"train.py": DECLARING}, command) == []


@pytest.mark.parametrize("quiet", ["ignored", "off"])
@pytest.mark.parametrize(("code", "left"), [("VH203", "VH204"), ("VH204", "VH203")])
def test_when_one_of_both_is_not_told_the_other_is(tmp_path: Path, code: str, left: str, quiet: str) -> None:
    comment = f"  # valohai: ignore[{code}]" if quiet == "ignored" else ""
    rules = {code: "off"} if quiet == "off" else {}
    found = told(tmp_path, {"train.py": DECLARING}, f"python 'gone x.py' {{parameters}}{comment}", rules)
    assert [each for each, _ in found] == [left]


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1]], ids=["growing", "shrinking", "one"])
def test_what_may_be_meant_is_the_same_however_the_file_came_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: list[int]
) -> None:
    monkeypatch.setattr(nearest, "MOST_PAIRS", 6)
    monkeypatch.setattr(missing_files, "MOST_PAIRS", 6)
    for name in ("train.py", "test.py", "infer.py"):
        (tmp_path / name).touch()
    names = ["trian", "tset", "infre"]
    texts = ["".join(STEP.format(name=name) for name in names[: count + 1]) for count in range(3)]
    workspace = Workspace([tmp_path])
    for number, at in enumerate(order):
        assert messages(workspace, texts[at], number) == messages(Workspace([tmp_path]), texts[at], 0)
        meant = [each.rpartition("did you mean ")[2] for each in messages(workspace, texts[at], number)]
        assert ("train.py?" in meant) is (at < 2)


STEP = "- step:\n    name: {name}\n    image: i\n    command: python {name}.py\n"


def messages(workspace: Workspace, text: str, version: int) -> list[str]:
    yaml = workspace.roots[0] / "valohai.yaml"
    workspace.put(yaml, text, version)
    return [each.finding.message for each in demand(diagnostics(workspace.snapshot, yaml))]


def told(
    root: Path, files: dict[str, str], command: str, rules: dict[str, str] | None = None
) -> list[tuple[str, str]]:
    """Code and message of each finding of a valohai.yaml with one step `a`."""
    workspace = Workspace([root])
    workspace.set_overrides({"rules": rules or {}})
    for name, text in files.items():
        (root / name).write_text(text)
        workspace.put(root / name, text, 1)
    workspace.put(root / "valohai.yaml", f"- step:\n    name: a\n    image: i\n    command: {command}\n", 1)
    found = demand(diagnostics(workspace.snapshot, root / "valohai.yaml"))
    return [(each.finding.code, each.finding.message) for each in found]


def test_a_link_that_leads_nowhere_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").symlink_to("gone.txt")
    yaml = tmp_path / "valohai.yaml"
    yaml.write_text("- step:\n    name: a\n    image: i\n    command: pip install -r requirements.txt\n")
    found = demand(diagnostics(Workspace([tmp_path]).snapshot, yaml))
    assert [each.finding.message for each in found if each.finding.code == "VH205"] == [
        "requirements.txt is a link to a file that is not there; create that file or remove the link"
    ]
