"""The files that are measured on, made by seeded code: Python files, valohai.yaml files, whole workspaces."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

SEED = 9
# Digits of the numbers that edits replace.
WIDTH = 6
FIRST = 100_000
_WORDS = ("batch", "layer", "epoch", "score", "weight", "image", "label", "split", "model", "metric")


@dataclass(frozen=True)
class Place:
    """Where digits stand: line and column from 0. The text is ASCII, so every encoding counts alike."""

    line: int
    column: int


@dataclass(frozen=True)
class PythonText:
    """A Python file with one step, a place in plain code and one in a default of the step."""

    text: str
    in_code: Place
    in_call: Place


def python_text(lines: int, step: str = "train", seed: int = SEED) -> PythonText:
    """A training script of so many lines, the call near the top, as people write it."""
    source = random.Random(seed)  # noqa: S311  # inputs, not secrets
    out = [*_head(step)]
    call = next(number for number, line in enumerate(out) if "learning-rate" in line)
    code = 0
    while len(out) < lines:
        code = code or (len(out) + 3 if len(out) > lines // 2 else 0)
        out += _function(source, len(out))
    del out[lines:]
    code = code or next(number for number, line in enumerate(out) if line.startswith("    total = "))
    out[code] = f"    total = {FIRST}"
    return PythonText(
        "\n".join(out) + "\n",
        Place(code, len("    total = ")),
        Place(call, out[call].index("0.") + 2),
    )


def with_digits(text: str, old: str, new: str) -> tuple[str, Place]:
    """The text with the first `old` replaced by `new`, and the place of the digits FIRST in it."""
    text = text.replace(old, new, 1)
    start = text.index(str(FIRST), text.index(new))
    return text, Place(text.count("\n", 0, start), start - (text.rfind("\n", 0, start) + 1))


def argparse_text(lines: int) -> str:
    """A script of so many lines that takes the parameters of `yaml_text` from its command line."""
    source = random.Random(SEED)  # noqa: S311  # inputs, not secrets
    out = [*_ARGPARSE]
    while len(out) < lines:
        out += _function(source, len(out))
    return "\n".join(out[:lines]) + "\n"


def cells_text(count: int) -> list[str]:
    """The Python of a notebook's cells: the step in the second, a function in each of the others."""
    source = random.Random(SEED)  # noqa: S311  # inputs, not secrets
    cells = ["\n".join(_function(source, number)[:-2]) for number in range(count)]
    cells[1] = "\n".join(_head("train")[5:-2])
    return cells


def pipeline_yaml(names: Sequence[str]) -> str:
    """The steps, and a pipeline in which each hands its outputs to the next."""
    nodes = "".join(f"      - {{name: {name}, type: execution, step: {name}}}\n" for name in names)
    pairs = pairwise(names)
    edges = "".join(f"      - [{one}.output.*, {other}.input.training-set]\n" for one, other in pairs)
    return f"{yaml_text(names)}- pipeline:\n    name: all\n    nodes:\n{nodes}    edges:\n{edges}"


def yaml_text(names: Sequence[str], scripts: Sequence[str] = ()) -> str:
    """A valohai.yaml with these steps, each running its script (default: NAME.py)."""
    scripts = scripts or [f"{name}.py" for name in names]
    return "".join(_step(name, script) for name, script in zip(names, scripts, strict=True))


def step_names(count: int, first: str = "train") -> list[str]:
    """`first` amid names of other steps: the one that is measured is neither the first nor the last."""
    names = [f"step-{number:04d}" for number in range(count)]
    names[count // 2] = first
    return names


def project(folder: Path, lines: int, steps: int) -> PythonText:
    """A folder with train.py and the valohai.yaml that holds its step among others."""
    folder.mkdir(parents=True)
    python = python_text(lines)
    (folder / "train.py").write_text(python.text, "utf-8")
    (folder / "valohai.yaml").write_text(yaml_text(step_names(steps)), "utf-8")
    (folder / "requirements.txt").write_text("valohai-utils\n", "utf-8")
    return python


def workspace(folder: Path, files: int, with_steps: int) -> None:
    """A tree of Python files, some of which hold a step; 50 files to a folder."""
    source = random.Random(SEED)  # noqa: S311  # inputs, not secrets
    chosen = set(source.sample(range(files), with_steps))
    for number in range(files):
        place = folder / f"package_{number // 1000:02d}" / f"part_{number // 50:03d}"
        place.mkdir(parents=True, exist_ok=True)
        if number in chosen:
            text = python_text(60, f"step-{number}", seed=number).text
        else:
            text = "\n".join([*_imports(), *_function(source, number), *_function(source, number + 1)])
        (place / f"module_{number:05d}.py").write_text(text, "utf-8")


_ARGPARSE = (
    "import argparse",
    "import json",
    "import math",
    "",
    "parser = argparse.ArgumentParser()",
    f'parser.add_argument("--learning-rate", type=float, default=0.{FIRST})',
    'parser.add_argument("--epochs", type=int, default=5)',
    'parser.add_argument("--use-gpu", choices=["true", "false"], default="false")',
    'parser.add_argument("--optimizer", choices=["adam", "sgd"], default="adam")',
    "arguments = parser.parse_args()",
    "",
    "",
)


def _imports() -> list[str]:
    return ["import json", "import math", "", ""]


def _head(step: str) -> list[str]:
    return [
        '"""Train a model."""',
        "",
        "import json",
        "import math",
        "",
        "import valohai",
        "",
        "valohai.prepare(",
        f'    step="{step}",',
        '    image="tensorflow/tensorflow:gpu",',
        "    default_parameters={",
        f'        "learning-rate": 0.{FIRST},',
        '        "epochs": 5,',
        '        "use-gpu": False,',
        '        "optimizer": "adam",',
        "    },",
        '    default_inputs={"training-set": "http://example.com/training_set.zip"},',
        ")",
        "",
        "",
    ]


def _function(source: random.Random, number: int) -> list[str]:
    first, second = source.sample(_WORDS, 2)
    return [
        f"def {first}_{second}_{number}(values, limit={source.randint(1, 99)}):",
        f'    """Sum the {first}s below the limit."""',
        "    found = []",
        f"    total = {source.randint(10, 99)}",
        "    for index, value in enumerate(values):",
        f'        if value > limit or value["{second}"] is None:',
        f"            total += math.sqrt(index * {source.random():.4f})",
        f'        found.append({{"{first}": value, "{second}": total, "text": f"{{index}}: {{value}}"}})',
        f"    print(json.dumps(found[:{source.randint(1, 9)}]), total)",
        "    return [item for item in found if item]",
        "",
        "",
    ]


def _step(name: str, script: str) -> str:
    return f"""\
- step:
    name: {name}
    image: tensorflow/tensorflow:gpu
    command:
      - pip install -r requirements.txt
      - python ./{script} {{parameters}}
    parameters:
      - name: learning-rate
        default: 0.001
        optional: false
        type: float
      - name: epochs
        default: 5
        optional: false
        type: integer
      - name: use-gpu
        default: false
        pass-false-as: --use-gpu=false
        pass-true-as: --use-gpu=true
        type: flag
      - name: optimizer
        default: adam
        optional: false
        type: string
    inputs:
      - name: training-set
        default: http://example.com/training_set.zip
        optional: false
"""
