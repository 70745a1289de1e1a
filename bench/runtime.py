"""What `import valohai` and `prepare()` cost a script: whole processes, side by side.

Each round runs every contestant once, in a random order, so that a busy moment of the machine, or a slow
predecessor, hits all of them alike; the table gives medians in milliseconds and their ratio to bare Python.
The runtime is copied and compiled first, as pip would install it. valohai-utils runs under the Python of its
own environment, whose bare start is a row of its own.

    python bench/runtime.py [--rounds 40] [--python PATH]
"""

from __future__ import annotations

import argparse
import compileall
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "runtime/src/valohai"
PREPARE = """
import valohai
valohai.prepare(
    step="train",
    default_parameters={"learning_rate": 0.001, "epochs": 3, "use_gpu": False, "name": "resnet"},
    default_inputs={"training-set": "http://example.com/training_set.zip"},
)
"""
# Names with underscores: valohai-utils loses the value of a name with a dash.
OVERRIDES = ["--learning_rate=.002", "--epochs=5", "--use_gpu=true", "--name=vgg"]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--python", default=sys.executable, help="the Python to run ours with")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print_table(measure(contestants(options.python, Path(folder)), options.rounds))


def contestants(python: str, folder: Path) -> dict[str, list[str]]:
    """Name -> command line."""
    script = folder / "script.py"
    script.write_text(PREPARE)
    bare = folder / "bare.py"
    bare.write_text("pass\n")
    with_argparse = folder / "with_argparse.py"
    with_argparse.write_text("import argparse\n")
    site = folder / "site"
    shutil.copytree(SOURCE, site / "valohai", ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run([python, "-m", "compileall", "-q", str(site)], check=True)
    ours = folder / "ours.py"
    ours.write_text(f"import sys\nsys.path.insert(0, {str(site)!r})\n{PREPARE}")
    commands = {
        "bare python": [python, str(bare)],
        "import argparse": [python, str(with_argparse)],
        "valohai-steps-runtime, prepare() with 4 overrides": [python, str(ours), *OVERRIDES],
    }
    vendor = vendor_python()
    if vendor.exists():
        compileall.compile_dir(vendor.parent.parent / "lib", quiet=2, workers=1)
        commands["bare python of the valohai-utils environment"] = [str(vendor), str(bare)]
        commands["valohai-utils, prepare() with 4 overrides"] = [str(vendor), str(script), *OVERRIDES]
    else:
        print(f"no valohai-utils: {vendor} does not exist (VALOHAI_STEPS_VENDOR_PYTHON)", file=sys.stderr)
    return commands


def vendor_python() -> Path:
    """The Python of an environment that has valohai-utils."""
    default = Path.home() / ".cache/valohai-steps/vendor/bin/python"
    return Path(os.environ.get("VALOHAI_STEPS_VENDOR_PYTHON") or default)


def measure(commands: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """Name -> median of whole-process seconds."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    order = random.Random(0)  # noqa: S311  an order, not a secret
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for name in order.sample(list(commands), len(commands)):
                start = time.perf_counter()
                subprocess.run(commands[name], check=True, cwd=folder, stdin=subprocess.DEVNULL)
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in seconds.items()}


def print_table(medians: dict[str, float]) -> None:
    bare = medians["bare python"]
    print(f"{'':52}{'median ms':>10}{'x bare':>8}")
    for name, median in medians.items():
        print(f"{name:52}{median * 1000:10.1f}{median / bare:8.2f}")


if __name__ == "__main__":
    main()
