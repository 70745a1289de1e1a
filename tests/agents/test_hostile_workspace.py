"""What a workspace names, and what an agent says, reaches nothing outside of the workspace."""

import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.agents.conftest import agent, ask, text_of, write
from tests.cli.conftest import source
from tests.cli.test_hostile_repository import LINKS, SETTINGS, home, outside, settle
from valohai_steps.agents.answer import ToolError
from valohai_steps.agents.tools import TOOLS
from valohai_steps.project.disk.files import FileError

__all__ = ["home"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links")

STEP = "- step: {name: train, image: python, command: python train.py}\n"
PATHS = [
    "..",
    "../x.py",
    "{home}/.bashrc",
    "{home}",
    "link.py",
    "folder",
    "folder/x.py",
    ".git",
    ".git/x.py",
    "a\0b",
    "a\ud800b",
    "n" * 300,
]


def everything(folder: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()
    }


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_hostile_setting_makes_no_tool_write_outside(setting: str, home: Path) -> None:
    clone = home / "clone"
    for name, target in LINKS.items():
        (clone / name).symlink_to(target)
    settle(home, 'image = "python"', setting.replace("{home}", str(home)))
    before = everything(home)
    for tool in TOOLS:
        arguments = {"explain_rule": {"code": "VH202"}, "describe_step": {"step": "train"}}.get(tool, {})
        try:
            ask(clone, tool, **arguments)
        except (ToolError, FileError) as error:
            assert tool in ("graph", "update", "preview_update"), str(error)  # noqa: PT017  # only some tools refuse
        else:
            assert tool not in ("update", "preview_update")
    assert everything(home) == before


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("tool", ["check", "preview_update", "update", "describe_step", "graph"])
def test_a_path_that_leads_outside_is_refused(tool: str, name: str, home: Path) -> None:
    clone = home / "clone"
    for file in (home / "x.py", clone / ".git" / "x.py"):
        file.write_text(source("outside", lr=0.1))
    (clone / "link.py").symlink_to(home / "x.py")
    (clone / "folder").symlink_to(home)
    before = everything(home)
    path = name.replace("{home}", str(home))
    arguments = {"paths": [path]} if tool in ("check", "preview_update", "update") else {"path": path}
    with pytest.raises(ToolError, match=r"outside of the workspace \(|is not a path"):
        ask(clone, tool, **arguments, **({"step": "train"} if tool == "describe_step" else {}))
    assert everything(home) == before


@pytest.mark.parametrize("target", ["../steps.yaml", "../.bashrc", ".git/config", "../not-there.yaml"])
def test_a_valohai_yaml_that_is_a_link_to_the_outside_is_neither_written_nor_shown(
    target: str, home: Path
) -> None:
    clone = home / "clone"
    (clone / ".git" / "config").write_text("# git's\n")
    (home / "steps.yaml").write_text("- step: {name: secret, image: python, command: hidden}\n")
    (clone / "valohai.yaml").symlink_to(target)
    before = everything(home)
    with pytest.raises((ToolError, FileError), match=r"outside of|a link to .+, which is not there"):
        ask(clone, "update")
    with pytest.raises(ToolError, match="no step 'secret'"):
        ask(clone, "describe_step", step="secret")
    assert everything(home) == before


def test_a_valohai_yaml_above_the_workspace_is_left_alone(home: Path) -> None:
    """The command line in `sub` writes it, for a person; an agent was given `sub` and nothing above."""
    clone = home / "clone"
    write(clone, {"valohai.yaml": STEP, "sub/train.py": source("inner", lr=0.1)})
    before = everything(home)
    with pytest.raises(ToolError, match="outside of the workspace"):
        ask(clone / "sub", "update")
    assert everything(home) == before


@pytest.mark.parametrize("tool", ["check", "describe_step", "preview_update"])
def test_of_a_valohai_yaml_above_the_workspace_nothing_is_told(tool: str, home: Path) -> None:
    """Neither its values, nor that there is no step: the answer names the file that is in the way."""
    clone = home / "clone"
    hidden = STEP.replace("train.py", "train.py, parameters: [{name: lr, type: float, default: 7.25}]")
    write(clone, {"valohai.yaml": hidden, "sub/train.py": source(lr=0.1)})
    with pytest.raises((ToolError, FileError), match="outside of the workspace") as refused:
        ask(clone / "sub", tool, **({"step": "train"} if tool == "describe_step" else {}))
    assert str(clone / "valohai.yaml") in str(refused.value)
    assert "7.25" not in str(refused.value)


@pytest.mark.parametrize("script", ["../hidden.py", "link.py", "folder/hidden.py", "../clone/../hidden.py"])
@pytest.mark.parametrize("inner", ["", "sub"])
def test_a_command_makes_no_tool_read_outside(script: str, inner: str, home: Path) -> None:
    """Also of a folder inside of a repository: an agent was given that folder, and nothing above."""
    root = home / "clone" / inner
    parser = (
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('--secret', default='topsecret')\n"
    )
    write(root.parent, {"hidden.py": parser + "p.parse_args()\n"})
    write(root, {"valohai.yaml": STEP.replace("train.py", f"{script} --none"), "train.py": source("other")})
    (root / "link.py").symlink_to(root.parent / "hidden.py")
    (root / "folder").symlink_to(root.parent)
    told = [ask(root, "describe_step", step="train"), ask(root, "check")]
    assert "secret" not in repr(told)
    assert "VH131" not in repr(told)


def test_a_module_outside_is_not_read(home: Path) -> None:
    clone = home / "clone"
    train = (
        'import valohai\nfrom link import LR\nvalohai.prepare(step="train", default_parameters={"lr": LR})\n'
    )
    write(clone, {"train.py": train})
    write(home, {"hidden.py": "LR = 7.25\n"})
    (clone / "link.py").symlink_to(home / "hidden.py")
    content, text = ask(clone, "describe_step", step="train")
    assert not content["in_python"][0]["complete"]
    assert "7.25" not in repr(content) + text


def test_a_folder_of_links_is_looked_through_without_what_they_lead_to(home: Path) -> None:
    clone = home / "clone"
    (home / "x.py").write_text(source("outside", lr=0.1))
    (clone / "link.py").symlink_to(home / "x.py")
    (clone / "folder").symlink_to(home)
    content, _ = ask(clone, "update")
    assert [each["summary"] for each in content["written"]] == ["1 step added", "added valohai-utils"]
    assert "outside" not in (clone / "valohai.yaml").read_text()


OUTSIDE = {
    "a module": ({"cfg.py": "cfg.py"}, "cfg"),
    "a package": ({"cfg": "."}, "cfg.cfg"),
    "a folder": ({"d": "."}, "d.cfg"),
    "a file of a package": ({"p/cfg.py": "cfg.py"}, "p.cfg"),
    "in front of one inside": ({"cfg.py": "cfg.py"}, "cfg"),
}


@pytest.mark.parametrize("kind", OUTSIDE)
@pytest.mark.parametrize("script", ["prepare", "argparse"])
def test_no_import_of_a_workspace_shows_or_writes_a_value_from_outside(
    kind: str, script: str, home: Path
) -> None:
    links, module = OUTSIDE[kind]
    clone, away = home / "clone", home / "away"
    write(away, {"cfg.py": 'B = "SECRETVALUE"\n', "__init__.py": ""})
    write(clone, {"p/__init__.py": "", "src/cfg.py": 'B = "INSIDE"\n'})
    for name, target in links.items():
        (clone / name).symlink_to(away / target)
    declared = (
        "valohai.prepare(step='train', default_parameters={'a': B})\n"
        if script == "prepare"
        else "import argparse\np = argparse.ArgumentParser()\n"
        "p.add_argument('--a', default=B)\np.parse_args()\n"
    )
    write(clone, {"train.py": f"import valohai\nfrom {module} import B\n{declared}", "valohai.yaml": STEP})
    for tool in ("preview_update", "describe_step", "check", "update"):
        try:
            content, text = ask(clone, tool, **({"step": "train"} if tool == "describe_step" else {}))
        except (ToolError, FileError) as error:
            content, text = {}, str(error)
        assert not {word for word in ("SECRETVALUE", "INSIDE") if word in f"{content}{text}"}
    assert not any(b"SECRETVALUE" in found for path, found in everything(clone).items())


def test_an_import_through_a_link_within_the_repository_is_read(home: Path) -> None:
    clone = home / "clone"
    write(clone, {"shared/cfg.py": "B = 0.25\n"})
    (clone / "cfg.py").symlink_to("shared/cfg.py")
    step = "valohai.prepare(step='train', default_parameters={'a': B})\n"
    write(clone, {"train.py": f"import valohai\nfrom cfg import B\n{step}"})
    assert "0.25" in ask(clone, "describe_step", step="train")[1]


@pytest.mark.parametrize("name", ["loop.py", "a/valohai.yaml", "loop.ipynb", "folder"])
@pytest.mark.parametrize("tool", ["check", "preview_update", "update"])
def test_a_link_that_leads_to_itself_is_passed_over(tool: str, name: str, home: Path) -> None:
    clone = home / "clone"
    write(clone, {"train.py": source("train", lr=0.1), "a/x.txt": ""})
    (clone / name).symlink_to(Path(name).name)
    content, _ = ask(clone, tool)
    assert content
    assert ask(clone, tool, paths=[f"{name}/.."])[0]


def test_a_second_workspace_folder_may_be_written_and_a_third_may_not(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        write(tmp_path / name, {"train.py": source(name, lr=0.1)})
    roots = [tmp_path / "one", tmp_path / "two"]
    content, _ = ask(roots, "update")
    assert sorted(Path(each["path"]).name for each in content["written"]) == sorted(
        ["valohai.yaml", "requirements.txt"] * 2
    )
    with pytest.raises(ToolError, match="outside of the workspace"):
        ask(roots, "update", paths=[str(tmp_path / "three")])
    assert not (tmp_path / "three" / "valohai.yaml").exists()


@pytest.mark.asyncio
@pytest.mark.process
@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_over_the_protocol_it_is_refused_as_well(mode: str, home: Path) -> None:
    settle(home, 'yaml = "../steps.yaml"')
    before = everything(home)
    async with agent(home / "clone", roots=[home / "clone"], mode=mode, errors=home.parent / "log") as client:
        refused = await client.call_tool("update", {})
        away = await client.call_tool("update", {"paths": [str(home / "x.py")]})
    assert (refused.is_error, away.is_error) == (True, True)
    assert "outside of this project" in text_of(refused)
    assert "outside of the workspace" in text_of(away)
    assert everything(home) == before
    assert outside(home)


PARSER = (
    "import argparse\np = argparse.ArgumentParser()\np.add_argument('--lr', default=0.1)\np.parse_args()\n"
)
ADDED = {"paths": ["script.py"], "add": ["all"]}


@pytest.mark.parametrize("tool", ["update", "preview_update"])
@pytest.mark.parametrize("setting", [each for each in SETTINGS if each.startswith("yaml")])
def test_arguments_of_a_script_are_added_to_no_file_outside(tool: str, setting: str, home: Path) -> None:
    """A script without prepare() is written by another way than a step."""
    clone = home / "clone"
    for name, target in LINKS.items():
        (clone / name).symlink_to(target)
    write(clone, {"script.py": PARSER, "train.py": ""})
    (home / "steps.yaml").write_text(STEP.replace("train.py", "script.py"))
    settle(home, 'image = "python"', setting.replace("{home}", str(home)))
    before = everything(home)
    with pytest.raises(ToolError, match=r"^pyproject\.toml:5:1: 'yaml' "):
        ask(clone, tool, **ADDED)
    assert everything(home) == before


@pytest.mark.parametrize("target", ["../steps.yaml", "../not-there.yaml", ".git/config"])
def test_arguments_of_a_script_are_added_to_no_link(target: str, home: Path) -> None:
    clone = home / "clone"
    write(clone, {"script.py": PARSER, ".git/config": "# git's\n"})
    (home / "steps.yaml").write_text(STEP.replace("train.py", "script.py"))
    (clone / "valohai.yaml").symlink_to(target)
    assert unchanged_outside(home, "update", **ADDED)
    assert (clone / "valohai.yaml").is_symlink()


@pytest.mark.parametrize("target", ["../requirements.txt", "../.bashrc", "../new.txt", ".git/config"])
def test_requirements_that_are_a_link_to_the_outside_are_not_written(target: str, home: Path) -> None:
    clone = home / "clone"
    write(clone, {".git/config": "# git's\n"})
    (clone / "requirements.txt").symlink_to(target)
    assert unchanged_outside(home, "update")
    assert (clone / "requirements.txt").is_symlink()


def unchanged_outside(home: Path, tool: str, **arguments: object) -> bool:
    """Whether a tool, refused or not, leaves all files around the clone and those of git as they are."""
    before = outside(home)
    with suppress(ToolError, FileError):
        ask(home / "clone", tool, **arguments)
    return outside(home) == before
