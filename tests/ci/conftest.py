"""A repository in CI: one step whose default differs from valohai.yaml."""

from pathlib import Path

import pytest

from tests.cli.conftest import DIFFERENT_YAML, source

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The checkout, with a folder whose name has a blank."""
    folder = tmp_path / "checkout"
    (folder / "my steps").mkdir(parents=True)
    (folder / "train.py").write_text(source(lr=0.2))
    (folder / "valohai.yaml").write_text(DIFFERENT_YAML)
    return folder
