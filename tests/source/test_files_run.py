"""Files that a program runs by their path: one that is read counts as an import, any other may reach all."""

from pathlib import Path

import pytest

from tests.source.oracle import Program, differences, is_known, read_program
from tests.source.oracle.folder import run_in_folder

SPEC = "m = importlib.util.module_from_spec(s)\ns.loader.exec_module(m)"
FILE = {
    "a path": "{!r}",
    "beside the script": "os.path.join(os.path.dirname(__file__), {!r})",
    "a Path": "Path(__file__).parent / {!r}",
    "a name": "PATH",
    "computed": "sys.argv[1:] and sys.argv[1] or {!r}",
}
# What runs the file that is named.
RUNS = (
    "runpy.run_path(str({}))",
    "runpy.run_path(path_name=str({}))",
    "SourceFileLoader('m', str({})).load_module()",
    "SourceFileLoader(path=str({}), fullname='m').load_module()",
    f"s = importlib.util.spec_from_file_location('m', {{}})\n{SPEC}",
    f"s = importlib.util.spec_from_file_location('m', location={{}})\n{SPEC}",
    "from runpy import run_path as run\nrun(str({}))",
    "import runpy as r\nr.run_path(path_name=str({}))",
    "from importlib.machinery import SourceFileLoader as L\nL('m', str({})).load_module()",
    "from importlib import machinery as m\nm.SourceFileLoader(path=str({}), fullname='m').load_module()",
    f"from importlib.util import spec_from_file_location as spec\ns = spec('m', {{}})\n{SPEC}",
    f"import importlib.util as u\ns = u.spec_from_file_location('m', location={{}})\n{SPEC}",
)
FILES = {
    "quiet.py": "X = 1\n",
    "json_changed.py": "import json\ndef d(o, *a, **k):\n    o['x'] = 2\n    return ''\njson.dumps = d\n",
    "tools/reaches.py": "import sys\nframe = sys._getframe()\nwhile frame:\n"
    "    if 'PATH' in frame.f_globals: frame.f_globals['P']['x'] = 2\n    frame = frame.f_back\n",
}
START = "import importlib.util, json, os, runpy, sys\nfrom importlib.machinery import SourceFileLoader\n"


def program(runs: str, file: str, name: str) -> Program:
    place = FILE[file].format(name)
    return Program(
        f"{START}from pathlib import Path\nimport valohai\nPATH = {name!r}\nP = {{'x': 1}}\n"
        f"{runs.format(place)}\njson.dumps(P)\nvalohai.prepare(step='s', default_parameters=P)\n",
        FILES,
    )


@pytest.mark.process
@pytest.mark.parametrize("name", ["quiet.py", "json_changed.py", "tools/reaches.py"])
@pytest.mark.parametrize("file", FILE)
@pytest.mark.parametrize("runs", RUNS)
def test_a_file_that_is_run_counts(runs: str, file: str, name: str, tmp_path: Path) -> None:
    made = program(runs, file, name)
    ran = run_in_folder(made, tmp_path)
    assert ran.calls
    assert list(differences(made, ran)) == []
    assert is_known(read_program(made)) == (name == "quiet.py" and file != "computed")


@pytest.mark.parametrize("runs", RUNS)
def test_a_file_that_is_not_there_may_be_any(runs: str) -> None:
    assert not is_known(read_program(program(runs, "a path", "elsewhere.py")))
    assert not is_known(read_program(program(runs, "a path", "/outside/quiet.py")))
    assert not is_known(read_program(program(runs, "a path", "quiet.txt")))


@pytest.mark.process
@pytest.mark.parametrize("name", ["json_changed.py", "tools/reaches.py"])
@pytest.mark.parametrize(
    "runs",
    [
        "run = runpy.run_path\nrun({})",
        "getattr(runpy, 'run_path')({})",
        "getattr(importlib.machinery, 'SourceFileLoader')('m', {}).load_module()",
        f"s = getattr(importlib.util, 'spec_from_file_location')('m', {{}})\n{SPEC}",
        f"s = getattr(getattr(importlib, 'util'), 'spec_from_file_location')('m', {{}})\n{SPEC}",
        "runpy._run_code(compile(open({}).read(), 'x', 'exec'), {{}})",
        "from names import execute\nexecute({})",
        "runpy.run_path(*[{}])",
        "list(map(runpy.run_path, [{}]))",
        "os.chdir('folder')\nrunpy.run_path({})",
        "from os import chdir as cd\ncd('folder')\nrunpy.run_path({})",
        "import moves\nrunpy.run_path({})",
    ],
)
def test_what_runs_a_file_in_a_roundabout_way_counts(runs: str, name: str, tmp_path: Path) -> None:
    source = program(runs, "a path", name).source
    folder = {f"folder/{each}": text for each, text in FILES.items()}
    moved = "os.chdir('folder')" in runs or "cd('folder')" in runs or "moves" in runs
    here = dict.fromkeys(FILES, "X = 1\n") if moved else FILES
    names = {
        "names.py": "from runpy import run_path as execute\n",
        "moves.py": "import os\nos.chdir('folder')\n",
    }
    made = Program(source, {**here, **folder, **names})
    ran = run_in_folder(made, tmp_path)
    assert "int 2" in ran.calls[0][1]
    assert not is_known(read_program(made))


@pytest.mark.process
def test_of_a_folder_its_main_file_is_run(tmp_path: Path) -> None:
    files = {"tools/__init__.py": "", "tools/__main__.py": FILES["json_changed.py"]}
    made = Program(program("runpy.run_path({})", "a path", "tools").source, files)
    assert "int 2" in run_in_folder(made, tmp_path).calls[0][1]
    assert not is_known(read_program(made))


@pytest.mark.process
@pytest.mark.parametrize(
    "name", ["'reach'", "r'reach'", "u'reach'", "'rea' 'ch'", "f'reach'", "('reach')", "'\\x72each'", "NAME"]
)
@pytest.mark.parametrize(
    "use",
    [
        "importlib.import_module({})",
        "importlib.import_module(package=None, name={})",
        "from importlib import import_module as load\nload({})",
        "import importlib as i\ni.import_module({})",
        "__import__({})",
        "from builtins import __import__ as load\nload({})",
        "pkgutil.resolve_name({})",
        "from pkgutil import resolve_name as load\nload({})",
        "runpy.run_module({})",
        "runpy.run_module(init_globals=dict(a=1), mod_name={})",
        "from names import load\nload({})",
        "getattr(importlib, 'import_module')({})",
    ],
)
def test_a_module_counts_however_its_name_is_written_down(use: str, name: str, tmp_path: Path) -> None:
    start = "import importlib, pkgutil, runpy, valohai\nNAME = 'reach'\nP = {'x': 1}\n"
    reaches = FILES["tools/reaches.py"].replace("'PATH'", "'NAME'")
    modules = {"reach.py": reaches, "names.py": "from importlib import import_module as load\n"}
    call = "valohai.prepare(step='s', default_parameters=P)\n"
    made = Program(f"{start}{use.format(name)}\n{call}", modules)
    assert "int 2" in run_in_folder(made, tmp_path).calls[0][1]
    assert not is_known(read_program(made))


@pytest.mark.parametrize(
    "use",
    [
        "pydoc.locate('reach.x')",
        "pydoc.safeimport('reach')",
        "importlib.util.find_spec('reach.x')",
        "unittest.defaultTestLoader.loadTestsFromName('reach')",
        "pkgutil.get_data('reach', 'x')",
    ],
)
def test_a_library_may_import_what_a_string_names(use: str) -> None:
    start = "import importlib.util, pkgutil, pydoc, unittest, valohai\nP = {'x': 1}\n"
    call = "valohai.prepare(step='s', default_parameters=P)\n"
    modules = {"reach.py": "import __main__\n__main__.P['x'] = 2\n"}
    assert not is_known(read_program(Program(f"{start}{use}\n{call}", modules)))
    assert is_known(read_program(Program(f"{start}{use.replace('reach', 'os')}\n{call}", modules)))
