"""One step in two files (VH108) is refused wherever it could be written over, and nowhere else."""

from pathlib import Path

from valohai_steps.ide.code_lens import Click, code_lenses
from valohai_steps.ide.findings.code_actions import ActionKind, code_actions, fix_all
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.navigation.rename import Renamed, prepare_rename, rename
from valohai_steps.ide.update.several.workspace_update import plan_workspace_update
from valohai_steps.ide.update.sync_state import obstacle, state_of
from valohai_steps.ide.update.update import Refused, Update, plan_update
from valohai_steps.model.text import Span, apply_edits
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
A = 'import valohai\nvalohai.prepare(step="train", default_parameters={"lr": 0.1})\n'
B = 'import valohai\nvalohai.prepare(step="train", default_parameters={"epochs": 5})\n'
YAML = """\
- step:
    name: train
    image: python
    command: python ./a.py
    parameters:
      - name: lr
        description: kept
        type: float
        default: 0.2
"""
WORDS = (
    "step 'train' is also declared in a.py; rename one of them, or give both multifile=True when they are "
    "one step in two files"
)


def workspace(**texts: str) -> Workspace:
    found = Workspace([ROOT])
    for name, text in {"a": A, "sub/b": B, **texts}.items():
        found.put(ROOT / f"{name}.py", text, 1)
    found.put(ROOT / "valohai.yaml", YAML, 1)
    found.put(ROOT / "requirements.txt", "valohai-utils\n", 1)
    return found


def test_the_update_of_either_is_refused_with_the_words_of_the_finding() -> None:
    snapshot = workspace().snapshot
    plan = plan_update(snapshot, [ROOT / "sub" / "b.py"])
    assert isinstance(plan, Refused)
    assert plan.reason == WORDS
    (found,) = [
        each.finding for each in demand(diagnostics(snapshot, plan.path)) if each.finding.code == "VH108"
    ]
    assert (found.message, found.span) == (plan.reason, plan.span)
    other = plan_update(snapshot, [ROOT / "a.py"])
    assert isinstance(other, Refused)
    assert "is also declared in sub/b.py;" in other.reason


def test_the_other_file_is_named_by_its_path_and_once() -> None:
    snapshot = workspace(**{"sub/c": B, "d": "import valohai\n"}).snapshot
    found = [
        each.finding for each in demand(diagnostics(snapshot, ROOT / "a.py")) if each.finding.code == "VH108"
    ]
    assert [each.message.partition(";")[0] for each in found] == [
        "step 'train' is also declared in sub/b.py and sub/c.py"
    ]
    assert [related.path for related in found[0].related] == [ROOT / "sub" / "b.py", ROOT / "sub" / "c.py"]


def test_no_action_of_either_file_touches_valohai_yaml() -> None:
    snapshot = workspace().snapshot
    for name in ("a.py", "sub/b.py", "valohai.yaml"):
        path = ROOT / name
        text = snapshot.readable_text(path)
        for action in code_actions(snapshot, path, Span(0, len(text))):
            touched = [each.path for each in action.edits if each.path.name == "valohai.yaml"]
            assert touched == [] or action.title.startswith("Ignore "), action.title  # which writes a comment
        assert [each.path for each in fix_all(snapshot, path)] == []
    (update,) = plan_workspace_update(snapshot)
    assert isinstance(update, Refused)


def test_the_lens_and_the_state_say_so() -> None:
    snapshot = workspace().snapshot
    lenses = list(code_lenses(snapshot, ROOT / "sub" / "b.py"))
    assert (lenses[0].title, lenses[0].click) == (
        "cannot update: step 'train' is also declared in a.py",
        Click.SHOW_OBSTACLE,
    )
    state = state_of(snapshot, ROOT / "sub" / "b.py")
    assert state is not None
    assert state.summary == "step 'train' is also declared in a.py"
    stands = obstacle(snapshot, ROOT / "sub" / "b.py", state)
    assert stands is not None
    assert stands.reason == WORDS


def test_a_fix_gives_this_one_a_free_name() -> None:
    taken = A.replace("train", "train2")
    snapshot = workspace(c=taken).snapshot
    path = ROOT / "sub" / "b.py"
    fixes = [each for each in code_actions(snapshot, path, Span(40, 40)) if each.kind is ActionKind.QUICK_FIX]
    (fix,) = [each for each in fixes if each.title.startswith("Rename")]
    assert fix.title == "Rename this step to 'train3'"
    assert [each.path for each in fix.edits] == [path]
    assert apply_edits(B, fix.edits[0].edits) == B.replace("train", "train3")


def test_a_rename_at_a_clash_renames_the_one_at_the_cursor() -> None:
    snapshot = workspace().snapshot
    path = ROOT / "sub" / "b.py"
    offset = B.index("train")
    assert prepare_rename(snapshot, path, offset) == Renamed(Span(offset, offset + 5), "train")
    edits = rename(snapshot, path, offset, "learn")
    assert isinstance(edits, tuple)
    assert [(each.path, apply_edits(B, each.edits)) for each in edits] == [
        (path, B.replace("train", "learn"))
    ]
    assert isinstance(rename(snapshot, path, offset, ""), Refused)


def test_a_file_that_repeats_a_step_refuses_its_own_step_alone() -> None:
    snapshot = workspace(
        c=A.replace("train", "eval"), test_a=A + B.partition("\n")[2].replace("train", "x")
    ).snapshot
    update = plan_update(snapshot, [ROOT / name for name in ("a.py", "c.py", "test_a.py", "sub/b.py")])
    assert isinstance(update, Update)
    assert set(update.step_names) == {"eval", "x"}
    assert [each.path.name for each in update.refused] == ["a.py", "test_a.py", "b.py"]
    assert "name: eval" in update.after
    assert YAML in update.after


def test_two_files_of_one_step_are_no_clash() -> None:
    both = {"a": A, "sub/b": B}
    texts = {name: text.replace("step=", "multifile=True, step=") for name, text in both.items()}
    snapshot = workspace(**texts).snapshot
    assert isinstance(plan_update(snapshot, [ROOT / "a.py"]), Update)
