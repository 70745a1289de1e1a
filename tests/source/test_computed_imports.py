"""Modules by computed names, and names that an imported file puts into the one that is run.

What is read is what Python gives, or Unknown.
"""

from functools import lru_cache
from itertools import product
from pathlib import PurePath

import pytest

from tests.source.oracle import Program, Run, differences, is_known, read_program, run_programs
from tests.source.workspace import Folder
from valohai_steps.source.incremental.reader import start_reading

START = "import valohai\nfrom importlib import import_module\n"
# How a text imports `q`, or `pkg.q`, which does the same.
IMPORTS = {
    "a loop": "for m in ('q',): import_module(m)",
    "a loop over a list": "NAMES = ['q']\nfor m in NAMES: import_module(m)",
    "a loop over a dict": "for m in {'q': 1}: import_module(m)",
    "items": "MODULES = {'q': 1}\nfor m, v in MODULES.items(): import_module(m)",
    "a value of a dict": "MODULES = {'a': 'q'}\nimport_module(MODULES['a'])",
    "a comprehension": "found = [import_module(m) for m in ('q',)]",
    "an f-string": "for m in ('q',): import_module(f'{m}')",
    "an f-string of a package": "for m in ('q',): import_module(f'pkg.{m}')",
    "a sum": "for m in ('q',): import_module('pkg.' + m)",
    "join": "import_module('.'.join(['pkg', 'q']))",
    "map": "list(map(import_module, ['q']))",
    "a function": "def load(name): return import_module(name)\nload('q')",
    "a function with map": "def load(name): return import_module(name)\nlist(map(load, ['q']))",
    "a default": "def load(name='q'): return import_module(name)\nload()",
    "a method": "class C:\n    def load(self, name): import_module(name)\nC().load('q')",
    "a lambda": "load = lambda name: import_module(name)\nload('q')",
    "a function that returns it": "def name(): return 'q'\nimport_module(name())",
    "a conditional expression": "import_module('q' if valohai else 'r')",
    "split": "for m in 'q r'.split(): import_module(m)",
    "pop": "names = ['q']\nwhile names: import_module(names.pop())",
    "append": "names = []\nnames.append('q')\nfor m in names: import_module(m)",
    "an augmented assignment": "names = []\nnames += ['q']\nfor m in names: import_module(m)",
    "an attribute": "class C: m = 'q'\nimport_module(C.m)",
    "an attribute of self": (
        "class C:\n    def __init__(self): self.m = 'q'\n"
        "    def load(self): import_module(self.m)\nC().load()"
    ),
    "__import__": "for m in ('q',): __import__(m)",
    "two assignments": "m = 'r'\nm = 'q'\nimport_module(m)",
}
# What the module does, and the step that then gets something else.
CALL = "valohai.prepare(step='s', default_parameters={})\n"
CALL_OF_OLD = "old(step='s', default_parameters={'x': 2})"
DOES = {
    "replaces prepare": (
        f"import valohai\nold = valohai.prepare\ndef new(**_): {CALL_OF_OLD}\nvalohai.prepare = new\n",
        CALL.format("{'x': 1}"),
    ),
    "replaces a builtin": (
        "import builtins\nbuiltins.max = lambda *_: 2\n",
        CALL.format("{'x': max(1, 0)}"),
    ),
    "reaches the file that is run": ("import __main__\n__main__.P['x'] = 2\n", CALL.format("P")),
}
DICT = "P = {'x': 1}\n"


def program(how: str, module: str, call: str, *, in_file: bool) -> Program:
    files = {"q.py": module, "r.py": "", "pkg/__init__.py": "", "pkg/q.py": module}
    if not in_file:
        return Program(f"{START}{DICT}{IMPORTS[how]}\n{call}", files)
    return Program(f"{START}{DICT}import other\n{call}", {**files, "other.py": f"{START}{IMPORTS[how]}\n"})


PROGRAMS = {
    f"{how}, {what}, {'in a file' if in_file else 'here'}": program(how, *DOES[what], in_file=in_file)
    for how, what, in_file in product(IMPORTS, DOES, (False, True))
}
FAKE = "class V: prepare = staticmethod(lambda **_: None)\n"
# What an imported file puts in the place of `valohai`, of the file that is run.
PUTS = {
    "an attribute": "import __main__\n__main__.valohai = V",
    "of sys.modules": "import sys\nsys.modules['__main__'].valohai = V",
    "setattr": "import __main__\nsetattr(__main__, 'valohai', V)",
    "setattr, with a prefix": "import __main__\nsetattr(__main__, r'valohai', V)",
    "the dict": "import __main__\n__main__.__dict__['valohai'] = V",
    "update": "import __main__\nvars(__main__).update(valohai=V)",
    "update with a dict": "import __main__\nvars(__main__).update({'valohai': V})",
    "a union": "import __main__\nnames = vars(__main__)\nnames |= {'valohai': V}",
    "del": "import __main__\n__main__.__dict__.pop('valohai').prepare = V.prepare",
    "its function": "import sys\nsys.modules['__main__'].valohai.prepare = V.prepare",
    "its function, by a name": (
        "import importlib\nm = importlib.import_module('__main__')\nm.valohai.prepare = V.prepare"
    ),
}
IMPORTED = {
    "valohai": ("import valohai", "valohai.prepare"),
    "v": ("import valohai as v", "v.prepare"),
    "prepare": ("from valohai import prepare", "prepare"),
}


def put(how: str, name: str) -> Program:
    imported, callee = IMPORTED[name]
    given = PUTS[how].replace("valohai.prepare", "prepare") if name == "prepare" else PUTS[how]
    module = f"{FAKE}{given}\n".replace("valohai", name)
    if name == "prepare":
        module = (
            module.replace("= V\n", "= V.prepare\n").replace("V)", "V.prepare)").replace("V}", "V.prepare}")
        )
    call = CALL.format("{'x': 1}").replace("valohai.prepare", callee)
    return Program(f"{imported}\nimport q\n{call}", {"q.py": module})


PUT = {f"{how}, {name}": put(how, name) for how, name in product(PUTS, IMPORTED)}


@lru_cache(maxsize=1)  # one process for all of them
def runs() -> dict[str, Run]:
    every = PROGRAMS | PUT
    return dict(zip(every, run_programs(list(every.values())), strict=True))


@pytest.mark.process
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_module_counts_where_its_name_is_put_together(name: str) -> None:
    assert "int 2" in runs()[name].calls[0][1]
    assert list(differences(PROGRAMS[name], runs()[name])) == []


@pytest.mark.process
@pytest.mark.parametrize("name", PUT)
def test_a_file_may_put_another_object_in_the_place_of_valohai(name: str) -> None:
    assert runs()[name].calls == ()
    assert not is_known(read_program(PUT[name]))


@pytest.mark.parametrize("name", PROGRAMS | PUT)
def test_reading_while_typing_says_the_same(name: str) -> None:
    made = (PROGRAMS | PUT)[name]
    whole = read_program(made)
    typed = start_reading(made.source, Folder({"train.py": made.source, **made.modules}, PurePath())).file
    assert (typed.steps, typed.problems) == (whole.steps, whole.problems)


@pytest.mark.parametrize("how", IMPORTS)
@pytest.mark.parametrize("in_file", [False, True])
def test_a_module_that_changes_nothing_leaves_all_known(how: str, in_file: bool) -> None:
    call = CALL.format("{'x': max(1, 0)}")
    is_handed_on = how == "map" and not in_file  # import_module itself, which may then give any module
    assert is_known(read_program(program(how, "import valohai\n", call, in_file=in_file))) != is_handed_on


@pytest.mark.parametrize(
    "reaching",
    [
        "import __main__\nprint(__main__.__file__)\nclass C: pass\nC.prepared = C.valohai_ = 1\n",
        "import sys\nif not hasattr(sys.modules['__main__'], '__file__'): print('valohai')\n",
        "import valohai, __main__\n__main__.P = valohai.parameters('x').value\n",
    ],
)
def test_a_file_that_reaches_the_one_that_is_run_leaves_the_call_alone(reaching: str) -> None:
    call = CALL.format("{'x': 1}")
    assert is_known(read_program(Program(f"import valohai\nimport q\n{call}", {"q.py": reaching})))
