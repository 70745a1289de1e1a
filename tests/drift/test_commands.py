"""Which files a command runs, as people write commands."""

import pytest

from valohai_steps.drift.commands import files_run


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
