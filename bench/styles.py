"""One step of a valohai.yaml as people write it; an edit should change the value, and nothing else."""

from __future__ import annotations

BEFORE, AFTER = "0.001", "0.002"
PYTHON = f"""\
import valohai

valohai.prepare(step="train", default_parameters={{"learning-rate": {AFTER}}})
"""

_BASE = """\
- step:
    name: prepare
    image: python:3.11
    command: python prepare.py
- step:
    name: train
    image: python:3.11
    command:
    - pip install -r requirements.txt
    - python ./train.py {parameters}
    parameters:
    - name: learning-rate
      type: float
      default: 0.001
    environment: aws
"""


def styles() -> dict[str, bytes]:
    """Style -> a file in it. Each holds the value 0.001 once, as the default of the step `train`."""
    texts = {
        "sequences not indented": _BASE,
        "indented sequences": _BASE.replace("\n      ", "\n        ").replace("\n    - ", "\n      - "),
        "four spaces": "".join(_widened(line) for line in _BASE.splitlines(keepends=True)),
        "double quotes": _BASE.replace("python:3.11", '"python:3.11"').replace("aws", '"aws"'),
        "single quotes": _BASE.replace("python:3.11", "'python:3.11'").replace("float", "'float'"),
        "flow": _BASE.replace(
            "    - name: learning-rate\n      type: float\n      default: 0.001\n",
            "    - {name: learning-rate, type: float,  default: 0.001}\n",
        ),
        "comments": _BASE.replace("0.001", "0.001   # tuned").replace("- step", "# steps\n- step"),
        "comments at the left": _BASE.replace("      default", "# how fast\n      default"),
        "blank lines": _BASE.replace("- step", "\n\n- step").replace("    parameters", "\n    parameters"),
        "document marks": f"%YAML 1.1\n---\n{_BASE}...\n",
        "anchors": _BASE.replace("image: python:3.11", "image: &image python:3.11", 1).replace(
            "image: python:3.11\n    command:\n", "image: *image\n    command:\n"
        ),
        "long texts": _BASE.replace(
            "- pip install -r requirements.txt", "- >-\n      pip install\n      -r requirements.txt"
        ),
        "spaces after colons": _BASE.replace("default: ", "default:    ").replace("name: ", "name:  "),
        "CRLF": _BASE.replace("\n", "\r\n"),
        "no newline at the end": _BASE.rstrip("\n"),
        "byte order mark": "\ufeff" + _BASE,
    }
    return {name: text.encode("utf-8") for name, text in texts.items()}


def _widened(line: str) -> str:
    """Twice the indentation, and dashes four wide."""
    body = line.lstrip(" ")
    return " " * 2 * (len(line) - len(body)) + body.replace("- ", "-   ", 1 if body.startswith("- ") else 0)
