"""What `import valohai` and `prepare()` with four overrides cost a script: whole processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from bench.processes import run
from bench.samples import Row, Sample, at_most, faster
from bench.setting import Setting
from bench.turns import take_turns

_OURS = "valohai-steps-runtime"
_BARE = "bare python"
_ARGPARSE = "import argparse"
_VENDOR = "valohai-utils"
_PREPARE = """
import valohai
valohai.prepare(
    step="train",
    default_parameters={"learning_rate": 0.001, "epochs": 3, "use_gpu": False, "name": "resnet"},
    default_inputs={"training-set": "http://example.com/training_set.zip"},
)
"""
_CLICK = """
import click
@click.command()
@click.option("--learning_rate", default=0.001)
@click.option("--epochs", default=3)
@click.option("--use_gpu", type=bool, default=False)
@click.option("--name", default="resnet")
def main(learning_rate, epochs, use_gpu, name): pass
main()
"""
_MAIN = """
def main(learning_rate: float = 0.001, epochs: int = 3, use_gpu: bool = False, name: str = "resnet"): pass
"""
# Names with underscores: valohai-utils loses the value of a name with a dash.
_OVERRIDES = ["--learning_rate=.002", "--epochs=5", "--use_gpu=true", "--name=vgg"]
_FLAG = ["--learning-rate=.002", "--epochs=5", "--use-gpu", "--name=vgg"]


def measure(setting: Setting) -> Iterator[Row]:
    """One row: ours, the floors, other ways to take four options, the vendor's."""
    room = setting.room("runtime")
    commands = {
        name: command for name, command in _commands(setting, room).items() if Path(command[0]).exists()
    }

    def one(command: list[str]) -> Callable[[int], Sample]:
        return lambda _: run(command, room)

    plan = setting.plan(60, 7)
    numbers = take_turns({name: one(command) for name, command in commands.items()}, plan).numbers()
    goals = [
        at_most("x bare python", numbers[_OURS], numbers.get(_BARE), 1.15),
        at_most("x `import argparse` alone", numbers[_OURS], numbers.get(_ARGPARSE), 1),
    ]
    if _VENDOR in numbers:
        goals.append(faster("valohai-utils takes x as long", numbers[_OURS], numbers.get(_VENDOR), 14))
    yield Row("runtime", "`import valohai` + `prepare()`, whole process", "ms", numbers, tuple(goals))


def _commands(setting: Setting, room: Path) -> dict[str, list[str]]:
    own, vendor, arguments = (str(each) for each in _pythons(setting))

    def script(name: str, text: str) -> str:
        path = room / f"{name}.py"
        path.write_text(text, "utf-8")
        return str(path)

    bare, prepare = script("bare", "pass\n"), script("prepare", _PREPARE)
    return {
        _OURS: [own, prepare, *_OVERRIDES],
        _BARE: [own, bare],
        _ARGPARSE: [own, script("with_argparse", "import argparse\n")],
        "click": [arguments, script("with_click", _CLICK), *_OVERRIDES],
        "tyro": [arguments, script("with_tyro", f"import tyro\n{_MAIN}tyro.cli(main)\n"), *_FLAG],
        "typer": [arguments, script("with_typer", f"import typer\n{_MAIN}typer.run(main)\n"), *_FLAG],
        "bare python of the valohai-utils environment": [vendor, bare],
        _VENDOR: [vendor, prepare, *_OVERRIDES],
    }


def _pythons(setting: Setting) -> tuple[Path, Path, Path]:
    return setting.peers.own, setting.peers.vendor, setting.peers.arguments
