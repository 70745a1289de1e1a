"""Hover on an argument and on its parameter: each tells of the other side."""

from tests.ide.test_command_lines import ROOT, SCRIPT, YAML, workspace_of
from valohai_steps.ide.hover.hover import hover
from valohai_steps.ide.inlay_hints import InlayHint, inlay_hints
from valohai_steps.model.text import Span


def test_an_argument_and_its_parameter_tell_of_each_other() -> None:
    yaml = (
        YAML.format(command="python train.py {parameters}")
        .replace("rounds", "epochs")
        .replace(": 3\n", ": 50\n")
    )
    workspace = workspace_of({"valohai.yaml": yaml, "train.py": SCRIPT})
    found = hover(workspace.snapshot, ROOT / "train.py", SCRIPT.index('"--epochs"') + 3)
    assert found is not None
    assert "`--epochs` · integer · default `3`" in found.markdown
    assert "step `train`: parameter `epochs`, default `50`" in found.markdown
    found = hover(workspace.snapshot, ROOT / "valohai.yaml", yaml.index("epochs"))
    assert found is not None
    assert "`train.py` takes it as `--epochs` · integer · default `3`" in found.markdown


def test_a_default_that_is_another_one_in_the_yaml_is_shown_behind_it() -> None:
    yaml = YAML.format(command="python train.py {parameters}").replace("rounds", "epochs")
    workspace = workspace_of({"valohai.yaml": yaml.replace(": 3\n", ": 50\n"), "train.py": SCRIPT})
    whole, place = Span(0, len(SCRIPT)), SCRIPT.index("default=3") + len("default=3")
    assert list(inlay_hints(workspace.snapshot, ROOT / "train.py", whole)) == [
        InlayHint(place, "valohai.yaml: 50")
    ]
    workspace.put(ROOT / "valohai.yaml", yaml, 1)
    assert list(inlay_hints(workspace.snapshot, ROOT / "train.py", whole)) == []


def test_a_parameter_that_passes_only_the_beginning_of_a_flag_is_shown() -> None:
    """argparse takes it, so that nothing fails; nobody would see that the two belong together."""
    yaml = YAML.format(command="python train.py {parameters}").replace("rounds", "epo")
    workspace = workspace_of({"valohai.yaml": yaml, "train.py": SCRIPT})
    place = SCRIPT.index('"--epochs"') + len('"--epochs"')
    hints = inlay_hints(workspace.snapshot, ROOT / "train.py", Span(0, len(SCRIPT)))
    assert list(hints) == [InlayHint(place, "valohai.yaml: --epo")]
    found = hover(workspace.snapshot, ROOT / "train.py", place - 3)
    assert found is not None
    assert "parameter `epo`, default `3`, as `--epo`: only the beginning of `--epochs`" in found.markdown
    found = hover(workspace.snapshot, ROOT / "valohai.yaml", yaml.index("epo"))
    assert found is not None
    assert "as `--epo`: only the beginning of `--epochs`" in found.markdown
