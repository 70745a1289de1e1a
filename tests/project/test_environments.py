"""An environment with both distributions of `import valohai` is found without running anything."""

from pathlib import Path

import pytest

from valohai_steps.project.disk.environments import clashing_environments


@pytest.mark.parametrize("packages", ["lib/python3.11/site-packages", "Lib/site-packages"])
def test_both_distributions_clash_and_one_alone_does_not(tmp_path: Path, packages: str) -> None:
    folder = tmp_path / ".venv" / packages
    (folder / "valohai_utils-0.8.0.dist-info").mkdir(parents=True)
    assert clashing_environments((tmp_path,), {}) == []
    (folder / "valohai_steps_runtime-0.1.0.dist-info").mkdir()
    assert clashing_environments((tmp_path,), {}) == [tmp_path / ".venv"]
    assert clashing_environments((), {"VIRTUAL_ENV": str(tmp_path / ".venv")}) == [tmp_path / ".venv"]
