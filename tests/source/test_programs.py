"""Random programs, read and run: what is read as known is what every run of the call gets."""

import copy
import sys
import types
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valohai_steps.model.step import Static
from valohai_steps.source.python_file import PythonFile, read_module

# Statements over a few names; `{n}` is a number that makes values differ.
_SIMPLE = (
    "A = {n}",
    "A: int = {n}",
    "B = A",
    "A, B = {n}, 1",
    "A = B = {n}",
    "A += 1",
    "P = {{'x': {n}}}",
    "P = {{'x': A, 'y': {{'default': {n}}}}}",
    "P = dict(x=A)",
    "P = {{**Q, 'x': {n}}}",
    "P = Q | {{'z': {n}}}",
    "P: dict = {{'x': {n}, 'x': A}}",
    "Q = {{'q': {n}}}",
    "Q = P",
    "Q = dict(P)",
    "P['x'] = {n}",
    "P['w'] = A",
    "P['y']['default'] = {n}",
    "P['y'].update(min={n})",
    "P.update(u={n})",
    "P.update({{'x': {n}}}, v=A)",
    "P |= {{'m': {n}}}",
    "P |= Q",
    "P.pop('x')",
    "P.setdefault('x', {n})",
    "Q['q'] = {n}",
    "Q.clear()",
    "del P['x']",
    "del A",
    "f()",
    "g(P)",
    "P = g(P)",
    "C.a = {n}",
    "C.p['k'] = {n}",
    "A = C.a",
    "P = C.p",
    "A = P['x']",
    "(A := {n})",
    "P = {{k: {n} for k in 'ab'}}",
    "A = [A for A in (1, {n})][0]",
    "L = [{n}]",
    "L.append(A)",
    "P = {{'x': L}}",
    "import math as A",
    "for A in (1, {n}): pass",
    "P = {{'x': f'{{A}}-{n}'}}",
    "P = {{'x': '%s' % A, 'y': str(A), 'z': '{{}}'.format({n})}}",
    "CALL",
    "CALL",
)
_HEADS = (
    "if {n} % 2:",
    "if A:",
    "for i in range({n} % 3):",
    "while A and A.__class__ is int and A < 3:",
    "with nothing():",
    "try:",
    "if __name__ == '__main__':",
    "def f():",
    "def f(A=A):",
    "def f(P={{'x': {n}}}):",
    "def g(P): return P\ndef h():",
    "class C:",
    "class C(Base):",
)
_CALLS = (
    "valohai.prepare(step='s{k}', default_parameters=P)",
    "valohai.prepare(step='s{k}', default_parameters={{'x': A, **P}})",
    "valohai.prepare(step='s{k}', default_parameters=Q | {{'b': B}})",
    "valohai.prepare(step='s{k}', default_parameters={{'a': C.a, **C.p, 'l': L}})",
    "valohai.prepare(step='s{k}', default_parameters=dict(P, a=A))",
)
_START = """\
import contextlib
import valohai
nothing = contextlib.nullcontext
class Base: pass
class C:
    a = 1
    p = {'k': 1}
"""


@st.composite
def blocks(draw: st.DrawFn, depth: int = 0) -> list[str]:
    """The lines of a block."""
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 5 if depth else 9))):
        number = draw(st.integers(0, 9))
        if depth < 3 and draw(st.integers(0, 4)) == 0:
            head = draw(st.sampled_from(_HEADS)).format(n=number)
            extra = draw(st.sampled_from(["", "global A", "global P", "global P, A"]))
            inner = draw(blocks(depth + 1))
            if extra and head.startswith("def f()"):
                inner = [extra, *inner]
            lines += [head, *(f"    {line}" for line in inner)]
            if head == "try:":
                lines += ["except ZeroDivisionError:", "    pass"]
            elif head.startswith("if") and draw(st.booleans()):
                lines += ["else:", *(f"    {line}" for line in draw(blocks(depth + 1)))]
            if "while" in head:
                lines += ["    break"]
        else:
            lines.append(draw(st.sampled_from(_SIMPLE)).format(n=number))
    return lines


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A program; most of its names are bound somehow at the start, and some call stands at the end."""
    start = ["A = 1", "B = 2", "P = {'x': 1, 'y': {'default': 2}}", "Q = {'q': 1}", "L = [1]"]
    kept = [line for line in start if draw(st.integers(0, 4))]
    lines = [*kept, *draw(blocks()), "CALL"]
    done: list[str] = []
    for number, line in enumerate(lines):
        call = draw(st.sampled_from(_CALLS)).format(k=number) if line.strip() == "CALL" else ""
        done.append(line.replace("CALL", call))
    return _START + "\n".join(done) + "\n"


def runs(program: str) -> dict[str, list[object]]:
    """What each call got, at every run of it, by step; the program is this test's own."""
    found: dict[str, list[object]] = {}

    def prepare(*, step: str, default_parameters: object) -> None:
        found.setdefault(step, []).append(copy.deepcopy(default_parameters))

    module = types.ModuleType("valohai")
    module.prepare = prepare  # type: ignore[attr-defined]  # that is what a module is for
    before = sys.modules.get("valohai")
    sys.modules["valohai"] = module
    try:
        exec(compile(program, "program", "exec"), {"__name__": "__main__"})  # noqa: S102  # the test's own
    except (NameError, TypeError, KeyError, AttributeError, ValueError, RecursionError, RuntimeError):
        pass  # the calls until then count
    finally:
        del sys.modules["valohai"]
        if before is not None:
            sys.modules["valohai"] = before
    return found


def known(file: PythonFile) -> Iterator[tuple[str, dict[str, object]]]:
    """What the complete steps say their parameters are."""
    for step in file.steps:
        if step.complete and not step.stale:
            values: dict[str, object] = {}
            for fact in step.parameters:
                if fact.nested:
                    nested = {a.name: a.value.value for a in fact.attributes if isinstance(a.value, Static)}
                    stated = {} if fact.default is None else {"default": fact.default}
                    values[fact.name] = {
                        **{key: value.value for key, value in stated.items() if isinstance(value, Static)},
                        **nested,
                    }
                elif isinstance(fact.default, Static):
                    values[fact.name] = fact.default.value
            yield step.name, values


def is_python(program: str) -> bool:
    try:
        compile(program, "program", "exec")
    except SyntaxError:
        return False
    return True


@given(programs())
@settings(max_examples=400)
def test_what_is_read_is_what_every_run_gets(program: str) -> None:
    if not is_python(program):
        return
    got = runs(program)
    for step, values in known(read_module(program)):
        for run in got.get(step, []):
            assert run == values, f"{step}\n{program}"


@pytest.mark.parametrize("program", [f"{_START}P = {{'x': 1}}\nA = 2\n{_CALLS[1].format(k=0)}\n"])
def test_the_comparison_compares(program: str) -> None:
    assert runs(program) == {"s0": [{"x": 1}]}
    assert dict(known(read_module(program))) == {"s0": {"x": 1}}
