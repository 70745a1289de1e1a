"""Which files a command runs, as people write commands."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valohai_steps.drift.commands.folders import command_lines
from valohai_steps.drift.commands.runs import files_run, runs, shell_script_runs
from valohai_steps.drift.commands.shell_words import UnclosedQuote, parts


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("python train.py", {"train.py"}),
        (["pip install -r requirements.txt", "python ./train.py {parameters}"], {"train.py"}),
        ("python3 -u src/train.py --x=1", {"src/train.py"}),
        ("/usr/bin/python3.11 -W ignore train.py", {"train.py"}),
        (["cd src", "python train.py"], {"src/train.py"}),
        ("cd src && cd .. && python ./a/../train.py", {"train.py"}),
        ("cd /valohai/repository/src; python train.py", {"src/train.py"}),
        ("python /valohai/repository/train.py", {"train.py"}),
        ("python -m pkg.mod {parameters}", {"pkg/mod.py", "pkg/mod/__main__.py"}),
        ("python -m torch.distributed.run --nproc=2 train.py", {"train.py"}),
        ("torchrun --nproc_per_node 2 train.py", {"train.py"}),
        (
            "papermill -k python3 '/valohai/repository/My Net.ipynb' /valohai/outputs/x.ipynb",
            {"My Net.ipynb"},
        ),
        (
            "papermill -k python3 -f /valohai/config/parameters.json x.ipynb /valohai/outputs/y.ipynb",
            {"x.ipynb"},
        ),
        ("python -m papermill x.ipynb y.ipynb", {"x.ipynb"}),
        ("python -m accelerate.commands.launch --num_processes=4 t.py {parameters}", {"t.py"}),
        ("accelerate launch --config_file a.yaml t.py {parameters}", {"t.py"}),
        ("torchrun --standalone -m pkg.mod {parameters}", {"pkg/mod.py", "pkg/mod/__main__.py"}),
        ("uv run --with x python -u train.py", {"train.py"}),
        ("python train.py > log.txt 2>&1", {"train.py"}),
        ("python train.py  # python old.py", {"train.py"}),
        ("for i in 1 2; do python train.py --i $i; done", {"train.py"}),
        ("python train.py \\\n  --x=1", {"train.py"}),
        ("CUDA_VISIBLE_DEVICES=0 nice python train.py", {"train.py"}),
        ("python a.py && python b.py", {"a.py", "b.py"}),
        ("python a.py\npython b.py", {"a.py", "b.py"}),
        ("python 'my train.py'", {"my train.py"}),
        ("./train.py", {"train.py"}),
        ("python -c 'print()' train.py", set()),
        ("echo 'unclosed", set()),
        ("bash run.sh", set()),
        ("", set()),
        (None, set()),
        ([3, None], set()),
    ],
)
def test_the_files_that_a_command_runs(command: object, expected: set[str]) -> None:
    assert files_run(command) == expected


def test_the_source_path_stands_for_its_placeholder() -> None:
    assert files_run("python {source-path} {parameters}", "./src/train.py") == {"src/train.py"}


def words_of(command: object) -> list[tuple[str, list[str]]]:
    return [("|".join(run.files), [word.text for word in run.words]) for run in runs(command_lines(command))]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("python train.py --x=1 'a b'", [("train.py", ["--x=1", "a b"])]),
        ('torchrun --nproc 2 train.py --x "$A" > log', [("train.py", ["--x", "$A"])]),
        ("python -m pkg.mod -v", [("pkg/mod.py|pkg/mod/__main__.py", ["-v"])]),
        ("bash -e run.sh {parameters}", [("run.sh", ["{parameters}"])]),
        (["cd sub", "./run.sh a"], [("sub/run.sh", ["a"])]),
    ],
)
def test_the_words_that_a_file_gets(command: object, expected: list[tuple[str, list[str]]]) -> None:
    assert words_of(command) == expected


def test_a_shell_script_hands_its_words_on() -> None:
    (run,) = runs(["bash run.sh --x=1 b"])
    (inner,) = shell_script_runs('#!/bin/sh\nset -e\npython train.py "$@" --y $2 $HOME\n', run)
    assert inner.files == ("train.py",)
    assert [word.text for word in inner.words] == ["--x=1", "b", "--y", "b", "$HOME"]
    assert [word.known for word in inner.words] == [True, True, True, True, False]


@pytest.mark.parametrize("position", ["9" * 5000, "0" * 5000, "\u00b2", "3", "0"])
def test_a_shell_script_may_ask_for_a_word_that_no_command_has(position: str) -> None:
    (run,) = runs(["bash run.sh --x=1 b"])
    (inner,) = shell_script_runs(f"python train.py ${{{position}}}", run)
    assert [word.text for word in inner.words] == [f"${{{position}}}"]


@given(st.text(alphabet="ab \\'\"$-=", max_size=12))
def test_words_are_those_of_shlex(line: str) -> None:
    try:
        expected: list[str] | None = shlex.split(line)
    except ValueError:
        expected = None
    try:
        found = [word.text for part in parts(line) for word in part.words]
    except UnclosedQuote:
        assert expected is None
    else:
        assert expected is None or found == expected
