"""The same scripts under this runtime and under valohai-utils: equal results, but for a list of named differences.

A row is what ``prepare()`` gets, the command line, the files in place, and what is read. A row with a reason is a
named difference: the results must differ, and ours must be the one stated.
"""

# ruff: noqa: E501
# A row of a table is one line.

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from valohai_steps.model.runtime_members import MODULE, VENDOR_MODULES

from .conftest import SOURCE

VENDOR = Path(
    os.environ.get("VALOHAI_STEPS_VENDOR_PYTHON") or Path.home() / ".cache/valohai-steps/vendor/bin/python"
)
pytestmark = pytest.mark.vendor
X = "valohai.parameters('x').value"
PATHS = "[p.replace(os.sep, '/') for p in valohai.inputs('data').paths()]"


@dataclass(frozen=True)
class Row:
    name: str
    prepare: dict[str, Any] | None = None
    argv: tuple[str, ...] = ()
    reads: tuple[str, ...] = (X,)
    files: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    differs: str = ""
    ours: Any = None


def parameter(default: Any, *argv: str, differs: str = "", ours: Any = None, **files: str) -> Row:
    """One parameter ``x`` with ``default``."""
    contents = {f".valohai/config/{name}.json": content for name, content in files.items()}
    name = f"x={default!r} {' '.join(argv)} {' '.join(files.values())}".strip()
    return Row(name, {"default_parameters": {"x": default}}, argv, (X,), contents, differs=differs, ours=ours)


def dashed(default: Any, *argv: str, differs: str = "", ours: Any = None) -> Row:
    """One parameter ``learning-rate`` with ``default``."""
    read = ("valohai.parameters('learning-rate').value",)
    name = f"learning-rate={default!r} {' '.join(argv)}"
    return Row(
        name, {"default_parameters": {"learning-rate": default}}, argv, read, differs=differs, ours=ours
    )


def data(
    default: Any, *argv: str, reads: tuple[str, ...] = (PATHS,), differs: str = "", ours: Any = None
) -> Row:
    """One input ``data`` with ``default``, over a small tree of files."""
    files = {"a.csv": "a", "b.csv": "b", "sub/c.csv": "c", "d.zip": "m.txt sub/n.txt", "e+f.txt": "e"}
    name = f"data={default!r} {' '.join(argv)} {reads if reads != (PATHS,) else ''}".strip()
    return Row(name, {"default_inputs": {"data": default}}, argv, reads, files, differs=differs, ours=ours)


def logged(*calls: str) -> str:
    """An expression that logs and flushes one batch."""
    return f"(lambda logger: ({' '.join(f'logger.log({call}),' for call in calls)} logger.flush()))(valohai.logger()) and 0"


DASH = "a name with a dash loses its value: argparse stores it with an underscore, and it is looked up with a dash"
FALSE = "every word but `false` is true"
TYPED = "the values of a list stay text, whatever the type of its default"
LAST = "a repeated list flag keeps the last values only"
NONE = "a parameter whose default is None cannot be overridden: NoneType is called with the text"
NESTED = "a nested definition's type is not looked at"
WHOLE = "a configuration file replaces all defaults, so a parameter that it lacks is lost"
MISSING = "a missing path is passed over in silence"
SILENT = "a limit or a choice is not checked"
ARCHIVE = "the manual promises .tar.gz; its ending is looked up as .gz"
EATEN = "an empty file in an archive fails an assertion"
PATTERN = "a path filter is compiled as a regular expression, in which + and . are no text, and only its start counts"

ROWS: list[Row] = [
    # defaults
    *[parameter(default) for default in (1, 0.5, True, False, "", "a", None, [], [1, 2], (1, 2))],
    parameter({"default": 5}),
    parameter({"default": 0.5, "min": 0, "max": 1}),
    # overrides on which both agree
    parameter(1, "--x=2"),
    parameter(1, "--x", "2"),
    parameter(1, "--x", "-2"),
    parameter(0.5, "--x=2"),
    parameter(0.5, "--x=1e-5"),
    parameter(0.5, "--x=inf"),
    parameter("a", "--x=b c"),
    parameter("a", "--x="),
    parameter("a", "--x=2"),
    parameter(False, "--x"),
    parameter(False, "--x=true"),
    parameter(True, "--x=false"),
    parameter(True, "--x", "false"),
    parameter(1, "--x=2", "--x=3"),
    parameter(["a"], "--x=b,c"),
    parameter({"default": "a"}, "--x=b"),
    parameter(1, "--x=abc"),
    parameter(1, "--x=0.5"),
    parameter(0.5, "--x=abc"),
    parameter(1, "--x"),
    parameter(1, "--y=2"),
    parameter(1, "y"),
    # parameters.json
    parameter(1, parameters='{"x": 5}'),
    parameter(1, "--x=7", parameters='{"x": 5}'),
    parameter(None, parameters='{"x": "text"}'),
    parameter("a", parameters='{"x": null}'),
    Row("no prepare", None, ("--y=9",), (X, "valohai.parameters('y').value"), {".valohai/config/parameters.json": '{"x": 1, "y": 2}'}),
    Row("no prepare, nothing", None, (), (X, "valohai.parameters('x', default=5).value", PATHS)),
    # inputs
    data("a.csv"),
    data("*.csv", reads=("sorted(valohai.inputs('data').paths())",)),
    data(["a.csv", "b.csv"]),
    data("a.csv", "--data=b.csv"),
    data("a.csv", "--data", "b.csv", "sub/c.csv"),
    data({"default": "a.csv"}),
    data([]),
    data("d.zip", reads=("[os.path.basename(p) for p in valohai.inputs('data').paths()]",)),
    data("d.zip", reads=("valohai.inputs('data').path(process_archives=False)",)),
    data("d.zip", reads=("[f.read() for f in valohai.inputs('data').streams()]",)),
    data("d.zip", reads=("os.path.basename(valohai.inputs('data').path('sub/*'))", "valohai.inputs('data').path('z*')")),
    data("*.csv", reads=("valohai.inputs('data').path('b*')", "valohai.inputs('data').path('z*', default='mine')")),
    data("a.csv", reads=("valohai.inputs('data').dir_path()", "valohai.inputs('data').stream().read()")),
    data([], reads=("valohai.inputs('data').path()", "valohai.inputs('data').path(default='mine')", "list(valohai.inputs('data').paths(default=['y']))")),
    Row(
        "inputs.json",
        {"default_inputs": {"data": "default.csv"}},
        (),
        (PATHS, "valohai.inputs('data').path('b*')"),
        {"in/a.csv": "", "in/b.csv": "", "config/inputs.json": '{"data": {"files": [{"name": "b.csv", "path": "in/b.csv"}, {"name": "a.csv", "path": "in/a.csv"}]}}'},
        {"VH_CONFIG_DIR": "config", "VH_JOB_ID": "1"},
    ),
    # outputs
    Row(
        "output paths on Valohai",
        {},
        (),
        ("valohai.outputs().path('a', makedirs=False)", "valohai.outputs('x').path('s/a', makedirs=False)", "valohai.outputs('x').dir_path"),
        environment={"VH_JOB_ID": "1"},
    ),
    Row(
        "compress",
        {},
        (),
        (
            "pathlib.Path(valohai.outputs('x').path('a.txt')).write_text('a')",
            "pathlib.Path(valohai.outputs('x').path('b.txt')).write_text('b')",
            "os.path.basename(valohai.outputs('x').compress('*.txt', 'all.zip'))",
            "sorted(os.listdir(valohai.outputs('x').path('')))",
            "sorted(zipfile.ZipFile(valohai.outputs('x').path('all.zip')).namelist())",
        ),
        environment={"VH_OUTPUTS_DIR": "out"},
    ),
    # the rest of the public names
    Row("metadata", {}, (), (logged("'a', 1, 'b', 0.5", "c=[1, None, True], d={'e': 'ä'}", "f=pathlib.PurePosixPath('g')"),)),
    Row("metadata, nothing logged", {}, (), (logged(),)),
    Row("metadata in a deployment", {}, (), (logged("a=1"),), environment={"VALOHAI_PORT": "80"}),
    Row("metadata without a value", {}, (), ("valohai.logger().log('a')",)),
    Row("status outside Valohai", {}, (), ("valohai.set_status_detail('x')", "valohai.execution().config")),
    Row("no distributed task", {}, (), ("valohai.distributed.is_distributed_task()", "valohai.triggers('x', required=False)")),
    Row("a required trigger outside Valohai", {}, (), ("valohai.triggers('x')",)),
    Row(
        "folders on Valohai", {}, (),
        tuple(f"valohai.paths.get_{name}_path()" for name in ("config", "inputs", "outputs", "repository", "inputs_config", "parameters_config", "distributed_config", "api_config")),
        environment={"VH_JOB_ID": "1"},
    ),
    Row(
        "folders on a laptop", {}, (),
        ("valohai.paths.get_config_path()", "valohai.paths.get_inputs_path('x')", "valohai.paths.get_outputs_path()", "valohai.paths.get_repository_path()"),
        environment={"VH_FLAT_LOCAL_OUTPUTS": "1"},
    ),
    # named differences
    Row("NaN in metadata", {}, (), (logged("a=float('nan')"),), differs="NaN is printed, which is no JSON", ours='\n{"a": null}\n'),
    Row("an array's scalar in metadata", {}, (), (logged("a=array.array('d', [0.5])"),), differs="its text is printed, not its numbers", ours='\n{"a": [0.5]}\n'),
    dashed(0.1, "--learning-rate=.2", differs=DASH, ours=["0.2"]),
    dashed(0.1, "--learning_rate=.2", differs="the other spelling is an unknown argument", ours=["0.2"]),
    parameter(1, "--x=1e3", differs="int('1e3') fails", ours=["1000"]),
    parameter(True, "--x=no", differs=FALSE, ours=["False"]),
    parameter(True, "--x=0", differs=FALSE, ours=["False"]),
    parameter(True, "--x=off", differs=FALSE, ours=["False"]),
    parameter(True, "--x=maybe", "y", differs="`maybe` is true", ours={"exit": 2}),
    parameter(True, "--no-x", differs="--no-NAME is an unknown argument", ours=["False"]),
    parameter(0.1, "--x", "-1e-5", differs="argparse takes -1e-5 for an option", ours=["-1e-05"]),
    parameter([1, 2], "--x=3,4", differs=TYPED, ours=[["list", "3", "4"]]),
    parameter([0.5], "--x=3", differs=TYPED, ours=[["list", "3.0"]]),
    parameter(["a"], "--x=b", "--x=c", differs=LAST, ours=[["list", "'b'", "'c'"]]),
    parameter((1, 2), "--x=3,4", differs="tuple('3,4') is its characters", ours=[["tuple", "3", "4"]]),
    parameter(None, "--x=a", differs=NONE, ours=["'a'"]),
    parameter({"default": 1, "type": "float"}, "--x=.5", differs=NESTED, ours=["0.5"]),
    parameter({"type": "integer"}, differs="a nested definition must have a default", ours=["None"]),
    parameter({"default": 1, "max": 3}, "--x=5", differs=SILENT, ours={"exit": 2}),
    parameter({"default": "a", "choices": ["a", "b"]}, "--x=c", differs=SILENT, ours={"exit": 2}),
    parameter(0.5, parameters='{"x": 1}', differs="the type is JSON's, not the definition's", ours=["1.0"]),
    parameter(1, parameters='{"other": 5}', differs=WHOLE, ours=["1"]),
    Row(
        "names are not abbreviated",
        {"default_parameters": {"epochs": 3}},
        ("--epoch=5",),
        ("valohai.parameters('epochs').value",),
        differs="argparse completes an abbreviated name, so a mistyped one reaches another parameter",
        ours=["3"],
    ),
    Row(
        "a parameter and an input of one name",
        {"default_parameters": {"x": 1}, "default_inputs": {"x": "a"}},
        differs="argparse's own traceback",
        ours={"error": "ValueError"},
    ),
    data("a.csv", "--data=b.csv", "--data=sub/c.csv", differs=LAST, ours=[["list", "'b.csv'", "'sub/c.csv'"]]),
    data("sub", differs="a folder is taken for a file without an address", ours=[["list", "'sub/c.csv'"]]),
    data("**/c.csv", reads=("sorted(valohai.inputs('data').paths())",), ours=[["list", "'sub/c.csv'"]]),
    data(None, differs="None is no input", ours=[["list"]]),
    data("none.csv", differs=MISSING, ours={"error": "MissingInput"}),
    data("none*.csv", differs=MISSING, ours={"error": "MissingInput"}),
    data(["a.csv", "none.csv"], differs=MISSING, ours={"error": "MissingInput"}),
    data("e+f.txt", reads=("valohai.inputs('data').path('e+f.txt')",), differs=PATTERN, ours=["'e+f.txt'"]),
    data("*.csv", reads=("sorted(valohai.inputs('data').paths('a'))",), differs=PATTERN, ours=[["list"]]),
    data("*.csv", reads=("sorted(valohai.inputs('data').paths('?.csv'))",), differs=PATTERN, ours=[["list", "'a.csv'", "'b.csv'"]]),
    Row(
        "compress a folder that holds an empty file",
        {},
        (),
        ("pathlib.Path(valohai.outputs().path('a.txt')).write_text('')", "os.path.basename(valohai.outputs().compress('*', 'all.zip'))"),
        environment={"VH_OUTPUTS_DIR": "out"},
        differs=EATEN,
        ours=["0", "'all.zip'"],
    ),
    Row(
        "compress with a pattern that matches the archive",
        {},
        (),
        (
            "pathlib.Path(valohai.outputs().path('a.txt')).write_text('a')",
            "pathlib.Path(valohai.outputs().path('all.zip')).write_text('old')",
            "valohai.outputs().compress('*', 'all.zip') and sorted(os.listdir('out'))",
        ),
        environment={"VH_OUTPUTS_DIR": "out"},
        differs="the new archive is among the originals that are removed",
        ours=["1", "3", ["list", "'all.zip'"]],
    ),
    Row(
        "compress to .tar.xz",
        {},
        (),
        ("pathlib.Path(valohai.outputs().path('a.txt')).write_text('a')", "os.path.basename(valohai.outputs().compress('*', 'all.tar.xz'))"),
        environment={"VH_OUTPUTS_DIR": "out"},
        differs="a format of the manual that is refused",
        ours=["1", "'all.tar.xz'"],
    ),
    Row(
        "an output path on a laptop",
        {},
        (),
        ("valohai.outputs().path('a.txt')",),
        environment={"VH_FLAT_LOCAL_OUTPUTS": "1"},
        differs="documented as absolute, but relative, so it leads elsewhere after os.chdir()",
        ours=["'<here>/.valohai/outputs/a.txt'"],
    ),
    Row(
        "an output outside the outputs folder",
        {},
        (),
        ("valohai.outputs().path('../a.txt')",),
        environment={"VH_OUTPUTS_DIR": "out"},
        differs="a file that Valohai would never keep is not refused",
        ours={"error": "ValueError"},
    ),
    Row(
        "output properties in a folder that is not there yet",
        {},
        (),
        ("valohai.output_properties().__enter__().__exit__(None, None, None)", "os.listdir('out')"),
        environment={"VH_OUTPUTS_DIR": "out"},
        differs="the outputs folder is not made",
        ours=["None", ["list", "'valohai.metadata.jsonl'"]],
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Row name -> outcome under each of the two, all rows in one process each."""
    if not VENDOR.exists():
        reason = f"no environment with valohai-utils: {VENDOR} does not exist (VALOHAI_STEPS_VENDOR_PYTHON)"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    found = {}
    for side, python in (("ours", Path(sys.executable)), ("vendor", VENDOR)):
        folder = tmp_path_factory.mktemp(side)
        cases = [
            {
                "name": row.name,
                "folder": str(folder / str(number)),
                "prepare": row.prepare,
                "argv": row.argv,
                "reads": row.reads,
                "files": row.files,
                "environment": row.environment,
            }
            for number, row in enumerate(ROWS)
        ]
        environment = {
            **os.environ,
            "PYTHONPATH": str(SOURCE) if side == "ours" else "",
            "TMPDIR": str(folder),
        }
        subprocess.run(
            [str(python), str(Path(__file__).with_name("vendor_driver.py")), str(folder / "outcomes.json")],
            input=json.dumps([revived(case) for case in cases]),
            env=environment,
            text=True,
            check=True,
            timeout=120,
        )
        found[side] = json.loads((folder / "outcomes.json").read_text())
    return found


def revived(case: dict[str, Any]) -> dict[str, Any]:
    """JSON has no tuples: one is sent as a mark that the driver turns back."""
    prepare = case["prepare"]
    if prepare and "default_parameters" in prepare:
        parameters = {
            name: {"__tuple__": list(value)} if isinstance(value, tuple) else value
            for name, value in prepare["default_parameters"].items()
        }
        return {**case, "prepare": {**prepare, "default_parameters": parameters}}
    return case


def test_row_names_are_distinct() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", [row for row in ROWS if not row.differs], ids=lambda row: row.name)
def test_both_agree(row: Row, outcomes: dict[str, dict[str, Any]]) -> None:
    assert outcomes["ours"][row.name] == outcomes["vendor"][row.name]


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.differs], ids=lambda row: f"{row.name}: {row.differs}"
)
def test_a_named_difference(row: Row, outcomes: dict[str, dict[str, Any]]) -> None:
    # What a script prints is the outcome where it is text that is stated.
    part = "printed" if isinstance(row.ours, str) else "result"
    ours, vendor = outcomes["ours"][row.name][part], outcomes["vendor"][row.name][part]
    assert ours == row.ours
    assert ours != vendor, "valohai-utils does this right now: strike the difference"


def test_no_name_of_the_vendors_module_is_taken_for_a_misspelt_one() -> None:
    """VH123 speaks of names that neither runtime has."""
    print_names = "import valohai; print(*(name for name in dir(valohai) if not name.startswith('_')))"
    asked = subprocess.run([str(VENDOR), "-c", print_names], capture_output=True, text=True, check=True)
    assert set(asked.stdout.split()) <= VENDOR_MODULES | set(MODULE)
