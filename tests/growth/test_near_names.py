"""Names that nothing has: as much work for each, however many there are; and the near one is found."""

import difflib
import random
from collections.abc import Callable, Mapping
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from tests.growth.call_counts import calls
from tests.growth.test_reading import is_linear
from valohai_steps.cli.main import main
from valohai_steps.model.near_names import close_name

SOME = 120  # more than are all compared
STEP = "- step:\n    name: train\n    image: i\n    command: python train.py {parameters}\n"


def script(count: int) -> str:
    added = "".join(f"p.add_argument('--a{n}', type=int, default={n})\n" for n in range(count))
    return f"import argparse\np = argparse.ArgumentParser()\n{added}p.parse_args()\n"


def step(count: int, letter: str) -> str:
    items = "".join(f"      - {{name: {letter}{n}, type: integer, default: {n}}}\n" for n in range(count))
    return f"{STEP}    parameters:\n{items}"


def pipeline(count: int, nodes: str) -> str:
    named = "".join(f"      - {{name: n{n}, type: execution, step: train}}\n" for n in range(count))
    edges = "".join(f"      - [{nodes}{n}.output.*, {nodes}{n + 1}.input.d]\n" for n in range(count - 1))
    return (
        f"{STEP}    inputs:\n      - {{name: d}}\n"
        f"- pipeline:\n    name: p\n    nodes:\n{named}    edges:\n{edges}"
    )


PROJECTS: Mapping[str, Callable[[int], dict[str, str]]] = {
    "every argument is passed": lambda count: {"train.py": script(count), "valohai.yaml": step(count, "a")},
    "no argument is known": lambda count: {"train.py": script(count), "valohai.yaml": step(count, "b")},
    "no negation is known": lambda count: {"train.py": script(count), "valohai.yaml": step(count, "no-")},
    "every node is there": lambda count: {"valohai.yaml": pipeline(count, "n")},
    "no node is there": lambda count: {"valohai.yaml": pipeline(count, "m")},
    "no node is near": lambda count: {"valohai.yaml": pipeline(count, "quite-another-")},
}


@pytest.mark.parametrize(
    ("project", "command"),
    [*product(PROJECTS, ["check"]), *product((each for each in PROJECTS if "node" in each), ["graph"])],
)
def test_names_that_nothing_has_take_work_in_proportion_to_their_number(
    project: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    for count in (SOME, 4 * SOME):
        folder = tmp_path / str(count)
        folder.mkdir()
        for name, text in PROJECTS[project](count).items():
            (folder / name).write_text(text)
        monkeypatch.chdir(folder)
        if not counted:
            main([command])  # what is loaded, and what is kept of it, counts for neither
        counted.append(calls(partial(main, [command])))
    assert is_linear(*counted), counted


def test_of_many_names_the_one_with_a_letter_too_few_or_another_one_is_found() -> None:
    chosen = random.Random(7)  # noqa: S311  # examples, not secrets
    names = sorted({"".join(chosen.choices("abcdefghij_", k=12)) for _ in range(2_000)})
    for name in chosen.sample(names, 200):
        place = chosen.randrange(len(name))
        for word in (name[:place] + name[place + 1 :], f"{name[:place]}x{name[place + 1 :]}"):
            assert close_name(word, names) == difflib.get_close_matches(word, names, n=1)[0] == name
