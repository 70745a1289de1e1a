"""A program as files in a folder, run there by Python beside a stub `valohai`."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.source.oracle import Program, Run

STUB = """
def prepare(**given):
    from runner import seen
    print(seen(given))
"""
RUNNER = Path(__file__).with_name("runner.py")


def run_in_folder(program: Program, folder: Path) -> Run:
    """What the program gives to each call, run in `folder`. Raises CalledProcessError."""
    stub = folder / "stub"
    for name, text in {**program.modules, "train.py": program.source}.items():
        (folder / "work" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "work" / name).write_text(text, "utf-8")
    stub.mkdir()
    (stub / "valohai.py").write_text(STUB, "utf-8")
    (stub / "runner.py").write_text(RUNNER.read_text("utf-8"), "utf-8")
    work = folder / "work"
    start = f"import sys; sys.path.append({str(stub)!r}); import valohai, runner, runpy"
    code = f"{start}; sys.path[0] = {str(work)!r}; runpy.run_path('train.py', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=work, capture_output=True, text=True, check=True
    )
    return Run(tuple((step, got) for step, got in map(ast.literal_eval, done.stdout.splitlines())), "")
