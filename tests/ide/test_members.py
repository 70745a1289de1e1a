"""Completion behind a dot of valohai's, under whatever name it goes; the table is what the runtime has."""

import ast
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import valohai
from tests.pictures import CURSOR, without_cursor
from valohai_steps.ide.completion.item import Completion
from valohai_steps.ide.completion.offers import completions
from valohai_steps.model.runtime_members import MEMBERS, MODULE, VENDOR_MODULES, Member
from valohai_steps.model.text import Span, TextEdit, apply_edits
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
PARAMETERS, INPUTS, OUTPUTS = (list(MEMBERS[name]) for name in ("parameters", "inputs", "outputs"))


def offered(text: str, name: str = "train.py") -> tuple[Completion, ...]:
    workspace = Workspace([ROOT])
    workspace.put(ROOT / name, without_cursor(text), None)
    return completions(workspace.snapshot, ROOT / name, text.index(CURSOR))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import valohai\nvalohai.▮", list(MODULE)),
        ("import valohai\nvalohai.pre▮\nx = 1\n", list(MODULE)),
        ("import valohai as vh\nif x:\n    vh.▮\n", list(MODULE)),
        ("import os, valohai as vh\nprint(vh.▮)\n", list(MODULE)),
        ('import valohai\nlr = valohai.parameters("lr").▮\n', PARAMETERS),
        ('from valohai import inputs\nopen(inputs("x").pa▮)\n', INPUTS),
        ('from valohai import inputs as files\nopen(files(name("x")).▮\n', INPUTS),
        ('import valohai\nvalohai.outputs().▮path("x")\n', OUTPUTS),
        ("import valohai\nvalohai.distributed.▮\n", list(MEMBERS["distributed"])),
        ("import valohai\nvalohai.inputs(\n    'x',\n).▮\n", INPUTS),
        ("import valohai\nvalohai.inputs(\n    ':)',  # or (\n).▮\n", INPUTS),
        ("import valohai▮", []),
        ("import valohai.▮", []),
        ("from valohai.▮", []),
        ("import valohai\n# valohai.▮", []),
        ('import valohai\nprint("valohai.▮")', []),
        ("import valohai\nmodel.▮", []),
        ("import valohai\nmodel.parameters().▮", []),
        ("import valohai\nx.valohai.▮", []),
        ("def f(valohai):\n    valohai.▮\n", []),
        ("import valohai\nvalohai.parameters('lr').value.▮", []),
        ("import valohai\n1.▮", []),
    ],
)
def test_names_of_the_runtime_are_offered_where_they_fit(text: str, expected: list[str]) -> None:
    assert [each.label for each in offered(text) if not each.is_last] == expected


CALLS = ['parameters("...").value', 'inputs("...").path()', 'outputs().path("...")']


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import valohai\nvalohai.▮\n", [*CALLS, "prepare(...)"]),
        ("import valohai as vh\nvh.▮\n", [*CALLS, "prepare(...)"]),
        ("import valohai\nlr = valohai.par▮\n", CALLS),
        ("import valohai\nif x:\n    valohai.▮\n", CALLS),
        ("import valohai\nvalohai.▮(1)\n", []),
        ("import valohai\nvalohai.par▮ameters ('lr')\n", []),
        ("import valohai\nvalohai.parameters('lr').▮\n", []),
    ],
)
def test_whole_calls_are_offered_behind_the_module_at_the_end(text: str, expected: list[str]) -> None:
    assert [each.label for each in offered(text) if each.is_last] == expected


@pytest.mark.parametrize("line", ["valohai.▮", "x = valohai.▮", "valohai.par▮", "valohai.pre▮pa"])
def test_a_whole_call_is_python_and_calls_the_module_once(line: str) -> None:
    for each in offered(f"import valohai\n{line}\n"):
        start = len("import valohai\n")
        span = Span(each.whole.start - start, each.whole.end - start)
        after = apply_edits(without_cursor(line), (TextEdit(span, each.text),))
        ast.parse(after)
        assert after.count("valohai") == 1
        assert (each.filter_text or each.label).isidentifier()
        if each.snippet is not None:
            assert re.sub(r"\$\{\d:(\w+)\}|\$\d", r"\1", each.snippet) == each.text


def test_what_is_accepted_never_doubles_the_module() -> None:
    text = "import valohai\nvalohai.pre▮\n"
    (prepare,) = [each for each in offered(text) if each.label == "prepare"]
    after = apply_edits(without_cursor(text), (*prepare.also, TextEdit(prepare.whole, prepare.text)))
    assert after == "import valohai\nvalohai.prepare\n"
    assert prepare.detail.startswith("prepare(*, step, ")
    assert prepare.documentation == MODULE["prepare"].sentence


def test_the_module_has_the_names_that_are_offered() -> None:
    assert set(MODULE) == set(valohai.__all__)
    for name, member in MODULE.items():
        if name != "distributed":
            assert_like(getattr(valohai, name), member)


def test_a_file_of_the_runtime_is_no_misspelt_name() -> None:
    files = {each.name for each in pkgutil.iter_modules(valohai.__path__) if not each.name.startswith("_")}
    assert files <= VENDOR_MODULES | set(MODULE)


@pytest.mark.parametrize("owner", MEMBERS)
def test_what_each_gives_has_the_members_that_are_offered(owner: str) -> None:
    named = getattr(valohai, owner)
    given = named if isinstance(named, type) else type(named)
    public = {name for name, _ in inspect.getmembers(given) if not name.startswith("_")}
    assert set(MEMBERS[owner]) == public
    for name, member in MEMBERS[owner].items():
        assert_like(inspect.getattr_static(given, name), member)


def assert_like(found: object, member: Member) -> None:
    """The signature has the runtime's parameters and defaults."""
    if isinstance(found, property):
        assert member.signature is None
        return
    plain = found.__func__ if isinstance(found, staticmethod) else found
    assert callable(plain)
    parameters = list(inspect.signature(plain).parameters.values())
    if parameters and parameters[0].name == "self":
        parameters = parameters[1:]
    bare = [each.replace(annotation=inspect.Parameter.empty) for each in parameters]
    assert str(inspect.Signature(bare)) == f"({member.signature})"
