"""The one session that every editor goes through, and the reports of the drivers that go through it.

A driver is started once; it writes a line for each state that it reached, `STATE {"state": ..., "ok": ...,
"said": ...}`, and each state is then a test of its own.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROJECTS = HERE.parent / "fixtures" / "editors"
SCENARIO = HERE / "scenario.json"
EDITORS = Path(os.environ.get("VALOHAI_STEPS_EDITORS", "~/.cache/valohai-steps")).expanduser()
ARTIFACTS = ROOT / "artifacts"


@dataclass(frozen=True, slots=True)
class Report:
    """What a driver found: for each state None when it holds, else what it said; and all that it printed."""

    states: Mapping[str, str | None]
    output: str

    def check(self, state: str) -> None:
        """Fail with the driver's words and logs unless the state was reached and holds."""
        if state not in self.states:
            reason = "an earlier state failed" if self.states else self.output
            pytest.fail(f"not reached: {state}\n{reason}", pytrace=False)
        if (said := self.states[state]) is not None:
            pytest.fail(f"{said}\n{self.output}", pytrace=False)


def states(editor: str) -> list[Any]:
    """The states of the scenario for one editor, as parameters of a test.

    Those that wait for a feature, and those that this editor has no part in, are skipped and say why.
    """
    found = [
        state
        for state in json.loads(SCENARIO.read_text("utf-8"))["states"]
        if state.get("only", editor) == editor
    ]
    return [
        pytest.param(state["name"], id=state["name"], marks=[pytest.mark.skip(reason=why)] if why else [])
        for state in found
        for why in [state.get("pending") or state.get("except", {}).get(editor)]
    ]


def lay_out(folder: Path) -> Path:
    """The projects of the scenario, in a new folder of that name; each is a workspace of its own.

    That is what `.git` says to Neovim and Emacs: nothing above it belongs to the project.
    """
    shutil.copytree(PROJECTS, folder)
    for project in folder.iterdir():
        (project / ".git").mkdir()
    return folder


def need(*programs: Path, made_by: str = "make editors") -> None:
    """Skip unless the files that a test drives are there; where CI runs, they must be."""
    missing = [str(program) for program in programs if not program.exists()]
    if missing:
        assert os.environ.get("CI") != "true", f"CI must have {missing}; `{made_by}` makes them"
        pytest.skip(f"`{made_by}` makes what is missing: {', '.join(missing)}")


def drive(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str], logs: Sequence[Path] = ()
) -> Report:
    """Run a driver in `folder` to its end; the `logs` that it left are shown with what it printed."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=1200,
        check=False,
    )
    found: dict[str, str | None] = {}
    for line in done.stdout.splitlines():
        if line.startswith("STATE "):
            report = json.loads(line.removeprefix("STATE "))
            found[report["state"]] = None if report["ok"] else report["said"]
    texts = [log.read_text("utf-8", "replace")[-8000:] for log in logs if log.exists()]
    output = "\n".join([f"exit code {done.returncode}", done.stdout, done.stderr, *texts])
    return Report(found, output)
