"""Settings are read with a word for each that cannot be used."""

import pytest

from valohai_steps.model.rules import Severity
from valohai_steps.project.settings.settings import Settings, merge_settings, read_pyproject


def test_every_setting_is_read() -> None:
    text = """
        [tool.valohai-steps]
        yaml = "ml/valohai.yaml"
        requirements = false
        runtime = "valohai-steps-runtime"
        rules = { VH113 = "off", out-of-date = "error" }
        exclude = ["old/"]
        image = "acme/train"
    """
    settings, problems = read_pyproject(text)
    assert problems == ()
    assert settings == Settings(
        yaml="ml/valohai.yaml",
        requirements=False,
        runtime="valohai-steps-runtime",
        rules={"VH113": None, "VH202": Severity.ERROR},
        exclude=("old/",),
        image="acme/train",
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('imag = "x"', "unknown setting 'imag' (did you mean 'image'?); it is ignored"),
        ("yaml = 3", "'yaml' must be a path, not a number; it is ignored"),
        ("exclude = [1]", "'exclude' must be a list of globs, not a list; it is ignored"),
        ('rules = { VH2002 = "off" }', "unknown rule 'VH2002' (did you mean 'VH202'?); it is ignored"),
        ('rules = { VH202 = "of" }', "unknown severity 'of' for VH202 (did you mean 'off'?); it is ignored"),
    ],
)
def test_what_cannot_be_used_is_reported_and_ignored(line: str, problem: str) -> None:
    settings, problems = read_pyproject(f"[tool.valohai-steps]\n{line}")
    assert problems == (f"[tool.valohai-steps]: {problem}",)
    assert settings == Settings()


@pytest.mark.parametrize(
    "name", ["valohai_steps", "valohai-step", "Valohai-Steps", '"valohai.steps"', "valohaisteps"]
)
def test_a_table_that_was_meant_to_be_ours_is_named(name: str) -> None:
    settings, problems = read_pyproject(f'[tool.{name}]\nyaml = "a.yaml"')
    hint = "(did you mean [tool.valohai-steps]?); it is ignored"
    assert problems == (f"unknown table [tool.{name.strip(chr(34))}] {hint}",)
    assert settings == Settings()


@pytest.mark.parametrize("name", ["valohai", "valohai-utils", "ruff"])
def test_the_tables_of_other_tools_are_theirs(name: str) -> None:
    assert read_pyproject(f"[tool.{name}]\nyaml = 3") == (Settings(), ())


@pytest.mark.parametrize("text", ["[tool", "tool = 3", "tool.valohai-steps = 3"])
def test_a_broken_pyproject_is_one_sentence(text: str) -> None:
    settings, problems = read_pyproject(text)
    assert (settings, len(problems)) == (Settings(), 1)


def test_the_editor_overrides_the_project() -> None:
    base = Settings(image="project", runtime="project")
    merged, problems = merge_settings(base, {"image": "editor", "yaml": "", "requirements": None}, "editor")
    assert (merged, problems) == (Settings(image="editor", runtime="project"), ())
