"""The vendor's own parser as an oracle: the same step wherever it reads one, VH102 wherever it does not."""

import json
import os
import subprocess
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest

from valohai_steps.model.step import ParameterFact, Static, Value
from valohai_steps.source.python_file import PythonFile, read_module

VENDOR = Path(
    os.environ.get("VALOHAI_STEPS_VENDOR_PYTHON") or Path.home() / ".cache/valohai-steps/vendor/bin/python"
)
pytestmark = pytest.mark.vendor

# All sources in one process: what its parser makes of each, or why it makes nothing.
DRIVER = """
import json, sys
from valohai.internals.parsing import parse
found = []
for source in json.load(sys.stdin):
    try:
        found.append({"read": repr(tuple(parse(source)))})
    except Exception as error:
        found.append({"failed": f"{type(error).__name__}: {error}"})
json.dump(found, sys.stdout)
"""

CALL = "valohai.prepare(step='s', default_parameters=P)"
# Programs that both read in the same way.
PORTABLE = (
    "valohai.prepare(step='s')",
    'valohai.prepare(step="a" "b", image="python:3.11")',
    "valohai.prepare(step='s', image=None, environment='aws', upload_store='x', multifile=True)",
    "valohai.prepare(\n    step=('s'),\n    default_parameters={\n        'lr': -1e-5,  # why\n    },\n)",
    "valohai.prepare(step='s', default_parameters={}, default_inputs={})",
    "valohai.prepare(step='s', default_parameters={'n': {'default': 1, 'min': 0, 'max': 3}})",
    "valohai.prepare(step='s', default_inputs={'d': ['s3://a', 's3://b'], 'e': 's3://c', 'f': None})",
    "valohai.prepare(step='s', default_inputs={'d': {'default': 's3://a', 'filename': 'x.zip'}})",
    f"P = {{'x': 1}}\n{CALL}",
    f"P: dict = {{'x': 1}}\n{CALL}",
    f"P = {{'x': 1}}\ndef main():\n    {CALL}",
    f"def main():\n    P = {{'x': 1}}\n    {CALL}",
    f"if __name__ == '__main__':\n    P = {{'x': 1}}\n    {CALL}",
    f"P = {{'x': 1}}\n{CALL}\nP['y'] = 2",
    f"P = ({{'x': 1}})\nwith x:\n    {CALL}",
    f"P = {{'x': 1}}\nclass C:\n    {CALL}",
    f"P = {{'x': 1}}\nasync def f():\n    return {CALL}",
    f"P = {{'x': 1}}\nprint(P)\nfor k in P: pass\n{CALL}",
    f"P = {{'x': 1}}\n[{CALL}]",
)
# Programs that are read here and not by the vendor, or not in the same way: VH102.
NOT_PORTABLE = (
    "import valohai as vh\nvh.prepare(step='s')",
    "from valohai import prepare\nprepare(step='s', image='i')",
    "run = valohai.prepare(step='s', image='i')",
    "print(valohai.prepare(step='s', image='i'))",
    "NAME = 's'\nvalohai.prepare(step=NAME)",
    "valohai.prepare(step=f's')",
    "valohai.prepare(step='s', image='python:' + '3.11')",
    "LR = 1\nvalohai.prepare(step='s', default_parameters={'lr': LR})",
    "LR = 1\nP = {'lr': LR}\n" + CALL,
    "valohai.prepare(step='s', default_parameters={'t': 60 * 60})",
    "valohai.prepare(step='s', default_parameters=dict(lr=1))",
    "valohai.prepare(step='s', default_parameters=None)",
    "BASE = {'x': 1}\nvalohai.prepare(step='s', default_parameters={**BASE})",
    "BASE = {'x': 1}\nvalohai.prepare(step='s', default_parameters=BASE | {'y': 2})",
    "Q = {'x': 1}\nP = Q\n" + CALL,
    "P = {'x': 1}\nP['y'] = 2\n" + CALL,
    "P = {'x': 1}\nP.update(y=2)\n" + CALL,
    "P = Q = {'x': 1}\n" + CALL,
    "P = {'x': 1}\ndef other():\n    P = {'z': 1}\n" + CALL,
    "def main():\n    " + CALL + "\nP = {'x': 1}",
    "A = {'step': 's', 'image': 'i'}\nvalohai.prepare(**A)",
    "valohai.prepare(step='s')\nvalohai.prepare(step='t')",
    "class C:\n    P = {'x': 1}\nvalohai.prepare(step='s', default_parameters=C.P)",
)

LITERALS = (
    "1_000",
    "0x10",
    "-1e-5",
    "+3",
    "1e400",
    "True",
    "None",
    "'a' 'b'",
    'r"\\d"',
    '"""a\nb"""',
    "'\\x41\\u00e9'",
    "'é😀'",
    "[1, 2.5]",
    "('a', 'b')",
    "[]",
    "('a'\n 'b')",
)
FORMS = (
    "valohai.prepare(step='s', default_parameters={{'x': {literal}}})",
    "P = {{'x': {literal}}}\nvalohai.prepare(step='s', default_parameters=P)",
    "valohai.prepare(step='s', default_parameters={{'x': {{'default': {literal}}}}})",
)
GENERATED = tuple(form.format(literal=literal) for form, literal in product(FORMS, LITERALS))


@pytest.fixture(name="vendor", scope="module")
def the_vendors_readings() -> Mapping[str, Mapping[str, str]]:
    """What the vendor's parser makes of every program, asked once."""
    if not VENDOR.exists():
        reason = f"{VENDOR} is not there: run `make vendor`"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    sources = [*PORTABLE, *NOT_PORTABLE, *GENERATED]
    done = subprocess.run(
        [str(VENDOR), "-c", DRIVER],
        input=json.dumps([f"import valohai\n{source}\n" for source in sources]),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    return dict(zip(sources, json.loads(done.stdout), strict=True))


def as_the_vendor_says_it(file: PythonFile) -> str:
    """The one step of a file in the form of the vendor's result."""
    (step,) = file.steps
    return repr(
        (
            step.name,
            dict(map(_item, step.parameters)),
            dict(map(_item, step.inputs)),
            _value(step.image),
            _value(step.environment),
            bool(_value(step.multifile)),
            _value(step.upload_store),
        )
    )


def _item(fact: ParameterFact) -> tuple[str, object]:
    if not fact.nested:
        return fact.name, _value(fact.default)
    default = {} if fact.default is None else {"default": _value(fact.default)}
    return fact.name, {**default, **{each.name: _value(each.value) for each in fact.attributes}}


def _value(value: Value | None) -> object:
    return value.value if isinstance(value, Static) else value


@pytest.mark.parametrize("source", [*PORTABLE, *GENERATED])
def test_both_read_the_same_step(source: str, vendor: Mapping[str, Mapping[str, str]]) -> None:
    file = read_module(f"import valohai\n{source}\n")
    assert vendor[source] == {"read": as_the_vendor_says_it(file)}
    assert [problem for problem in file.problems if problem.code == "VH102"] == []


@pytest.mark.parametrize("source", NOT_PORTABLE)
def test_what_the_vendor_misses_is_said(source: str, vendor: Mapping[str, Mapping[str, str]]) -> None:
    file = read_module(f"import valohai\n{source}\n")
    assert all(step.complete for step in file.steps)
    ours = as_the_vendor_says_it(file) if len(file.steps) == 1 else "several steps"
    assert vendor[source].get("read") != ours
    assert "VH102" in {problem.code for problem in file.problems}
