"""Any name, in any style: a rename is read back everywhere, adds no finding, and can be taken back."""

import os
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import valohai_yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from valohai_yaml.lint import lint

from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.navigation.index import index_around
from valohai_steps.ide.navigation.names.occurrence import Occurrence, OccurrenceRole, Symbol, SymbolKind
from valohai_steps.ide.navigation.rename import Renamed, prepare_rename, rename
from valohai_steps.ide.update.update import Refused, Update, plan_update
from valohai_steps.model.text import apply_edits
from valohai_steps.project.disk.files import demand
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
EXAMPLES = 200 if os.environ.get("CI") == "true" else 60
SYMBOLS = (
    Symbol(SymbolKind.STEP, "train"),
    Symbol(SymbolKind.PARAMETER, "rate", "train"),
    Symbol(SymbolKind.PARAMETER, "fast", "train"),
    Symbol(SymbolKind.INPUT, "images", "train"),
    Symbol(SymbolKind.NODE, "first", "nightly"),
    Symbol(SymbolKind.TASK, "sweep"),
)
# What needs no quotes anywhere, and what YAML, JSON, Python or a shell may take for something else.
plain = st.from_regex(r"[b-z][a-z]{2,6}(-[b-z]{3,5})?", fullmatch=True).filter(
    lambda name: name not in {"null", "true", "yes", "off", "train", "rate", "fast", "images", "help"}
)
OTHER_TYPES = ("yes", "null", "1", "1.5", "0x1f", "2024-01-01", "~")
SIGNS = (
    "a:b",
    "x:",
    "a#b",
    "a,b",
    "a/b",
    "a.b",
    "@x",
    "%p",
    "!t",
    "&a",
    "*a",
    "?",
    "|",
    ">",
    "|x",
    "$x",
    "`x`",
)
OTHERS = ("[x]", "{x}", "x}", "it's", 'a"b', "a\\b", "größe", "漢字", "😀")
odd = st.sampled_from((*OTHER_TYPES, *SIGNS, *OTHERS))
UNFIT = {
    SymbolKind.STEP: "",
    SymbolKind.TASK: "",
    SymbolKind.NODE: ".",
    SymbolKind.PARAMETER: "}'\"&|;\\",
    SymbolKind.INPUT: "/}{'\"*?&|;<>$\\",
}
quotes = st.sampled_from(["{}", "'{}'", '"{}"'])

PYTHON = """\
import valohai

NAME = {4}
valohai.prepare(
    step={0},
    default_parameters={{{1}: 0.5, {2}: {{"default": True, "pass-true-as": "--fast=true"}}}},
    default_inputs={{{3}: "https://example.com/images.zip"}},
)
print(valohai.parameters({5}).value, valohai.parameters(NAME).value, valohai.inputs({6}).path())
"""
YAML = """\
# one step
- step:
    name: {0}  # its name
    image: python:3.11
    command:
      - python train.py {{parameters}} --rate=1 --no-fast
      - 'it''s {{parameter-value:rate}}'
      - "\\"x\\" {{parameter:fast}}"
      - |
        ls /valohai/inputs/images
        echo {{parameter-value:rate}}
    parameters:
      - {{name: {1}, type: float, default: 0.5}}
      - name: {2}
        type: flag
        default: true
        pass-true-as: --fast=true
        pass-false-as: "--fast=false"
    inputs:
      - name: {3}
        default: https://example.com/images.zip
- task:
    name: {4}
    step: {5}
    type: manual_search
    parameter-sets:
      - {6}: 1
        {7}: false
      - {{{8}: 2}}
- pipeline:
    name: nightly
    nodes:
      - name: {9}
        type: execution
        step: {10}
        override: {{parameters: [{{name: {11}, default: 1}}], inputs: [{{name: {12}}}]}}
      - {{name: second, type: task, task: {13}}}
    edges:
      - [{14}, {15}]
      - source: {16}
        target: {17}
    parameters:
      - name: rate
        targets: [{18}, second.parameters.rate]
"""
NAMES = (
    "train",
    "rate",
    "fast",
    "images",
    "sweep",
    "train",
    "rate",
    "fast",
    "rate",
    "first",
    "train",
    "rate",
)
ENDS = ("first.output.*", "second.input.images", "first.parameter.rate", "second.parameter.rate")
SCALARS = (*NAMES, "images", "sweep", *ENDS, "first.parameters.rate")


@st.composite
def projects(draw: Callable[..., str]) -> dict[str, str]:
    python = [draw(quotes.filter(lambda quote: quote != "{}")) for _ in range(7)]
    names = ("train", "rate", "fast", "images", "rate", "rate", "images")
    if draw(st.booleans()):  # the constant names the other parameter
        names = ("train", "rate", "fast", "images", "fast", "rate", "images")
    yaml = [draw(quotes).format(scalar) for scalar in SCALARS]
    literals = [quote.format(name) for quote, name in zip(python, names, strict=True)]
    return {"train.py": PYTHON.format(*literals), "valohai.yaml": YAML.format(*yaml)}


def snapshot_of(files: Mapping[str, str]) -> Snapshot:
    workspace = Workspace([ROOT])
    for name, text in files.items():
        workspace.put(ROOT / name, text, None)
    return workspace.snapshot


def places(files: Mapping[str, str], symbol: Symbol) -> list[Occurrence]:
    index = index_around(snapshot_of(files), ROOT / "valohai.yaml")
    return [each for each in index.occurrences if each.symbol == symbol]


def renamed(files: Mapping[str, str], place: Occurrence, name: str) -> dict[str, str] | Refused:
    edits = rename(snapshot_of(files), place.path, place.span.start, name)
    assert edits is not None
    if isinstance(edits, Refused):
        return edits
    changed = {each.path.name: apply_edits(files[each.path.name], each.edits) for each in edits}
    return {**files, **changed}


def findings(files: Mapping[str, str]) -> Counter[tuple[str, str]]:
    snapshot = snapshot_of(files)
    return Counter(
        (name, item.finding.code) for name in files for item in demand(diagnostics(snapshot, ROOT / name))
    )


def test_the_project_is_in_order() -> None:
    python = [f'"{name}"' for name in ("train", "rate", "fast", "images", "fast", "rate", "images")]
    files = {"train.py": PYTHON.format(*python), "valohai.yaml": YAML.format(*SCALARS)}
    assert findings(files) == Counter()
    assert [item["message"] for item in lint(files["valohai.yaml"]).messages] == []
    assert left_open(files["valohai.yaml"]) == []
    for symbol in SYMBOLS:
        assert len(places(files, symbol)) >= 2, symbol


@settings(max_examples=EXAMPLES, deadline=None)
@given(files=projects(), symbol=st.sampled_from(SYMBOLS), name=plain, data=st.data())
def test_a_plain_name_there_and_back_gives_the_bytes_of_before(
    files: dict[str, str], symbol: Symbol, name: str, data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from(places(files, symbol)))
    after = renamed(files, place, name)
    assert not isinstance(after, Refused), after.reason
    _check(files, after, symbol, name)
    now = Symbol(symbol.kind, name, symbol.owner)
    back = renamed(after, data.draw(st.sampled_from(places(after, now))), symbol.name)
    assert back == files


@settings(max_examples=EXAMPLES, deadline=None)
@given(files=projects(), symbol=st.sampled_from(SYMBOLS), name=odd, again=plain, data=st.data())
def test_an_odd_name_is_refused_or_read_back_everywhere(
    files: dict[str, str], symbol: Symbol, name: str, again: str, data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from(places(files, symbol)))
    after = renamed(files, place, name)
    if isinstance(after, Refused):
        # In a command and in an edge, some names would not be one word of the shell, or one name, any more;
        # inside another text, some would need an escape.
        assert set(name) & set(UNFIT[symbol.kind]), after.reason
        return
    _check(files, after, symbol, name)
    now = Symbol(symbol.kind, name, symbol.owner)
    once_more = renamed(after, data.draw(st.sampled_from(places(after, now))), again)
    straight = renamed(files, place, again)
    assert not isinstance(once_more, Refused), once_more.reason
    assert not isinstance(straight, Refused), straight.reason
    read = [valohai_yaml.parse(each["valohai.yaml"]).serialize() for each in (once_more, straight)]
    assert read[0] == read[1]
    assert once_more["train.py"] == straight["train.py"]


def left_open(yaml: str) -> list[str]:
    """The commands in which Valohai finds a placeholder that it cannot fill in."""
    (step,) = valohai_yaml.parse(yaml).steps.values()
    commands = step.build_command(step.get_parameter_defaults())
    return [command for command in commands if "{parameter" in command]


def _check(before: Mapping[str, str], after: Mapping[str, str], symbol: Symbol, name: str) -> None:
    """Every place has the new name, nothing is found that was not there, Valohai's own lint agrees."""
    now = Symbol(symbol.kind, name, symbol.owner)
    assert Counter(each.role for each in places(before, symbol)) == Counter(
        each.role for each in places(after, now)
    )
    assert places(after, symbol) == []
    assert findings(after) == findings(before)
    update = plan_update(snapshot_of(after), [ROOT / "train.py"])
    assert isinstance(update, Update)
    assert update.changes == ()
    messages = [item["message"] for item in lint(after["valohai.yaml"]).messages]
    assert messages == []
    assert left_open(after["valohai.yaml"]) == []
    (shown, *_) = places(after, now)
    prepared = prepare_rename(snapshot_of(after), shown.path, shown.span.start)
    assert prepared == Renamed(shown.span, name)
    if symbol.kind in (SymbolKind.STEP, SymbolKind.PARAMETER, SymbolKind.INPUT):
        assert any(each.role is OccurrenceRole.PYTHON for each in places(after, now))
