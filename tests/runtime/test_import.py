"""What ``import valohai`` brings in, and what it must not."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import valohai

from .conftest import SOURCE, RunScript

FORBIDDEN = {
    *(
        "argparse",
        "json",
        "urllib",
        "urllib.request",
        "http.client",
        "zipfile",
        "tarfile",
        "logging",
        "typing",
    ),
    *(
        "re",
        "pathlib",
        "dataclasses",
        "inspect",
        "importlib.metadata",
        "difflib",
        "textwrap",
        "fnmatch",
        "glob",
    ),
    *("tempfile", "shutil", "hashlib", "uuid", "warnings", "collections", "enum", "functools", "contextlib"),
}
STARTUP = {"os", "stat", "_stat", "posixpath", "genericpath", "abc", "_abc", "_collections_abc", "errno"}
PREPARE = """
import valohai
valohai.prepare(
    step="t", default_parameters={"a-b": 1, "c": 0.5, "d": True, "e": "x"},
    default_inputs={"f": "g"}
)
assert valohai.parameters("a-b").value == 2
"""


def imported(result: subprocess.CompletedProcess[str]) -> set[str]:
    """The modules in the output of ``python -X importtime``."""
    lines = [line for line in result.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in lines}


def importtime(source: str, tmp_path: Path, *argv: str) -> set[str]:
    script = tmp_path / "train.py"
    script.write_text(source)
    # -S: without site, whose .pth files import what they please.
    result = subprocess.run(
        [sys.executable, "-S", "-X", "importtime", str(script), *argv],
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return imported(result)


def test_import_and_prepare_bring_in_only_what_they_need(tmp_path: Path) -> None:
    bare = importtime("pass", tmp_path)
    argv = ("--a-b=2", "--c=1e-3", "--no-d", "--e=y")
    more = importtime(PREPARE, tmp_path, *argv) - bare
    assert more & FORBIDDEN == set()
    # -S leaves out the modules that site imports in any ordinary start.
    assert {name for name in more if not name.startswith("valohai")} <= STARTUP
    assert len({name for name in more if name.startswith("valohai")}) <= 6


def test_import_alone_reads_one_file(tmp_path: Path) -> None:
    more = importtime("import valohai", tmp_path)
    assert {name for name in more if name.startswith("valohai")} == {"valohai"}


def test_public_names_are_those_of_valohai_utils() -> None:
    names = "Pipeline distributed execution inputs logger output_properties outputs parameters prepare"
    assert valohai.__all__ == [*names.split(), "set_status_detail", "triggers"]
    assert set(valohai.__all__) <= set(dir(valohai))
    for name in dir(valohai):
        assert getattr(valohai, name) is not None or name.startswith("__")


def test_modules_of_valohai_utils_are_there() -> None:
    for name in ("config", "consts", "controller_api", "metadata", "paths", "types", "webhooks"):
        assert isinstance(getattr(valohai, name), ModuleType)
    assert valohai.metadata.logger is valohai.logger


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'valohai' has no attribute 'paramters'"):
        valohai.paramters  # type: ignore[attr-defined]  # noqa: B018  # the look-up is the test


def test_the_distribution_says_who_it_is(run_script: RunScript) -> None:
    result = run_script("import valohai\nprint(valohai.__distribution__, valohai.__version__)\n")
    assert result.stdout == f"valohai-steps-runtime {valohai.__version__}\n"


def test_a_sub_module_does_not_hide_the_function_of_its_name(run_script: RunScript) -> None:
    script = """
import valohai.inputs, valohai.parameters
from valohai.distributed import Distributed
from valohai.inputs import Input
from valohai.outputs import Output, outputs
from valohai import *
assert valohai.inputs is Input is inputs and valohai.outputs is Output and callable(valohai.parameters)
assert type(valohai.distributed) is Distributed and valohai.distributed is distributed
valohai.inputs = 5  # a test's own patch still works
assert valohai.inputs == 5
"""
    result = run_script(script)
    assert (result.returncode, result.stderr) == (0, "")


def test_public_callables_have_a_docstring_and_annotations() -> None:
    for name in valohai.__all__:
        public = getattr(valohai, name)
        assert inspect.getdoc(public)
        members = inspect.getmembers(public if inspect.isclass(public) else type(public), inspect.isfunction)
        for member_name, member in members:
            if name == "Pipeline" or (member_name.startswith("_") and member_name != "__init__"):
                continue
            signature = inspect.signature(member)
            assert signature.return_annotation is not inspect.Signature.empty, (name, member_name)


def test_pipeline_without_its_package_says_what_to_install(run_script: RunScript) -> None:
    script = (
        "import sys\nsys.modules['papi'] = None\nimport valohai\nvalohai.Pipeline(name='x', config=None)\n"
    )
    result = run_script(script)
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert (
        last
        == "ImportError: valohai.Pipeline needs valohai-papi: pip install 'valohai-steps-runtime[pipeline]'"
    )


def test_pipeline_is_papis_when_installed(run_script: RunScript, tmp_path: Path) -> None:
    (tmp_path / "papi.py").write_text("class Papi: pass\n")
    result = run_script("import papi, valohai\nprint(valohai.Pipeline is papi.Papi)\n")
    assert (result.stdout, result.stderr) == ("True\n", "")


def both_installed(folder: Path) -> Path:
    """A site-packages folder as ``pip install valohai-utils valohai-steps-runtime`` leaves it."""
    import shutil

    shutil.copytree(SOURCE / "valohai", folder / "valohai", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "valohai/internals").mkdir()
    (folder / "valohai/internals/__init__.py").touch()
    (folder / "valohai_utils-0.8.0.dist-info").mkdir()
    return folder


def test_beside_valohai_utils_there_is_one_warning(run_script: RunScript, tmp_path: Path) -> None:
    site = both_installed(tmp_path / "site-packages")
    script = "import valohai, valohai.inputs\nvalohai.prepare(step='t')\n"
    result = run_script(script, PYTHONPATH=str(site))
    assert result.returncode == 0
    assert result.stderr.count("valohai-utils and valohai-steps-runtime are both installed here") == 1
    assert "train.py:1: UserWarning" in result.stderr
    assert "pip uninstall -y valohai-utils valohai-steps-runtime" in result.stderr


def test_what_an_uninstalled_valohai_utils_left_is_no_reason_to_warn(
    run_script: RunScript, tmp_path: Path
) -> None:
    site = both_installed(tmp_path / "site-packages")
    (site / "valohai_utils-0.8.0.dist-info").rmdir()
    result = run_script("import valohai\n", PYTHONPATH=str(site))
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.skipif(sys.version_info < (3, 10), reason="Python 3.9 cannot list its standard library")
def test_the_runtime_imports_the_standard_library_only() -> None:
    allowed = {*sys.stdlib_module_names, "valohai", "fsspec", "papi"}
    for path in (SOURCE / "valohai").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            assert {name.partition(".")[0] for name in names} <= allowed, path


def test_the_runtime_runs_nothing_it_reads() -> None:
    for path in (SOURCE / "valohai").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec", "compile"}, path
