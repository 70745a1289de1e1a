"""Type parameters (PEP 695, 696): a name that one of them hides is not known where it does."""

import sys

import pytest

from tests.source.facts import summary
from tests.source.oracle import Program, differences, read_program, run_programs
from valohai_steps.source.python_file import read_module

CALL = "valohai.prepare(step='s', default_parameters={'x': lr})"
START = "import valohai\nlr = 1\nlimit = 2\n"


@pytest.mark.parametrize(
    "parameters", ["lr", "T, lr", "*lr", "**lr", "lr: int", "lr: (int, str)", "lr = int", "*lr = limit"]
)
@pytest.mark.parametrize(
    "body",
    [
        f"class C[]:\n    def run(self): {CALL}\nC().run()",
        f"class C[]:\n    run = lambda self: {CALL}\nC().run()",
        f"class C[]:\n    class D:\n        def run(self): {CALL}\nC.D().run()",
        f"class C[]:\n    {CALL}",
        f"def run[](): {CALL}\nrun()",
    ],
)
def test_a_type_parameter_hides_the_name(body: str, parameters: str) -> None:
    text = START + body.replace("[]", f"[{parameters}]") + "\n"
    assert summary(read_module(text)) in ("s(x=?)", "")


@pytest.mark.parametrize(
    "body",
    [
        f"class C[T]:\n    def run(self): {CALL}\nC().run()",
        f"class C[T: (lr, int)]:\n    lr = 3\n    def run(self): {CALL}\nC().run()",
        f"class C[lr]:\n    pass\n{CALL}",
        f"def f[*lr](): pass\n{CALL}",
        f"class C[T]:\n    def run(self, p: list[lr] = None): {CALL}\nC().run()",
    ],
)
def test_elsewhere_the_name_is_known(body: str) -> None:
    program = Program(f"{START}{body}\n")
    file = read_program(program)
    assert summary(file) == "s(x=1)"
    if sys.version_info >= (3, 12):
        (run,) = run_programs([program])
        assert run.calls
        assert list(differences(program, run, file)) == []
