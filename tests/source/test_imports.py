"""Names of other files of the workspace: read where they stand, never run."""

from pathlib import PurePath

import pytest

from tests.source.facts import summary
from tests.source.workspace import Folder, read_in
from valohai_steps.model.step import Origin, Static, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.python_file import Syntax, is_current


def train(imports: str, use: str) -> str:
    return f"import valohai\n{imports}\nvalohai.prepare(step='s', default_parameters={{'x': {use}}})\n"


@pytest.mark.parametrize(
    ("imports", "use", "files"),
    [
        ("from config import LR", "LR", {"config.py": "LR = 1\n"}),
        ("from config import LR as L", "L", {"config.py": "LR = 1\n"}),
        ("import config", "config.LR", {"config.py": "LR = 1\n"}),
        ("import config as c", "c.LR", {"config.py": "LR = 1\n"}),
        ("import pkg.config", "pkg.config.LR", {"pkg/__init__.py": "", "pkg/config.py": "LR = 1\n"}),
        ("import pkg.config as c", "c.LR", {"pkg/__init__.py": "", "pkg/config.py": "LR = 1\n"}),
        ("from pkg import config", "config.LR", {"pkg/__init__.py": "", "pkg/config.py": "LR = 1\n"}),
        ("from pkg.config import LR", "LR", {"pkg/config.py": "LR = 1\n"}),
        (
            "from pkg import LR",
            "LR",
            {"pkg/__init__.py": "from .config import LR\n", "pkg/config.py": "LR = 1\n"},
        ),
        ("from .config import LR", "LR", {"config.py": "LR = 1\n"}),
        ("from . import config", "config.LR", {"config.py": "LR = 1\n"}),
        ("from config import *", "LR", {"config.py": "LR = 1\n"}),
        ("from config import P", "P['lr']", {"config.py": "P = {'lr': 1}\n"}),
        ("import config", "config.P['lr']", {"config.py": "P = {'lr': 1}\n"}),
        ("import config", "config.C.LR", {"config.py": "class C:\n    LR = 1\n"}),
        ("from config import C", "C.LR", {"config.py": "class C:\n    LR = 1\n"}),
        (
            "from a import C",
            "C.LR",
            {"a.py": "from config import C\n", "config.py": "class C:\n    LR = 1\n"},
        ),
        ("from config import LR", "LR", {"config.py": "from base import A as LR\n", "base.py": "A = 1\n"}),
        ("from config import LR", "LR", {"config.py": "import base\nLR = base.A\n", "base.py": "A = 1\n"}),
        ("def f():\n    pass\nfrom config import LR", "LR", {"config.py": "LR = 2 - 1\n"}),
        ("from config import P", "P['lr']", {"config.py": "P = {}\nP['lr'] = 1\n"}),
        ("from config import LR", "LR", {"config.py": "LR = 2\n", "config/__init__.py": "LR = 1\n"}),
    ],
)
def test_a_name_of_another_file_is_read_there(imports: str, use: str, files: dict[str, str]) -> None:
    assert summary(read_in({"train.py": train(imports, use), **files})) == "s(x=1)"


@pytest.mark.parametrize(
    ("imports", "use", "files"),
    [
        ("from config import LR", "LR", {}),
        ("from config import LR", "LR", {"config.py": "LR = f()\n"}),
        ("from config import LR", "LR", {"config.py": "LR = 1\nLR = 2\n"}),
        ("from config import LR", "LR", {"config.py": "if x:\n    LR = 1\n"}),
        ("from config import LR", "LR", {"config.py": "from train import LR\n"}),
        ("from config import LR", "LR", {"config.py": "from config import LR\n"}),
        ("from config import LR", "LR", {"config.py": "LR = other.LR\n"}),
        ("import config\nconfig.LR = 2", "config.LR", {"config.py": "LR = 1\n"}),
        ("import config\nif x:\n    config.P['lr'] = 2", "config.P['lr']", {"config.py": "P = {'lr': 1}\n"}),
        ("try:\n    from config import LR\nexcept ImportError:\n    LR = 2", "LR", {"config.py": "LR = 1\n"}),
        (
            "from config import *\nfrom other import *",
            "LR",
            {"config.py": "LR = 1\n", "other.py": "LR = 2\n"},
        ),
        ("from config import C", "C.LR", {"config.py": "class C(Enum):\n    LR = 1\n"}),
        ("from config import C\nC.LR = 2", "C.LR", {"config.py": "class C:\n    LR = 1\n"}),
        ("from a import C", "C.LR", {"a.py": "from b import C\n", "b.py": "from a import C\n"}),
        ("from config import *", "_LR", {"config.py": "_LR = 1\n"}),
        ("from ..config import LR", "LR", {"config.py": "LR = 1\n"}),
    ],
)
def test_what_is_not_certain_there_is_unknown_here(imports: str, use: str, files: dict[str, str]) -> None:
    file = read_in({"train.py": train(imports, use), **files})
    assert summary(file) == "s(x=?)"
    assert not file.steps[0].complete


def test_a_chain_of_imports_ends() -> None:
    files = {f"m{i}.py": f"from m{i + 1} import LR\n" for i in range(100)}
    assert summary(read_in({"train.py": train("from m0 import LR", "LR"), **files})) == "s(x=?)"


def test_a_value_knows_the_file_and_the_place_it_comes_from() -> None:
    files = {
        "train.py": "import valohai\nfrom config import P\nvalohai.prepare(step='s', default_parameters=P)\n",
        "config.py": "P = {'lr': 0.1, 'deep': {'default': 3}}\n",
    }
    file = read_in(files)
    (step,) = file.steps
    use = file.text.rindex("P)")
    assert summary(file) == "s(lr=0.1, deep=3)"
    assert [parameter.name_span for parameter in step.parameters] == [Span(use, use + 1)] * 2
    default = step.parameters[0].default
    assert isinstance(default, Static)
    assert default.span == Span(use, use + 1)
    place = files["config.py"].index("0.1")
    assert default.origin == Origin(PurePath("config.py"), Span(place, place + 3))
    assert step.parameters_span is None


def test_the_blame_leads_into_the_other_file() -> None:
    files = {"train.py": train("from config import LR", "LR"), "config.py": "LR = f()\n"}
    default = read_in(files).steps[0].parameters[0].default
    assert isinstance(default, Unknown)
    assert files["train.py"][default.span.start : default.span.end] == "LR"
    assert [related.path for related in default.related] == [PurePath("config.py")]


def test_a_result_is_current_until_one_of_its_files_changes() -> None:
    files = {
        "train.py": train("from config import LR\nfrom absent import X", "[LR, X]"),
        "config.py": "from base import LR\n",
        "base.py": "LR = 1\n",
        "other.py": "",
    }
    file = read_in(files)
    assert {str(each.path) for each in file.imported} == {"config.py", "base.py", "None"}
    assert is_current(file.imported, Folder(files, PurePath()))
    assert is_current(file.imported, Folder({**files, "other.py": "LR = 2\n"}, PurePath()))
    assert not is_current(file.imported, Folder({**files, "base.py": "LR = 2\n"}, PurePath()))
    assert not is_current(file.imported, Folder({**files, "config.py": "LR = 1\n"}, PurePath()))
    assert not is_current(file.imported, Folder({**files, "absent.py": "X = 1\n"}, PurePath()))


def test_a_file_without_prepare_gives_its_values() -> None:
    evaluation = Evaluation(Syntax("LR = 0.1\n"))
    found = evaluation.at_the_end("LR")
    assert found is not None
    assert found.value == Static(0.1, Span(5, 8))
    assert evaluation.at_the_end("absent") is None


CALL = "valohai.prepare(step='s', default_parameters=P)\n"


def chain(length: int, last: str) -> dict[str, str]:
    """`m0` imports `m1`, and so on; the last one changes the value of `cfg`."""
    files = {f"m{number}.py": f"import m{number + 1}\n" for number in range(length)}
    return {**files, f"m{length}.py": last}


@pytest.mark.parametrize("length", [3, 11, 12, 40, 400])
def test_a_change_at_the_end_of_any_chain_of_imports_makes_the_value_unknown(length: int) -> None:
    text = f"import valohai\nimport m0\nfrom cfg import P\n{CALL}"
    files = {"cfg.py": "P = {'x': 1}\n", **chain(length, "import cfg\ncfg.P['x'] = 2\n"), "train.py": text}
    assert summary(read_in(files)) == "s()"


@pytest.mark.parametrize(("count", "known"), [(20, "s(x=1)"), (299, "s(x=1)"), (310, "s()")])
def test_more_files_than_are_looked_at_make_a_value_of_another_file_unknown(count: int, known: str) -> None:
    imports = "".join(f"import m{number}\n" for number in range(count))
    files = {f"m{number}.py": "A = 1\n" for number in range(count)}
    text = f"import valohai\n{imports}from cfg import P\n{CALL}"
    file = read_in({"cfg.py": "P = {'x': 1}\n", **files, "train.py": text})
    assert summary(file) == known
    if known == "s()":
        (problem,) = file.problems
        assert "more files are imported than are read" in problem.message


def test_files_that_import_each_other_are_each_looked_at_once() -> None:
    files = {"a.py": "import b\n", "b.py": "import a\nimport cfg\n", "cfg.py": "P = {'x': 1}\n"}
    text = f"import valohai\nimport a\nfrom cfg import P\n{CALL}"
    assert summary(read_in({**files, "train.py": text})) == "s(x=1)"


def test_a_method_by_the_name_of_a_module_is_not_that_module() -> None:
    source = (
        "import valohai, cfg\nfrom copy import deepcopy\nP = {'x': 1}\nV = cfg.D.copy()\n"
        "valohai.prepare(step='s', default_parameters=deepcopy(P))\n"
    )
    assert summary(read_in({"train.py": source, "cfg.py": "D = {'y': 2}\n"})) == "s(x=1)"
