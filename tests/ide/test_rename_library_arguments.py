"""A flag of click, typer, absl or Fire by another name: the library takes it, and it is read as before."""

import os
import shlex
import subprocess
from pathlib import Path

import pytest
import valohai_yaml

from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.navigation.references import highlights
from valohai_steps.ide.navigation.rename import rename
from valohai_steps.ide.update.update import Refused
from valohai_steps.model.text import apply_edits
from valohai_steps.project.disk.files import demand
from valohai_steps.project.workspace import Workspace

ROOT = Path("/workspace")
VENDOR = Path(
    os.environ.get("VALOHAI_STEPS_VENDOR_PYTHON") or Path.home() / ".cache/valohai-steps/vendor/bin/python"
)
OLD = "learning-rate"
SCRIPTS = {
    "click": """import click

@click.command()
@click.option("--learning-rate", "-l", type=float, default=0.5)
@click.option("--epochs", type=int, default=3)
def main(learning_rate, epochs):
    def twice():
        return learning_rate * 2
    learning_rate = learning_rate + 0
    print(f"{learning_rate} {epochs}", twice(), dict(learning_rate=learning_rate)["learning_rate"])

if __name__ == "__main__":
    main()
""",
    "click-name": """import click

@click.command()
@click.option("--learning-rate", "rate", type=float, default=0.5)
@click.option("--epochs", type=int, default=3)
def main(rate, epochs):
    print(rate, epochs)

main()
""",
    "click-argument": """import click

@click.command()
@click.argument("learning-rate", type=float)
@click.option("--epochs", type=int, default=3)
def main(learning_rate, epochs):
    print(learning_rate, epochs)

main()
""",
    "typer": """import typer

def main(learning_rate: float = 0.5, epochs: int = 3):
    print(learning_rate, epochs, [learning_rate for _ in "a"], (lambda learning_rate: learning_rate)(1))

typer.run(main)
""",
    "typer-flag": """import typer

def main(lr: float = typer.Option(0.5, "--learning-rate", "-l"), epochs: int = 3):
    print(lr, epochs)

typer.run(main)
""",
    "absl": """from absl import app, flags

FLAGS = flags.FLAGS
flags.DEFINE_float("learning-rate", 0.5, "rate")
flags.DEFINE_integer("epochs", 3, "how many")

def main(_):
    print(FLAGS["learning-rate"].value, FLAGS.epochs)

app.run(main)
""",
    "absl-attribute": """from absl import app, flags

F = flags.FLAGS
flags.DEFINE_float("learning_rate", 0.5, "rate", short_name="l")
EPOCHS = flags.DEFINE_integer("epochs", 3, "how many")
flags.mark_flag_as_required("learning_rate")

def main(_):
    print(F.learning_rate, flags.FLAGS.learning_rate, EPOCHS.value)

app.run(main)
""",
}
NEW = {"absl": "my-rate", "absl-attribute": "my_rate"}


def old_of(name: str) -> str:
    return "learning_rate" if name == "absl-attribute" else OLD


def yaml_of(name: str) -> str:
    passed = ", pass-as: '{v}'" if name == "click-argument" else ""
    return (
        "- step:\n    name: train\n    image: x\n    command: python train.py {parameters}\n    parameters:\n"
        f"      - {{name: {old_of(name)}, type: float, default: 0.25{passed}}}\n"
        "      - {name: epochs, type: integer, default: 7}\n"
    )


def run(python: str, configuration: str, folder: Path) -> str:
    """What the script prints when Valohai runs it with the defaults."""
    (command,) = valohai_yaml.parse(configuration).steps["train"].build_command({})
    (folder / "train.py").write_text(python, "utf-8")
    words = [str(VENDOR), *shlex.split(command)[1:]]
    done = subprocess.run(words, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def workspace_of(texts: dict[str, str]) -> Workspace:
    workspace = Workspace([ROOT])
    for name, text in texts.items():
        workspace.put(ROOT / name, text, None)
    return workspace


def renamed(texts: dict[str, str], place: str, old: str, new: str) -> dict[str, str] | Refused:
    workspace = workspace_of(texts)
    spelled = old if old in texts[place] else old.replace("-", "_")
    found = rename(workspace.snapshot, ROOT / place, texts[place].index(spelled) + 1, new)
    assert found is not None
    if isinstance(found, Refused):
        return found
    changed = {each.path.name: apply_edits(texts[each.path.name], each.edits) for each in found}
    after = {**texts, **changed}
    snapshot = workspace_of(after).snapshot
    assert not [item for name in after for item in demand(diagnostics(snapshot, ROOT / name))]
    return after


@pytest.mark.vendor
@pytest.mark.parametrize("place", ["train.py", "valohai.yaml"])
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_renamed_flag_is_taken_and_read_as_before(name: str, place: str, tmp_path: Path) -> None:
    texts, new = {"train.py": SCRIPTS[name], "valohai.yaml": yaml_of(name)}, NEW.get(name, "my-rate")
    found = renamed(texts, place, old_of(name), new)
    assert not isinstance(found, Refused), found.reason
    assert f"name: {new}," in found["valohai.yaml"]
    assert run(found["train.py"], found["valohai.yaml"], tmp_path) == run(
        texts["train.py"], texts["valohai.yaml"], tmp_path
    )


def test_the_uses_of_a_parameter_are_places_of_the_flag() -> None:
    python = SCRIPTS["typer"]
    workspace = workspace_of({"train.py": python, "valohai.yaml": yaml_of("typer")})
    shown = highlights(workspace.snapshot, ROOT / "train.py", python.index("learning_rate"))
    assert len(shown) == 3


FIRE = """import fire

def train(lr=0.5, epochs=3):
    print(lr, epochs)

fire.Fire(train)
"""


def test_a_parameter_for_fire_is_renamed_with_its_uses() -> None:
    configuration = yaml_of("fire").replace(OLD, "lr")
    found = renamed({"train.py": FIRE, "valohai.yaml": configuration}, "valohai.yaml", "lr", "rate")
    assert not isinstance(found, Refused), found.reason
    assert found["train.py"] == FIRE.replace("lr", "rate")


CLICK = SCRIPTS["click"]
REFUSALS = [
    ("train.py", CLICK, "lambda", "a Python name"),
    ("train.py", CLICK, "Rate", "would be read as something else"),
    ("train.py", CLICK, "epochs", "there is already"),
    ("train.py", SCRIPTS["typer"], "my_rate", "would be read as something else"),
    ("train.py", CLICK.replace("learning_rate, epochs):", "**kwargs):"), "rate", "no function right below"),
    (
        "train.py",
        CLICK.replace("    main()", "    main.callback(learning_rate=1, epochs=1)\n    main()"),
        "rate",
        "is called with this name",
    ),
    (
        "train.py",
        CLICK.replace("    main()", "    again = main\n    again()"),
        "rate",
        "goes by another name",
    ),
    (
        "train.py",
        CLICK.replace("def twice", "print(locals())\n    def twice"),
        "rate",
        "looks at all of its variables",
    ),
    (
        "train.py",
        SCRIPTS["absl-attribute"]
        .replace("    print", "    show(F)\n    print")
        .replace("learning_rate", OLD),
        "rate",
        "handed on",
    ),
]


@pytest.mark.parametrize(("place", "python", "new", "why"), REFUSALS)
def test_what_cannot_be_followed_is_refused_with_its_reason(
    place: str, python: str, new: str, why: str
) -> None:
    found = renamed({"train.py": python, "valohai.yaml": yaml_of("click")}, place, OLD, new)
    assert isinstance(found, Refused)
    assert why in found.reason


def test_a_flag_of_absl_that_another_file_reads_is_refused() -> None:
    other = "from absl import flags\n\ndef run():\n    return flags.FLAGS.learning_rate\n"
    texts = {
        "train.py": SCRIPTS["absl-attribute"],
        "valohai.yaml": yaml_of("absl-attribute"),
        "other.py": other,
    }
    found = renamed(texts, "train.py", "learning_rate", "rate")
    assert isinstance(found, Refused)
    assert "another file may read it" in found.reason


def test_a_dict_that_is_only_called_like_flags_is_left_alone() -> None:
    python = SCRIPTS["absl"].replace(
        "FLAGS = ", 'default_flags = {"learning-rate": 1}\nprint(default_flags["learning-rate"])\nFLAGS = '
    )
    found = renamed(
        {"train.py": python, "valohai.yaml": yaml_of("absl")}, "train.py", 'learning-rate", 0.5', "my-rate"
    )
    assert not isinstance(found, Refused), found.reason
    assert 'print(default_flags["learning-rate"])' in found["train.py"]
    assert 'print(FLAGS["my-rate"]' in found["train.py"]


def test_a_flag_that_is_asked_of_flags_by_another_name_is_renamed() -> None:
    python = SCRIPTS["absl"].replace("FLAGS = flags.FLAGS", "F = flags.FLAGS").replace("FLAGS[", "F[")
    python = python.replace("FLAGS.epochs", "F.epochs")
    texts = {"train.py": python, "valohai.yaml": yaml_of("absl")}
    found = renamed(texts, "train.py", 'learning-rate", 0.5', "my-rate")
    assert not isinstance(found, Refused), found.reason
    assert 'print(F["my-rate"]' in found["train.py"]


@pytest.mark.parametrize(
    ("module", "reads", "shown"),
    [
        (
            "from transformers import HfArgumentParser",
            "(args,) = HfArgumentParser(Args).parse_args_into_dataclasses()",
            "HfArgumentParser",
        ),
        ("import tyro", "args = tyro.cli(Args)", "tyro"),
        ("import simple_parsing", "args = simple_parsing.parse(Args)", "simple-parsing"),
    ],
)
@pytest.mark.parametrize("place", ["train.py", "valohai.yaml"])
def test_a_field_is_refused_with_what_to_do(module: str, reads: str, shown: str, place: str) -> None:
    python = (
        f"from dataclasses import dataclass\n\n{module}\n\n\n"
        f"@dataclass\nclass Args:\n    rate: float = 0.1\n\n\n{reads}\nprint(args.rate)\n"
    )
    yaml = yaml_of("click").replace("learning-rate", "rate")
    found = renamed({"train.py": python, "valohai.yaml": yaml}, place, "rate", "speed")
    assert isinstance(found, Refused)
    assert f"{shown} takes it from a name of Python's" in found.reason
    assert found.reason.endswith("then the parameter in valohai.yaml")
