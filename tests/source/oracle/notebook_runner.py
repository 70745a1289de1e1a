"""Runs notebooks with IPython, which it reads from standard input, and writes what `valohai.prepare()` got.

It is started with a Python that has IPython; each notebook runs in a child and in a folder of its own.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import types
from collections.abc import Mapping, Sequence
from pathlib import Path

from runner import seen  # type: ignore[import-not-found]  # it lies beside this file, where that is started


def main() -> None:
    """Read `[[cells, {path: text}], ...]`, run each, write `[[step, values], ...]` for each, in order."""
    for cells, files in json.load(sys.stdin):
        with tempfile.TemporaryDirectory() as folder:
            answer = Path(folder, "answer.json")
            child = os.fork()
            if not child:
                _run(cells, files, Path(folder), answer)
            os.waitpid(child, 0)
            print(answer.read_text("utf-8") if answer.exists() else "[]", flush=True)


def _run(cells: Sequence[str], files: Mapping[str, str], folder: Path, answer: Path) -> None:
    from IPython.core.interactiveshell import InteractiveShell  # type: ignore[import-not-found]  # as above

    os.environ["IPYTHONDIR"] = str(folder / "profile")
    work = folder / "work"
    for name, text in files.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(text, "utf-8")
    work.mkdir(exist_ok=True)
    os.chdir(work)
    sys.path.insert(0, "")
    for stream in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    calls: list[list[str]] = []
    valohai = types.ModuleType("valohai")
    valohai.__dict__["prepare"] = lambda **given: calls.append(seen(given))
    sys.modules["valohai"] = valohai
    shell = InteractiveShell.instance()
    try:
        for cell in cells:
            if not shell.run_cell(cell, store_history=True).success:
                break
    finally:  # whatever ends a notebook, the calls before count
        answer.write_text(json.dumps(calls), "utf-8")
        os._exit(0)


if __name__ == "__main__":
    main()
