"""The GitHub action: its steps are run by bash, with the variables and files that GitHub gives them."""

import json
import os
import re
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from .conftest import PAGE, ROOT

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action" / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
_EXPRESSION = re.compile(r"\$\{\{ (.+?) \}\}")

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(sys.platform == "win32", reason="bash"),
    pytest.mark.xdist_group("ci"),
]


@dataclass
class Job:
    """One run of the action: what each step printed, and how it ended."""

    folder: Path
    inputs: dict[str, str]
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    uploaded: dict[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """What the page of the job shows."""
        path = self.folder.parent / "summary"
        return path.read_text("utf-8") if path.exists() else ""

    def run(self) -> None:
        """Run the steps that have not been run yet."""
        for number, step in enumerate(STEPS):
            name = step.get("id", str(number))
            if name in self.outcomes:
                continue
            if not self._is_wanted(step):
                self.outcomes[name] = "skipped"
            elif "uses" in step:
                self.outcomes[name] = "success"
                self.uploaded = {key: self._filled(value) for key, value in step["with"].items()}
            else:
                self._run(name, step)

    def step(self, name: str) -> None:
        """Run one step alone."""
        (found,) = [step for step in STEPS if step.get("id") == name]
        self._run(name, found)

    def _run(self, name: str, step: dict[str, Any]) -> None:
        scratch = self.folder.parent
        output = scratch / f"output-{name}"
        output.touch()
        # GitHub Docs, "Workflow syntax": how `shell: bash` runs a script.
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={
                **_offline(),
                **{key: self._filled(value) for key, value in step["env"].items()},
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTION_PATH": str(ROOT / "action"),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(scratch / "summary"),
                "GITHUB_WORKSPACE": str(self.folder),
                "RUNNER_TEMP": str(scratch / "temp"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.printed[name] = done.stdout
        self.outcomes[name] = "success" if done.returncode == 0 else "failure"
        pairs = (line.partition("=") for line in output.read_text("utf-8").splitlines())
        self.outputs[name] = {key: value for key, _, value in pairs}

    def _is_wanted(self, step: dict[str, Any]) -> bool:
        condition = step.get("if", "${{ success() }}")
        inside = _EXPRESSION.fullmatch(condition)
        assert inside is not None
        terms = inside[1].split(" && ")
        # Without a word about earlier steps, GitHub runs a step only after successful ones.
        asks = any("cancelled()" in term for term in terms)
        return (asks or "failure" not in self.outcomes.values()) and all(map(self._holds, terms))

    def _holds(self, term: str) -> bool:
        if term in ("!cancelled()", "success()"):
            return True
        name, _, wanted = term.partition(" == ")
        return self._value(name) == wanted.strip("'")

    def _filled(self, text: str) -> str:
        return _EXPRESSION.sub(lambda found: self._value(found[1]), text)

    def _value(self, name: str) -> str:
        match name.split("."):
            case ["inputs", key]:
                return self.inputs[key]
            case ["steps", step, "outputs", key]:
                return self.outputs.get(step, {}).get(key, "")
            case ["steps", step, "outcome"]:
                return self.outcomes[step]
        raise AssertionError(name)


def _offline() -> dict[str, str]:
    """No registry: what is built or imported comes from the environment of the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "PIP_"))}
    packages = sysconfig.get_path("purelib")
    return {
        **kept,
        "PYTHONPATH": packages,
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip's way to say: none
        "PIP_CONFIG_FILE": os.devnull,
        "SETUPTOOLS_USE_DISTUTILS": "stdlib",
    }


def job(checkout: Path, **inputs: str) -> Job:
    """The action, to be run in a checkout."""
    defaults = {name: each["default"] for name, each in ACTION["inputs"].items()}
    (checkout.parent / "temp").mkdir()
    return Job(checkout, {**defaults, "python": sys.executable, **inputs})


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """The first step alone, as it is by default: from this checkout."""
    folder = tmp_path_factory.mktemp("installed") / "checkout"
    folder.mkdir()
    made = job(folder)
    made.step("install")
    assert made.outcomes == {"install": "success"}, made.printed
    return made


def rest_of_job(installed: Job, checkout: Path, **inputs: str) -> Job:
    """All steps behind the first."""
    made = job(checkout, **inputs)
    made.outcomes["install"], made.outputs["install"] = "success", installed.outputs["install"]
    made.run()
    return made


def test_findings_are_annotations_and_the_difference_fails_the_job(installed: Job, checkout: Path) -> None:
    done = rest_of_job(installed, checkout)
    assert done.outcomes == {
        "install": "success",
        "check": "failure",
        "sarif": "skipped",
        "3": "skipped",
        "update": "failure",
    }
    assert "::warning file=train.py,line=3,col=57," in done.printed["check"]
    assert "-        default: 0.1\n+        default: 0.2\n" in done.printed["update"]
    assert "\n::error title=valohai.yaml is out of date::" in done.printed["update"]
    assert "```diff\n--- a/valohai.yaml\n" in done.summary


def test_the_difference_gives_no_command_to_github_and_stays_in_its_fence(
    installed: Job, checkout: Path
) -> None:
    hostile = "    description: |\n      ````\n      ::error title=x::y\n"
    (checkout / "valohai.yaml").write_text((checkout / "valohai.yaml").read_text() + hostile)
    done = rest_of_job(installed, checkout, check="false")
    assert "\n       ::error title=x::y\n" in done.printed["update"]
    assert commands(done.printed["update"]) == ["error title=valohai.yaml is out of date"]
    head, _, rest = done.summary.partition("\n`````diff\n")
    assert head == "### valohai.yaml is out of date"
    assert re.findall(r"^ {0,3}`{5,}$", rest, re.MULTILINE) == ["`````"]
    assert rest.endswith("\n`````\n")


def commands(printed: str) -> list[str]:
    """The commands that GitHub acts on in what a step printed; a line may begin with blanks.

    GitHub Docs, "Workflow commands": none from `::stop-commands::token` to `::token::`.
    """
    found, token = [], None
    for line in printed.splitlines():
        name, _, message = line.strip().removeprefix("::").partition("::")
        if not line.strip().startswith("::"):
            continue
        if token is not None:
            token = None if name == token else token
        elif name == "stop-commands":
            token = message
        else:
            found.append(name)
    assert token is None, printed
    return found


def test_a_repository_in_step_passes_and_uploads_what_there_is(installed: Job, checkout: Path) -> None:
    text = (checkout / "valohai.yaml").read_text()
    (checkout / "valohai.yaml").write_text(text.replace("default: 0.1", "default: 0.2"))
    done = rest_of_job(installed, checkout, sarif="true")
    assert set(done.outcomes.values()) == {"success"}, done.printed
    assert done.summary == ""
    log = json.loads(Path(done.uploaded["sarif_file"]).read_text("utf-8"))
    assert log["version"] == "2.1.0"
    assert log["runs"][0]["results"] == []


def test_what_the_check_finds_is_uploaded_although_it_fails(installed: Job, checkout: Path) -> None:
    done = rest_of_job(installed, checkout, sarif="true", update="false", paths="train.py\nvalohai.yaml")
    assert (done.outcomes["check"], done.outcomes["sarif"]) == ("failure", "success"), done.printed
    log = json.loads(Path(done.uploaded["sarif_file"]).read_text("utf-8"))
    assert {result["ruleId"] for result in log["runs"][0]["results"]} == {"VH202"}
    assert done.outcomes["update"] == "skipped"


def test_a_wheel_can_be_named_and_a_refusal_says_so(checkout: Path, tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w"]
    subprocess.run([*build, str(tmp_path / "wheels"), str(ROOT)], check=True, capture_output=True)
    (wheel,) = (tmp_path / "wheels").glob("*.whl")
    (checkout / "train.py").write_text("import valohai\nvalohai.prepare(step=unknown)\n")
    done = job(checkout, version=str(wheel), check="false")
    done.run()
    assert done.outcomes["install"] == "success", done.printed
    assert done.outcomes["update"] == "failure"
    assert "::error title=valohai.yaml cannot be compared::" in done.printed["update"]
    assert "unknown is not defined in this file" in done.printed["update"]


def test_a_path_is_never_a_word_of_the_shell(installed: Job, checkout: Path) -> None:
    done = rest_of_job(
        installed, checkout, paths="$(touch hacked) `touch hacked`;touch hacked", update="false"
    )
    assert done.outcomes["check"] == "failure"
    assert not list(checkout.rglob("hacked"))


def test_the_action_is_what_github_takes() -> None:
    assert {"name", "description", "inputs", "outputs", "runs"} <= set(ACTION)
    assert ACTION["runs"]["using"] == "composite"
    for name, each in ACTION["inputs"].items():
        assert re.fullmatch(r"[a-z-]+", name)
        assert each["description"]
        assert isinstance(each["default"], str)
    ids = [step["id"] for step in STEPS if "id" in step]
    assert len(ids) == len(set(ids))
    for step in STEPS:
        assert ("run" in step) != ("uses" in step)
        assert "run" not in step or step["shell"] == "bash"
        # An expression in a script would be put into it unquoted: what a person sets comes as a variable.
        assert "${{" not in step.get("run", "")
        assert re.fullmatch(r"[\w./-]+@v\d+", step.get("uses", "a@v1"))
        for text in (*step.get("env", {}).values(), *step.get("with", {}).values(), step.get("if", "")):
            for name in re.findall(r"inputs\.([\w-]+)", text):
                assert name in ACTION["inputs"]
            for name in re.findall(r"steps\.(\w+)", text):
                assert name in ids


def test_the_manual_tells_every_input_with_its_default() -> None:
    rows = re.findall(r"^\| `([a-z]+)` \| .+? \|(?: `([^`]+)`)? \|$", PAGE, re.MULTILINE)
    assert dict(rows) == {name: each["default"] for name, each in ACTION["inputs"].items()}
