"""The hooks of .pre-commit-hooks.yaml, run by pre-commit itself in a repository of somebody else."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from .conftest import source

ROOT = Path(__file__).parents[2]
PRE_COMMIT = Path.home() / ".cache" / "valohai-steps" / "pre-commit"
CONSTRAINTS = ROOT / "constraints" / "pre-commit.txt"

pytestmark = [
    pytest.mark.vendor,
    pytest.mark.xdist_group("pre-commit"),
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="pre-commit clones our repository: git clone it"),
]

CONFIGURATION = """\
repos:
  - repo: {tool}
    rev: {commit}
    hooks:
      - id: valohai-steps
      - id: valohai-steps-check
      - id: valohai-steps-update
        stages: [manual]
"""


@dataclass
class Repository:
    """A repository whose commits are guarded by our hooks."""

    folder: Path
    program: Path
    environment: dict[str, str]

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("git", "-c", "user.name=a", "-c", "user.email=a@host.example", *arguments)

    def hook(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run(str(self.program), "run", name, "--all-files", *arguments)

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def program() -> Path:
    """pre-commit, in its own environment."""
    stamp = PRE_COMMIT / ".ready"
    wanted = CONSTRAINTS.read_text("utf-8")
    if not stamp.exists() or stamp.read_text("utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", str(PRE_COMMIT)], check=True)
        install = ["-m", "pip", "--disable-pip-version-check", "install", "-q", "-c", str(CONSTRAINTS)]
        python = PRE_COMMIT / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        subprocess.run([str(python), *install, "pre-commit"], check=True)
        stamp.write_text(wanted, "utf-8")
    return PRE_COMMIT / ("Scripts" if sys.platform == "win32" else "bin") / "pre-commit"


@pytest.fixture
def repository(program: Path, tmp_path: Path) -> Repository:
    """A git repository with one step, our hooks installed from the commit that is being tested."""
    tool, folder = tmp_path / "tool.git", tmp_path / "project"
    subprocess.run(["git", "clone", "-q", "--bare", str(ROOT), str(tool)], check=True)
    head = ["git", "-C", str(tool), "rev-parse", "HEAD"]
    commit = subprocess.run(head, capture_output=True, text=True, check=True).stdout.strip()
    folder.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON"))}
    made = Repository(folder, program, {**kept, "PRE_COMMIT_HOME": str(tmp_path / "cache")})
    made.git("init", "-q")
    configuration = CONFIGURATION.format(tool=tool.as_posix(), commit=commit)
    (folder / ".pre-commit-config.yaml").write_text(configuration)
    (folder / "train.py").write_text(source(lr=0.1))
    made.git("add", ".")
    return made


def test_the_hooks_guard_a_commit(repository: Repository) -> None:
    behind = repository.hook("valohai-steps")
    assert behind.returncode == 1, behind.stdout
    assert "+- step:\n+    name: train\n" in behind.stdout
    assert "valohai.yaml: would be created: 1 step added" in behind.stdout

    wrote = repository.hook("valohai-steps-update", "--hook-stage", "manual")
    assert "valohai.yaml: created: 1 step added" in wrote.stdout
    repository.git("add", ".")
    assert repository.hook("valohai-steps-update", "--hook-stage", "manual").returncode == 0
    assert repository.hook("valohai-steps").returncode == 0
    assert repository.hook("valohai-steps-check").returncode == 0

    installed = subprocess.run(
        [str(repository.program), "install"],
        cwd=repository.folder,
        env=repository.environment,
        capture_output=True,
        check=False,
    )
    assert installed.returncode == 0
    assert repository.git("commit", "-q", "-m", "in step").returncode == 0

    (repository.folder / "train.py").write_text(source(lr=0.2))
    refused = repository.git("commit", "-q", "-a", "-m", "out of step")
    assert refused.returncode == 1
    assert "-        default: 0.1\n+        default: 0.2\n" in refused.stdout
    assert "train.py:3:57: VH202 warning: default of parameter 'lr' is 0.2 here" in refused.stdout
    assert repository.git("log", "--format=%s").stdout == "in step\n"

    updated = repository.hook("valohai-steps-update", "--hook-stage", "manual")
    assert updated.returncode == 1
    assert "files were modified by this hook" in updated.stdout
    assert "valohai.yaml: updated: changed lr" in updated.stdout
    assert repository.git("commit", "-q", "-a", "-m", "in step again").returncode == 0
