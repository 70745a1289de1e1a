"""What an edit costs, in parses and look-ups, not in time: as much in a large workspace as in a small one."""

import gc
import os
import pkgutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from valohai_steps.config.items import reading
from valohai_steps.config.items.part import Part, read_part
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.navigation.rename import rename
from valohai_steps.model.text import LineIndex
from valohai_steps.project.disk.files import demand
from valohai_steps.project.disk.scan import Known, Visit, scan
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.project.workspace import Workspace
from valohai_steps.source.incremental.excerpt import Excerpt
from valohai_steps.source.python_file import PythonFile
from valohai_steps.source.tree.syntax import Syntax

FUNCTION = '''
def function_{0}(argument):
    """Nothing that a step depends on."""
    return [argument, {0}]
'''
TRAIN = """\
import valohai

P = {"lr": 0.1}
valohai.prepare(step="step-0", image="python:3.11", default_parameters=P)
"""


def python_text(functions: int) -> str:
    """A step with one parameter, and functions below it."""
    return TRAIN + "".join(FUNCTION.format(number) for number in range(functions))


def yaml_text(steps: int) -> str:
    """Steps with one parameter each."""
    return "".join(
        f"- step:\n    name: step-{number}\n    image: python:3.11\n    command: python m{number}.py\n"
        "    parameters:\n      - {name: lr, type: float, default: 0.1}\n"
        for number in range(steps)
    )


def make_workspace(
    root: Path, *, files: int, sources: int, steps: int, functions: int
) -> tuple[Workspace, Path]:
    """A scanned workspace: `sources` of its `files` hold a step each; train.py is open."""
    (root / "valohai.yaml").write_text(yaml_text(steps))
    for number in range(1, files):
        folder = root / f"package{number // 100}"
        folder.mkdir(exist_ok=True)
        step = f'import valohai\nvalohai.prepare(step="step-{number}")\n' if number < sources else "pass\n"
        (folder / f"m{number}.py").write_text(step)
    train = root / "train.py"
    text = python_text(functions)
    train.write_text(text)
    workspace = Workspace([root])
    workspace.begin_scan()
    workspace.end_scan(scan(root))
    workspace.put(train, text, 0)
    look(workspace)
    return workspace, train


def look(workspace: Workspace) -> None:
    """What the server does after each change."""
    for path in workspace.snapshot.documents:
        workspace.affected(path)
        demand(diagnostics(workspace.snapshot, path))


def effort(workspace: Workspace, path: Path, old: str, new: str) -> dict[str, int]:
    """The counts of one edit: everything that its findings cost."""
    text = workspace.snapshot.readable_text(path)
    assert text.count(old) == 1
    before = dict(workspace.memo.counts)
    workspace.put(path, text.replace(old, new), 1)
    look(workspace)
    counts = workspace.memo.counts
    return {
        name: counts[name] - before.get(name, 0) for name in counts if counts[name] != before.get(name, 0)
    }


SMALL = {"files": 10, "sources": 10, "steps": 10, "functions": 10}
LARGE = {"files": 10_000, "sources": 200, "steps": 1_000, "functions": 2_000}


EDITS = [
    ("return [argument, 7]", "return [argument, 7 "),  # what no step depends on, left open
    ("return [argument, 7 ", "return [argument, 7]"),
    ('"lr": 0.1', '"lr": 0.12'),  # a value
    ("step-0", "step-1"),  # to a name that another file has, too
]


def test_an_edit_costs_the_same_in_a_large_workspace(tmp_path: Path) -> None:
    found: list[list[dict[str, int]]] = []
    for name, size in (("small", SMALL), ("large", LARGE)):
        (tmp_path / name).mkdir()
        workspace, train = make_workspace(tmp_path / name, **size)
        found.append([effort(workspace, train, *edit) for edit in EDITS])
    small, large = found
    assert small == large
    for cost in small:
        assert cost["python parses"] == 1
        assert not cost.keys() & {"files read", "yaml composes", "source listings"}


def test_an_edit_that_no_step_depends_on_parses_nothing(tmp_path: Path) -> None:
    workspace, train = make_workspace(tmp_path, **SMALL)
    found = effort(workspace, train, "return [argument, 7]", "return [argument, 7].")
    assert not found.keys() & {"characters parsed", "steps compared"}


def test_an_edit_of_a_value_parses_the_statements_that_count(tmp_path: Path) -> None:
    workspace, train = make_workspace(tmp_path, **SMALL)
    found = effort(workspace, train, '"lr": 0.1', '"lr": 0.12')
    assert found["characters parsed"] <= len(TRAIN) + 2
    assert found["steps compared"] == 1


def importing_workspace(root: Path) -> tuple[Workspace, Path]:
    """A workspace whose train.py imports 20 files, which import each other; all is looked at once."""
    workspace, train = make_workspace(root, **SMALL)
    for number in range(20):
        others = "".join(f"import helper_{other}\n" for other in range(20) if other != number)
        text = f"{others}import os\ndef run():\n    pass\nif __name__ == '__main__':\n    run()\n"
        (root / f"helper_{number}.py").write_text(text)
    imports = "".join(f"import helper_{number}\n" for number in range(20))
    workspace.put(train, f"{imports}{python_text(10)}", 0)
    look(workspace)
    return workspace, train


def test_an_edit_looks_at_no_file_that_is_imported(tmp_path: Path) -> None:
    workspace, train = importing_workspace(tmp_path)
    elsewhere = effort(workspace, train, "return [argument, 7]", "return [argument, 7].")
    value = effort(workspace, train, '"lr": 0.1', '"lr": 0.12')
    assert "characters parsed" not in elsewhere
    assert value["python parses"] == 1
    # The places of one module, `valohai`: no file of the workspace is meant by it.
    for cost in (elsewhere, value):
        assert not cost.keys() & {"files read", "source listings"}
        assert cost.get("look-ups on disk", 0) <= 5


def unused_imports(root: Path, modules: int) -> tuple[Workspace, Path]:
    """A train.py that imports so many files, and as many that are not there, and uses none of them."""
    root.mkdir()
    workspace, train = make_workspace(root, **SMALL)
    for number in range(modules):
        (root / f"module_{number}.py").write_text(f"X = {number}\n")
    imports = "".join(f"import module_{number}\nimport absent_{number}\n" for number in range(modules))
    workspace.put(train, f"{imports}{python_text(10)}", 0)
    look(workspace)
    return workspace, train


def test_an_edit_asks_the_disk_as_often_however_many_files_are_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = unused_imports(tmp_path / "few", 1)  # which asks how far the repository reaches
    many = unused_imports(tmp_path / "many", 30)
    asked: Counter[str] = Counter()

    def counted(name: str, ask: Callable[..., object]) -> Callable[..., object]:
        def asking(*given: object, **more: object) -> object:
            asked[name] += 1
            return ask(*given, **more)

        return asking

    for name in ("stat", "lstat", "open", "readlink"):
        monkeypatch.setattr(os, name, counted(name, getattr(os, name)))
    found = []
    for workspace, train in (few, many):
        asked.clear()
        cost = effort(workspace, train, '"lr": 0.1', '"lr": 0.12')
        found.append((Counter(asked), cost.get("look-ups on disk", 0)))
    assert found[0] == found[1]


def test_a_file_that_is_imported_is_looked_at_again_when_it_changes(tmp_path: Path) -> None:
    workspace, train = importing_workspace(tmp_path)
    helper = tmp_path / "helper_7.py"
    workspace.put(helper, "import __main__\n__main__.P['lr'] = 2\n", 0)
    assert train in workspace.affected(helper)
    look(workspace)
    assert "characters parsed" not in effort(workspace, helper, "2", "3")
    python = demand(workspace.snapshot.python(train))
    assert python is not None
    assert [step.complete for step in python.steps] == [False]
    workspace.put(helper, "import os\n", 2)
    python = demand(workspace.snapshot.python(train))
    assert python is not None
    assert [step.complete for step in python.steps] == [True]


def test_an_edit_of_the_yaml_composes_it_once_and_parses_no_python(tmp_path: Path) -> None:
    workspace, _ = make_workspace(tmp_path, **SMALL)
    yaml = tmp_path / "valohai.yaml"
    workspace.put(yaml, yaml_text(10), 0)
    look(workspace)
    found = effort(workspace, yaml, "name: step-3\n", "name: step-33\n")
    assert found["yaml composes"] == 1
    assert "python parses" not in found
    assert "files read" not in found


def test_a_second_scan_reads_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_workspace(tmp_path, **SMALL)
    known: Known = {}
    first = list(scan(tmp_path, visit=Visit(known=known)))
    changed = first[0]
    changed.write_text("import valohai\nvalohai.prepare(step='another')\n")
    read: list[str] = []

    def noted(name: str) -> bool:
        read.append(name)
        return True

    monkeypatch.setattr("valohai_steps.project.disk.scan._mentions", noted)
    assert list(scan(tmp_path, visit=Visit(known=known))) == first
    assert read == [str(changed)]


def test_nothing_is_left_of_texts_that_are_gone(tmp_path: Path) -> None:
    """10,000 edits and 1,000 times opened and closed: what lives then is what one state needs."""
    workspace, train = make_workspace(tmp_path, **SMALL)
    text = python_text(3)
    for number in range(10_000):
        workspace.put(train, f"{text}x = {number}\n" if number % 10 else f"# {number}\n{text}", number)
        if number % 5 == 0:
            look(workspace)
    look(workspace)
    before = alive()
    for number in range(1_000):
        path = tmp_path / f"other{number}.py"
        workspace.put(path, text.replace("step-0", f"other-{number}"), 0)
        look(workspace)
        workspace.close(path)
    look(workspace)
    assert alive() == before
    assert before[Snapshot] == 1
    assert before[LineIndex] == 0
    assert before[PythonFile] <= 2 * SMALL["sources"]


def alive() -> dict[type, int]:
    """How many there are of what a state is made of."""
    gc.collect()
    kinds = (Snapshot, PythonFile, Syntax, Excerpt, LineIndex)
    return {kind: sum(type(each) is kind for each in gc.get_objects()) for kind in kinds}


def test_a_keystroke_in_a_valohai_yaml_of_300_steps_looks_at_one_of_them(tmp_path: Path) -> None:
    for number in range(300):
        step = f'import valohai\nvalohai.prepare(step="step-{number}", default_parameters={{"lr": 0.1}})\n'
        (tmp_path / f"m{number}.py").write_text(step)
    yaml = tmp_path / "valohai.yaml"
    yaml.write_text("")
    workspace = Workspace([tmp_path])
    workspace.begin_scan()
    workspace.end_scan(scan(tmp_path))
    workspace.put(yaml, yaml_text(300), 0)
    look(workspace)
    for old, new in (
        ("python m150.py", "python  m150.py"),
        ("name: step-150", "name: step-150b"),
        ("name: step-150b", "name: step-150"),
        ("step-151\n", "step-151  # a comment\n"),
    ):
        cost = effort(workspace, yaml, old, new)
        assert cost.pop("yaml items read", 0) <= 1
        assert cost.pop("yaml steps compared", 0) <= 1
        assert cost.pop("command lines judged", 0) <= 1
        assert cost.pop("commands looked up", 0) <= 1
        assert cost.pop("references judged", 0) == ("name" in old)
        assert cost == {}


ITEM = "- step: {name: s, imag: x, command: '{parameter:x}'}  # valohai: ignore[VH999]\n"
PREPARE = "valohai.prepare(step='s', image='x')  # valohai: ignore[VH201]\n"


@pytest.mark.parametrize(
    ("name", "text", "comments"),
    [
        ("valohai.yaml", ITEM * 30, "valohai_steps.config.items.file.ItemFile.comments"),
        (
            "train.py",
            f"import valohai\n{PREPARE * 30}",
            "valohai_steps.project.python.python_source.python_comments",
        ),
    ],
)
def test_the_comments_of_a_file_are_looked_for_once_for_all_its_findings(
    name: str, text: str, comments: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace([Path("/workspace")])
    workspace.put(Path("/workspace") / name, text, 1)
    asked = []
    look_for = pkgutil.resolve_name(comments)

    def counted(of: object) -> object:
        asked.append(of)
        return look_for(of)

    monkeypatch.setattr(comments, counted)
    look(workspace)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ('"lr": 0.1', '"lr": 0.2', 0),  # a value
        ("import valohai", "import valohai  # a comment", 99),  # the place that the others name moves
        ("step-0", "step-1", 99),
        (")\n", ", multifile=True)\n", 99),
    ],
)
def test_the_files_that_declare_the_same_step_are_shown_anew_when_what_they_say_of_it_changes(
    old: str, new: str, shown: int
) -> None:
    root, count = Path("/workspace"), 100
    workspace = Workspace([root])
    for number in range(count):
        workspace.put(root / f"m{number}.py", TRAIN, 1)
    first = root / "m0.py"
    for asker in ("push", "pull"):
        assert len(workspace.sharing(first, asker)) == count - 1
        assert workspace.sharing(first, asker) == ()
    before = {path: demand(diagnostics(workspace.snapshot, path)) for path in workspace.snapshot.documents}
    workspace.put(first, TRAIN.replace(old, new), 2)
    told = workspace.sharing(first, "push")
    assert len(told) == shown
    assert workspace.sharing(first, "pull") == told
    assert workspace.sharing(first, "push") == workspace.sharing(first, "pull") == ()
    after = {path: demand(diagnostics(workspace.snapshot, path)) for path in before}
    assert {path for path in before if after[path] != before[path]} <= {first, *told}


def test_a_new_name_for_a_step_looks_through_the_commands_once(tmp_path: Path) -> None:
    workspace, train = make_workspace(tmp_path, **{**SMALL, "sources": 1, "steps": 300})
    effort(workspace, train, '"step-0"', '"step-new"')
    found = effort(workspace, train, '"step-new"', '"step-newer"')
    assert "steps searched" not in found
    assert found["python parses"] == 1
    (tmp_path / "valohai.yaml").write_text(yaml_text(299))
    workspace.refresh([tmp_path / "valohai.yaml"])
    assert effort(workspace, train, '"step-newer"', '"step-newest"')["steps searched"] == 299


def test_a_rename_judges_the_item_that_it_changes_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, train = make_workspace(tmp_path, **{**SMALL, "steps": 300})
    read: list[str] = []

    def noted(text: str, image: str) -> Part:
        read.append(text)
        return read_part(text, image)

    monkeypatch.setattr(reading, "read_part", noted)
    found = rename(workspace.snapshot, train, TRAIN.index("lr") + 1, "rate")
    assert isinstance(found, tuple)
    assert {each.path.name for each in found} == {"train.py", "valohai.yaml"}
    assert len(read) == 301


def test_a_value_typed_into_a_script_with_argparse_reads_the_statement_that_it_is_in(tmp_path: Path) -> None:
    (tmp_path / "valohai.yaml").write_text(
        "- step:\n    name: s\n    image: i\n    command: python run.py {parameters}\n"
        "    parameters:\n      - {name: n, type: integer, default: 2}\n"
    )
    text = "import argparse\np = argparse.ArgumentParser()\np.add_argument('--n', type=int, default=1)\n"
    functions = "".join(FUNCTION.format(number) for number in range(100))
    with (tmp_path / "valohai.yaml").open("a") as yaml:
        yaml.write(yaml_text(100))
    workspace, script = Workspace([tmp_path]), tmp_path / "run.py"
    workspace.put(script, f"{text}{functions}p.parse_args()\n", 0)
    look(workspace)
    assert workspace.memo.counts["pieces of scripts read"] > 100
    cost = effort(workspace, script, "default=1", "default=12")
    assert cost["pieces of scripts read"] == 1
    assert cost["command lines read"] == 1
    assert cost["scripts looked up"] == 1
    assert cost["command lines judged"] == 1
