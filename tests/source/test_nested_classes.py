"""Methods of classes within classes, run in every way: what is read is what Python gives, or Unknown."""

from collections.abc import Iterator
from functools import lru_cache
from textwrap import indent

import pytest

from tests.source.oracle import Program, Run, differences, is_known, read_program, run_programs

# How the innermost class is written, where `...` is the change, and what runs it by its dotted name.
WAYS = {
    "method": ("def f(self): ...", "{0}().f()"),
    "method by a name": ("def f(self): ...", "g = {0}().f\ng()"),
    "method, called from another": ("def f(self): ...\ndef g(self): self.f()", "{0}().g()"),
    "init": ("def __init__(self): ...", "{0}()"),
    "call": ("def __call__(self): ...", "{0}()()"),
    "property": ("@property\ndef f(self): ...", "{0}().f"),
    "static method": ("@staticmethod\ndef f(): ...", "{0}.f()"),
    "class method": ("@classmethod\ndef f(cls): ...", "{0}.f()"),
    "operator": ("def __add__(self, other): ...", "{0}() + 1"),
    "iterator": ("def __iter__(self):\n    ...\n    return iter(())", "list({0}())"),
    "with": ("def __enter__(self): ...\ndef __exit__(self, *_): pass", "with {0}(): pass"),
    "decorator": ("def __init__(self, f): ...", "@{0}\ndef h(): pass"),
    "lambda": ("f = lambda self: [... for _ in '1']", "{0}().f()"),
    "alias": ("def f(self): ...", "K = {0}\nK().f()"),
    "inherited": ("def f(self): ...", "class K({0}): pass\nK().f()"),
    "subclassed": ("def __init_subclass__(cls): ...", "class K({0}): pass"),
    "by getattr": ("def f(self): ...", "getattr({0}(), 'f')()"),
    "by the outer class": ("def f(self): ...", "k = A()\nprint(k)\nk{1}().f()"),
    "never": ("def f(self): ...", "pass"),
}
# What is there at first, what changes it (a statement, an expression), and what prepare() gets.
CHANGED = {
    "dict": ("P = {'x': 1}", "P['x'] = 2", "P.update(x=2)", "P"),
    "nested dict": ("P = {'x': {'default': 1}}", "P['x']['default'] = 2", "P['x'].update(default=2)", "P"),
    "class": ("class C: a = 1", "C.a = 2", "setattr(C, 'a', 2)", "{'x': C.a}"),
    "own class": ("", "A.p['x'] = 2", "A.p.update(x=2)", "A.p"),
    "module": ("import cfg", "cfg.P['x'] = 2", "cfg.P.update(x=2)", "cfg.P"),
    "imported": ("from cfg import P", "P['x'] = 2", "P.update(x=2)", "P"),
}
SHAPES = {
    "two": ("class A:\n    p = {{'x': 1}}\n    class B:\n{0}", "A.B"),
    "three": ("class A:\n    p = {{'x': 1}}\n    class B:\n      class D:\n{0}", "A.B.D"),
    "under if": ("class A:\n    p = {{'x': 1}}\n    if True:\n      class B:\n{0}", "A.B"),
    "decorated": ("class A:\n    p = {{'x': 1}}\n    @(lambda c: c)\n    class B:\n{0}", "A.B"),
    "of a base": ("class A:\n    p = {{'x': 1}}\n    class B:\n{0}\nclass A(A): pass", "A.B"),
}


def _programs() -> Iterator[tuple[str, Program]]:
    for how, (written, run) in WAYS.items():
        for what, (first, statement, expression, given) in CHANGED.items():
            body = written.replace("...", expression if "lambda" in written else statement)
            for shape, (around, name) in SHAPES.items():
                if shape == "of a base" and what == "own class":
                    continue
                made = f"{around.format(indent(body, ' ' * 8))}\n{run.format(name, name[1:])}\n"
                call = f"valohai.prepare(step='s', default_parameters={given})\n"
                modules = {"cfg.py": "P = {'x': 1}\n"}
                yield f"{how}, {what}, {shape}", Program(f"import valohai\n{first}\n{made}{call}", modules)
                if what in ("dict", "nested dict", "class"):
                    inner = indent(f"{first}\n{made}{call}", "    ")
                    yield (
                        f"{how}, {what}, {shape}, in a function",
                        Program(f"import valohai\ndef main():\n{inner}main()\n"),
                    )


def _prepared_inside() -> Iterator[tuple[str, Program]]:
    """`prepare()` in another method of the same class."""
    for what, (first, statement, _, given) in CHANGED.items():
        prepared = f"valohai.prepare(step='s', default_parameters={given})"
        methods = f"def f(self): {statement}\ndef g(self): {prepared}"
        for shape, (around, name) in SHAPES.items():
            made = f"{around.format(indent(methods, ' ' * 8))}\nk = {name}()\nk.f()\nk.g()\n"
            modules = {"cfg.py": "P = {'x': 1}\n"}
            yield f"prepare() inside, {what}, {shape}", Program(f"import valohai\n{first}\n{made}", modules)


PROGRAMS = {**dict(_programs()), **dict(_prepared_inside())}


@lru_cache(maxsize=1)  # one process for all of them
def runs() -> dict[str, Run]:
    return dict(zip(PROGRAMS, run_programs(list(PROGRAMS.values())), strict=True))


@pytest.mark.process
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_change_in_a_class_of_a_class_is_seen(name: str) -> None:
    assert list(differences(PROGRAMS[name], runs()[name])) == []


@pytest.mark.process
def test_the_programs_call_prepare() -> None:
    assert [name for name, run in runs().items() if run.error or not run.calls] == []


@pytest.mark.parametrize("shape", ["two", "three", "under if"])
def test_what_no_class_runs_stays_known(shape: str) -> None:
    assert is_known(read_program(PROGRAMS[f"never, dict, {shape}"]))
