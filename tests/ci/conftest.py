"""A repository in CI: one step whose default differs from valohai.yaml."""

from pathlib import Path

import pytest

from tests.cli.conftest import source

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")
YAML = """\
- step:
    name: train
    image: python:3.11-slim
    command: python ./train.py {parameters}
    parameters:
      - name: lr
        type: float
        default: 0.1
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The checkout, with a folder whose name has a blank."""
    folder = tmp_path / "checkout"
    (folder / "my steps").mkdir(parents=True)
    (folder / "train.py").write_text(source(lr=0.2))
    (folder / "valohai.yaml").write_text(YAML)
    return folder
