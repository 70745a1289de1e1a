"""A pipeline follows the files that it imports: edited, saved, and shadowed by a new module."""

from pathlib import Path

import pytest

from valohai_steps.project.readings.pipelines import pipeline_file
from valohai_steps.project.workspace import Workspace

SOURCE = """from valohai import Pipeline
from {} import {}

def main(config):
    pipe = Pipeline(name="nightly", config=config)
    {}
    return pipe
"""
MADE = 'pipe.execution(STEP, "node")'
FORMS = {
    "a value": {"pipeline.py": SOURCE.format("names", "STEP", MADE)},
    "through another": {
        "pipeline.py": SOURCE.format("more", "STEP", MADE),
        "more.py": "from names import STEP\n",
    },
    "in a function": {
        "pipeline.py": SOURCE.format("more", "add", "add(pipe)"),
        "more.py": f"from names import STEP\n\ndef add(pipe):\n    {MADE}\n",
    },
}


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "on disk"])
@pytest.mark.parametrize("form", FORMS)
def test_what_a_pipeline_imports_counts_as_it_is_now(form: str, tmp_path: Path, *, is_open: bool) -> None:
    workspace = Workspace([tmp_path])
    (tmp_path / "names").mkdir()
    for name, text in FORMS[form].items():
        (tmp_path / name).write_text(text)

    def step(name: str, text: str | None) -> str:
        """The step that the node runs once a file has another text; None for one that goes again."""
        path = tmp_path / name
        if text is None:
            path.unlink(missing_ok=True)
            workspace.close(path)
            workspace.refresh([path])
        elif is_open:
            workspace.put(path, text, None)
        else:
            path.write_text(text)
            workspace.refresh([path])
        file = pipeline_file(workspace.snapshot, tmp_path / "pipeline.py")
        assert file is not None
        assert file.pipeline is not None
        return file.pipeline.nodes[0].step

    assert step("names.py", "STEP = 'one'\n") == "one"
    assert step("names.py", "STEP = 'two'\n") == "two"
    assert step("names/__init__.py", "STEP = 'three'\n") == "three"
    assert step("names/__init__.py", None) == "two"
