"""Programs that change where Python looks for modules, run in a folder: another file may be meant."""

from pathlib import Path

import pytest

from tests.source.oracle import Program, differences, is_known, read_program
from tests.source.oracle.folder import run_in_folder
from valohai_steps.model.step import Cause

IMPORTS = {
    "from cfg import A": "{'x': A}",
    "import cfg": "cfg.P",
    "from cfg import *": "P",
    "from cfg import C": "{'x': C.a}",
    "from pkg.cfg import A": "{'x': A}",
    "from cfg import f\nP = {'x': 1}\nf(P)": "P",
}
HERE = "os.path.dirname(os.path.abspath(__file__))"
# What changes where Python looks, and whether what is beside the script stays known though `src` has one.
CHANGES = {
    "sys.path.insert(0, 'src')": False,
    "sys.path.insert(0, './src/')": False,
    f"sys.path.insert(0, os.path.join({HERE}, 'src'))": False,
    f"HERE = {HERE}\nSRC = os.path.join(HERE, 'src')\nsys.path.insert(0, SRC)": False,
    "sys.path.insert(0, str(Path(__file__).resolve().parent / 'src'))": False,
    "sys.path[0:0] = ['src']": False,
    "sys.path = ['src'] + sys.path": False,
    "sys.path[:] = ['src']": False,
    "sys.path.append('src'); sys.path.pop(0)": False,
    "sys.path.append('src'); del sys.path[0]": False,
    "sys.path.append('src'); sys.path.reverse()": False,
    "from sys import path\npath.insert(0, 'src')": False,
    "from sys import path as p\np.insert(0, 'src')": False,
    "import sys as s\ns.path.insert(0, 'src')": False,
    "p = sys.path\np.insert(0, 'src')": False,
    "import site\ndel sys.path[0]\nsite.addsitedir('src')": False,
    "os.chdir('src'); sys.path.insert(0, '')": False,
    "os.chdir('src'); sys.path.insert(0, os.getcwd())": False,
    "import setup_path": False,
    "import alt": False,
    "import pkg2": False,
    "sys.path.append('src')": True,
    "sys.path.extend(['src'])": True,
    "sys.path += ['src']": True,
    "sys.path.insert(1, 'lib')": True,
    "sys.path.insert(0, 'lib')": True,
    f"sys.path.insert(0, {HERE})": True,
    "sys.path.insert(0, os.getcwd())": True,
    "ROOT = Path(__file__).parent\nsys.path.insert(0, str(ROOT / 'lib'))": True,
    "print(sys.path, len(sys.path), file=sys.stderr)\nfor p in sys.path: pass": True,
    "if 'x' not in sys.path: sys.path.append('x')": True,
    "os.path.join('a', 'b')": True,
}
FIRST = "P = {'x': 1}\nA = 1\nclass C: a = 1\ndef f(p): pass\n"
SECOND = "P = {'x': 2}\nA = 2\nclass C: a = 2\ndef f(p): p['x'] = 2\n"
MODULES = {
    "cfg.py": FIRST,
    "src/cfg.py": SECOND,
    "pkg/__init__.py": "",
    "pkg/cfg.py": FIRST,
    "src/pkg/__init__.py": "",
    "src/pkg/cfg.py": SECOND,
    "lib/other.py": "",
    "setup_path.py": "import sys\nsys.path.insert(0, 'src')\n",
    "alt/__init__.py": f"import sys, os\nsys.path.insert(0, os.path.join({HERE}, '../src'))\n",
    "pkg2/__init__.py": "import pkg, sys\npkg.__path__.insert(0, 'src/pkg')\nsys.path.insert(0, 'src')\n",
}
PROGRAMS = {
    f"{change}; {imported}": (
        Program(
            f"import os, sys\nfrom pathlib import Path\nimport valohai\n{change}\n{imported}\n"
            f"valohai.prepare(step='s', default_parameters={given})\n",
            MODULES,
        ),
        stays,
    )
    for change, stays in CHANGES.items()
    for imported, given in IMPORTS.items()
}
PACKAGES = (
    "__path__.insert(0, 'src/pkg')",
    "import os\n__path__ = [os.path.join(os.getcwd(), 'src', 'pkg')]",
    "__path__ = ['src/pkg'] + __import__('pkgutil').extend_path(__path__, __name__)",
    "__path__[0] = 'src/pkg'",
)


@pytest.mark.process
@pytest.mark.parametrize("name", PROGRAMS)
def test_another_file_may_be_imported(name: str, tmp_path: Path) -> None:
    program, stays = PROGRAMS[name]
    ran = run_in_folder(program, tmp_path)
    assert ran.calls
    assert list(differences(program, ran)) == []
    if stays:
        assert is_known(read_program(program))


@pytest.mark.process
@pytest.mark.parametrize("change", PACKAGES)
def test_a_package_changes_where_its_parts_are(change: str, tmp_path: Path) -> None:
    source = "import valohai\nfrom pkg.cfg import A\nvalohai.prepare(step='s', default_parameters={'x': A})\n"
    program = Program(source, {**MODULES, "pkg/__init__.py": change})
    assert list(differences(program, run_in_folder(program, tmp_path))) == []
    own = {
        **MODULES,
        "pkg/__init__.py": "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n",
    }
    assert is_known(read_program(Program(source, own)))


def test_the_place_is_named() -> None:
    program, _ = PROGRAMS["sys.path.insert(0, 'src'); from cfg import A"]
    (step,) = read_program(program).steps
    default = step.parameters[0].default
    assert default is not None
    assert getattr(default, "cause", None) is Cause.MOVED
    assert "sys.path is changed here" in str(default)
