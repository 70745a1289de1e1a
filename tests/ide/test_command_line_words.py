"""Hover on an argument and on its parameter: each tells of the other side."""

from tests.ide.test_command_lines import ROOT, SCRIPT, YAML, workspace_of
from valohai_steps.ide.hover.hover import hover


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
