"""A whole valohai.yaml, from an empty file, by completion and the names that only a person knows.

What is accepted is written, and the cursor is behind it. Enter keeps the column of the line, as in an editor
that knows no YAML.
"""

from tests.ide.test_yaml_completion import ROOT, SCRIPT, YAML, offered
from tests.pictures import CURSOR
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.model.text import TextEdit, apply_edits
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace

FILES = {"train.py": SCRIPT, "requirements.txt": "numpy\n"}


class Person:
    """Somebody who types at the end of a file."""

    def __init__(self) -> None:
        self.text = ""
        self.at = 0

    def type(self, text: str) -> None:
        self.text = self.text[: self.at] + text + self.text[self.at :]
        self.at += len(text)

    def accept(self, label: str) -> None:
        state = f"{self.text[: self.at]}{CURSOR}{self.text[self.at :]}"
        found = {each.label: each for each in offered(state, **FILES)}
        assert label in found, f"{label} is not among {list(found)} in\n{self.text}"
        taken = found[label]
        behind = len(self.text) - taken.whole.end
        self.text = apply_edits(self.text, (TextEdit(taken.whole, taken.text),))
        # An editor with snippets leaves the cursor at `$0`: here that is in front of what closes.
        self.at = len(self.text) - behind - (taken.snippet or "").endswith("$0]")

    def enter(self, column: int | None = None) -> None:
        line = self.text[self.text.rfind("\n", 0, self.at) + 1 : self.at]
        kept = len(line) - len(line.lstrip(" "))
        self.at = len(self.text)
        self.type("\n" + " " * (kept if column is None else column))


# `@` is Enter, with a column where the person goes to another; `+label` is accepted, the rest is typed.
TYPED = (
    ("+step", "train"),
    ("@", "+image", "+python:3.11-slim"),
    ("@", "+command", "python ", "+train.py", " {", "+parameters"),
    ("@", "+parameters", "+lr"),
    ("@6", "+name", "+mode"),
    ("@4", "+inputs", "data"),
    ("@", "+optional", "+true"),
    ("@4", "+outputs", "model"),
    ("@0", "+pipeline", "flow"),
    ("@", "+nodes", "first"),
    ("@", "+type", "+execution"),
    ("@", "+step", "+train"),
    ("@6", "+name", "second"),
    ("@", "+type", "+execution"),
    ("@", "+step", "+train"),
    ("@", "+override", "+parameters", "+lr"),
    ("@", "+default", "0.5"),
    ("@4", "+edges", "+first", "+output", "+*", ", ", "+second", "+input", "+data"),
)


def test_a_project_is_written_by_completion_alone() -> None:
    person = Person()
    for line in TYPED:
        for act in line:
            if act.startswith("@"):
                person.enter(int(act[1:]) if act[1:] else None)
            elif act.startswith("+"):
                person.accept(act[1:])
            else:
                person.type(act)
    assert person.text == EXPECTED
    assert findings(person.text) == []


EXPECTED = """\
- step:
    name: train
    image: python:3.11-slim
    command: python train.py {parameters}
    parameters:
      - name: lr
        type: float
        default: 0.1
      - name: mode
        type: string
        default: fast
    inputs:
      - name: data
        optional: true
    outputs:
      - name: model
- pipeline:
    name: flow
    nodes:
      - name: first
        type: execution
        step: train
      - name: second
        type: execution
        step: train
        override:
          parameters:
            - name: lr
              default: 0.5
    edges:
      - [first.output.*, second.input.data]"""


def findings(text: str) -> list[str]:
    workspace = Workspace([ROOT])
    for name, content in {**FILES, "valohai.yaml": text}.items():
        workspace.put(ROOT / name, content, None)
    return [
        f"{each.finding.code} {each.finding.message}"
        for each in demand(diagnostics(workspace.snapshot, YAML))
    ]
