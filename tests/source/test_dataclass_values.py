"""`asdict(Config())` of plain dataclasses: what Python gives, or Unknown."""

import pytest

from tests.source.facts import summary
from tests.source.oracle import Program, differences, is_known, read_program, run_programs

IMPORTS = """\
import dataclasses
from dataclasses import asdict, dataclass, field
from typing import ClassVar, Optional
import valohai
"""
CLASS = """\
@dataclass
class Config:
    lr: float = 0.1
    name: Optional[str] = None
    layers: list[int] = field(default_factory=lambda: [1, 2])
"""
WHOLE = "lr=0.1, name=None, layers=[1, 2]"
KNOWN = [
    (CLASS, "", "asdict(Config())", WHOLE),
    (CLASS, "", "dataclasses.asdict(Config(lr=2))", "lr=2, name=None, layers=[1, 2]"),
    (CLASS, "c = Config()\nprint(c, f'{c}')", "asdict(c)", WHOLE),
    (CLASS, "P = asdict(Config())\nP['lr'] = 3", "P", "lr=3, name=None, layers=[1, 2]"),
    (CLASS, "B = 5\nc = Config(lr=B)", "{**asdict(c), 'x': 1}", "lr=5, name=None, layers=[1, 2], x=1"),
    (
        "B = 2\n@dataclass(frozen=True)\nclass Config:\n    x: int = B\n    def f(self): self.x = 3\n",
        "",
        "asdict(Config())",
        "x=2",
    ),
    (
        "@dataclass\nclass Config:\n    x: int = field(default=1)\n    y: list = field(default_factory=list)",
        "",
        "asdict(Config())",
        "x=1, y=[]",
    ),
]
UNKNOWN = [
    (CLASS, "c = Config()\nc.lr = 2", "asdict(c)"),
    (CLASS, "c = Config()\nc.layers.append(3)", "asdict(c)"),
    (CLASS, "c = Config()\nd = c\nd.lr = 2", "asdict(c)"),
    (CLASS, "c = Config()\nsetattr(c, 'lr', 2)", "asdict(c)"),
    (CLASS, "c = Config()\nvars(c)['lr'] = 2", "asdict(c)"),
    (CLASS, "c = Config()\n[c][0].lr = 2", "asdict(c)"),
    (CLASS, "for c in [Config(lr=2)]: pass", "asdict(c)"),
    (CLASS, "if 1:\n    c = Config()\n    c = Config(lr=2)", "asdict(c)"),
    (CLASS, "globals()['Config'] = lambda: c\nc = Config", "asdict(Config())"),
    (CLASS, "L = [1]\nc = Config(layers=L)\nL.append(2)", "asdict(c)"),
    (CLASS, "def asdict(x): return {'lr': 9}", "asdict(Config())"),
    (CLASS, "dataclasses.asdict = lambda x: {'lr': 9}", "dataclasses.asdict(Config())"),
    (
        CLASS,
        "def init(self): self.__dict__.update(lr=9, name=1, layers=2)\nConfig.__init__ = init",
        "asdict(Config())",
    ),
    (
        CLASS,
        "dataclasses.asdict.__code__ = (lambda o, *, dict_factory=0: {'a': 1}).__code__",
        "asdict(Config())",
    ),
    (CLASS, "Config.__init__.__defaults__ = (9, *Config.__init__.__defaults__[1:])", "asdict(Config())"),
    (CLASS, "type(Config()).__dataclass_fields__.pop('lr')", "asdict(Config())"),
    (f"{CLASS}    def __post_init__(self): self.lr = 3\n", "", "asdict(Config())"),
    (f"{CLASS}    def __init__(self): self.lr, self.name, self.layers = 3, 4, 5\n", "", "asdict(Config())"),
    (f"{CLASS}    count: ClassVar[int] = 3\n", "", "asdict(Config())"),
    (f"{CLASS}    lr: float = 3\n", "", "asdict(Config())"),
    (f"{CLASS}    lr = 3\n", "", "asdict(Config())"),
    (f"{CLASS}class Other(Config):\n    pass\n", "", "asdict(Other())"),
    ("class B:\n    lr = 1\n@dataclass\nclass Config(B):\n    x: int = 1\n", "", "asdict(Config())"),
    (
        "CV = ClassVar\n@dataclass\nclass Config:\n    a: int = 1\n    x: CV[int] = 1\n",
        "",
        "asdict(Config())",
    ),
    ("int = ClassVar[str]\n@dataclass\nclass Config:\n    x: int = 1\n", "", "asdict(Config())"),
    ("@dataclass\nclass Config:\n    a: int = 1\n    x: 'ClassVar[int]' = 1\n", "", "asdict(Config())"),
    (
        "def dataclass(c): return dataclasses.dataclass(type(c.__name__, (c,), {}))\n" + CLASS,
        "",
        "asdict(Config())",
    ),
]


def program(definition: str, before: str, given: str) -> Program:
    call = f"valohai.prepare(step='s', default_parameters={given})\n"
    return Program(f"{IMPORTS}{definition}{before}\n{call}")


@pytest.mark.process
@pytest.mark.parametrize(("definition", "before", "given", "expected"), KNOWN)
def test_a_plain_dataclass_is_known(definition: str, before: str, given: str, expected: str) -> None:
    made = program(definition, before, given)
    (run,) = run_programs([made])
    assert summary(read_program(made)) == f"s({expected})"
    assert run.calls
    assert list(differences(made, run)) == []


@pytest.mark.parametrize(("definition", "before", "given"), UNKNOWN)
def test_any_other_use_of_it_makes_it_unknown(definition: str, before: str, given: str) -> None:
    made = program(definition, before, given)
    assert not is_known(read_program(made))


def test_a_file_that_reaches_back_makes_it_unknown() -> None:
    made = Program(
        f"{IMPORTS}{CLASS}c = Config()\nimport o\nvalohai.prepare(step='s', default_parameters=asdict(c))\n",
        {"o.py": "import __main__\n__main__.c.lr = 2\n"},
    )
    assert not is_known(read_program(made))


OTHER = f"""\
from dataclasses import dataclass, field
from typing import Optional
B = 4
{CLASS.replace("@dataclass", "@dataclass(frozen=True)")}    size: int = B
"""
ELSEWHERE = {
    "cfg.py": OTHER,
    "makes.py": "from cfg import Config\ndef make(): return Config(lr=5)\n",
    "init.py": "import cfg\ncfg.Config.__init__ = lambda s: [object.__setattr__(s, 'lr', 9)] and None\n",
    "defaults.py": "from cfg import Config\nConfig.__init__.__defaults__ = (1, 2, 3, 4)\n",
    "sets.py": "import cfg\nsetattr(cfg.Config, '__init__', lambda s: None)\n",
    "rebinds.py": "import cfg\ncfg.Config = lambda: 3\n",
    "passes.py": "import cfg\nprint(vars(cfg.Config))\nchange(cfg.Config)\n",
}


@pytest.mark.process
@pytest.mark.parametrize(
    ("before", "given", "expected"),
    [
        ("", "asdict(Config())", f"{WHOLE}, size=4"),
        ("", "asdict(Config(lr=2))", "lr=2, name=None, layers=[1, 2], size=4"),
        ("c = Config(size=1)\nprint(c)", "asdict(c)", f"{WHOLE}, size=1"),
        ("import makes\nmakes.make()", "asdict(Config())", f"{WHOLE}, size=4"),
        ("import cfg\ncfg.B = 3", "asdict(Config())", f"{WHOLE}, size=4"),
        ("Config.lr = 3", "asdict(Config())", ""),
        ("x = [Config]\nx[0].__init__.__defaults__ = (1, 2, 3, 4)", "asdict(Config())", ""),
        ("class D(Config): pass", "asdict(Config())", ""),
        ("if 1:\n    def Config(): return 3", "asdict(Config())", ""),
        *(
            (f"import {name}", "asdict(Config())", "")
            for name in ("init", "defaults", "sets", "rebinds", "passes")
        ),
    ],
)
def test_a_dataclass_of_another_file(before: str, given: str, expected: str) -> None:
    call = f"valohai.prepare(step='s', default_parameters={given})\n"
    made = Program(f"{IMPORTS}from cfg import Config\n{before}\n{call}", ELSEWHERE)
    assert summary(read_program(made)) == f"s({expected})"
    assert list(differences(made, run_programs([made])[0])) == []
