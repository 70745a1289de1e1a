"""docs/ci.md, held: the lines for GitLab and for a plain job are run, the hooks are there."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import DIFFERENT_YAML, Run, run, source
from valohai_steps.model.rules import RULES

from .conftest import PAGE, ROOT

__all__ = ["run"]
BLOCKS: list[Any] = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
WORKFLOW, PLAIN, GITLAB, PRE_COMMIT = BLOCKS
SEVERITIES = {"info", "minor", "major", "critical", "blocker"}


def shell(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run lines as a job does, where `pip` does nothing and the commands are those of this environment."""
    programs = folder.parent / "programs"
    programs.mkdir(exist_ok=True)
    lines = {"pip": "exit 0", "valohai-steps": f'exec "{sys.executable}" -m valohai_steps "$@"'}
    for name, line in lines.items():
        (programs / name).write_text(f"#!/bin/sh\n{line}\n")
        (programs / name).chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="bash")
def test_the_lines_for_gitlab_leave_a_report_and_fail(checkout: Path) -> None:
    job = GITLAB["valohai-steps"]
    report = checkout / job["artifacts"]["reports"]["codequality"]
    done = shell(checkout, "\n".join(job["script"]))
    assert done.returncode == 1
    assert "+        default: 0.2\n" in done.stdout
    assert {each["check_name"] for each in json.loads(report.read_text())} == {"valohai-steps/out-of-date"}

    (checkout / "valohai.yaml").write_text(DIFFERENT_YAML.replace("0.1", "0.2"))
    assert shell(checkout, "\n".join(job["script"])).returncode == 0
    assert json.loads(report.read_text()) == []

    (checkout / "train.py").write_text("import valohai\nvalohai.inputs('x')\n" + source(lr=0.2))
    assert shell(checkout, "\n".join(job["script"])).returncode == 1  # a warning
    assert len(json.loads(report.read_text())) == 1


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="bash")
def test_the_lines_of_a_plain_job_fail_where_they_should(checkout: Path) -> None:
    codes = [shell(checkout, step["run"]).returncode for step in PLAIN]
    assert codes == [0, 1, 1]


def test_the_workflow_uses_the_action_with_inputs_that_it_has() -> None:
    (step,) = [each for each in WORKFLOW["jobs"]["steps"]["steps"] if "action@" in each["uses"]]
    action = yaml.safe_load((ROOT / "action" / "action.yml").read_text("utf-8"))
    assert set(step["with"]) <= set(action["inputs"])


def test_the_hooks_are_there() -> None:
    hooks = {each["id"] for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    (repository,) = PRE_COMMIT["repos"]
    assert {each["id"] for each in repository["hooks"]} < hooks
    assert all(f"`{name}`" in PAGE or name in PAGE for name in hooks)


def report(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("check", "--output-format", "gitlab").out)
    return found


def test_a_report_is_what_gitlab_reads(run: Run, tmp_path: Path) -> None:
    (tmp_path / "my folder").mkdir()
    (tmp_path / "my folder" / "ü.py").write_text("import valohai\nvalohai.prepare(step=unknown)\n", "utf-8")
    (tmp_path / "train.py").write_text(source(lr=0.2))
    (tmp_path / "valohai.yaml").write_text(DIFFERENT_YAML)
    found = report(run)
    assert {each["severity"] for each in found} == {"major", "minor", "info"}
    for each in found:
        assert set(each) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert each["severity"] in SEVERITIES
        assert re.fullmatch(r"[0-9a-f]{64}", each["fingerprint"])
        assert each["check_name"].removeprefix("valohai-steps/") in {rule.name for rule in RULES.values()}
        assert (tmp_path / each["location"]["path"]).is_file()
        assert not each["location"]["path"].startswith((".", "/"))
        assert 1 <= each["location"]["lines"]["begin"] <= each["location"]["lines"]["end"]
    assert len({each["fingerprint"] for each in found}) == len(found)


def test_a_fingerprint_stays_when_lines_move_and_differs_for_twins(run: Run, tmp_path: Path) -> None:
    read = "print(valohai.parameters('x').value)\n"
    (tmp_path / "train.py").write_text(source(lr=0.2) + read * 2)
    before = {each["fingerprint"]: each["location"]["lines"]["begin"] for each in report(run)}
    text = (tmp_path / "train.py").read_text()
    (tmp_path / "train.py").write_text(f"# one\n# two\n{text}")
    after = {each["fingerprint"]: each["location"]["lines"]["begin"] for each in report(run)}
    assert len(before) == 4
    assert after == {fingerprint: line + 2 for fingerprint, line in before.items()}
