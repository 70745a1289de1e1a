"""Run a list of cases under whichever ``valohai`` this Python has; started by test_vendor.py, once for each.

Reads cases as JSON on standard input, writes their outcomes as JSON to the file that is its argument. The
cases are this repository's own, so evaluating their expressions is safe.
"""

from __future__ import annotations

import array
import contextlib
import io
import json
import os
import pathlib
import sys
import types
import warnings
import zipfile
from typing import Any


def main() -> None:
    cases = json.load(sys.stdin)
    outcomes = {case["name"]: outcome(case) for case in cases}
    pathlib.Path(sys.argv[1]).write_text(json.dumps(outcomes))


def outcome(case: dict[str, Any]) -> Any:
    folder = pathlib.Path(case["folder"])
    folder.mkdir(parents=True)
    for name, content in case["files"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".zip"):
            with zipfile.ZipFile(path, "w") as packed:
                for member in content.split():
                    packed.writestr(member, member)
        else:
            path.write_text(content)
    os.chdir(folder)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("VH_", "VALOHAI_"))
    }
    os.environ.clear()
    os.environ.update(environment, **case["environment"])
    out, err = io.StringIO(), io.StringIO()
    argv = list(sys.argv)
    sys.argv = ["train.py", *case["argv"]]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = run(case)
    finally:
        sys.argv = argv
    return {"result": result, "warned": bool(err.getvalue()), "printed": out.getvalue()}


def run(case: dict[str, Any]) -> Any:
    valohai = fresh_valohai()
    try:
        if case["prepare"] is not None:
            valohai.prepare(step="train", **with_tuples(case["prepare"]))
        names = {"valohai": valohai, "array": array, "os": os, "pathlib": pathlib, "zipfile": zipfile}
        return [plain(eval(expression, names)) for expression in case["reads"]]  # noqa: S307  # our own expressions
    except SystemExit as error:
        return {"exit": error.code}
    except Exception as error:
        return {"error": type(error).__name__}


def with_tuples(value: Any) -> Any:
    """JSON has no tuples; the cases mark them."""
    if isinstance(value, dict):
        if "__tuple__" in value:
            return tuple(value["__tuple__"])
        return {key: with_tuples(item) for key, item in value.items()}
    return value


def fresh_valohai() -> Any:
    """``import valohai`` with no step declared."""
    import valohai

    try:
        from valohai.internals.global_state import flush_global_state  # type: ignore[import-not-found]  # of the vendor's package
    except ImportError:
        from valohai._step.state import Process, process

        fresh = Process()
        for slot in Process.__slots__:
            setattr(process, slot, getattr(fresh, slot))
    else:
        flush_global_state()
    return valohai


def plain(value: Any) -> Any:
    """``value`` with what JSON would blur (1 and 1.0, tuple and list) spelled out, this folder's name cut."""
    if isinstance(value, (list, tuple, types.GeneratorType)):
        return [type(value).__name__ if isinstance(value, tuple) else "list", *map(plain, value)]
    return repr(value).replace(str(pathlib.Path.cwd()), "<here>")


if __name__ == "__main__":
    main()
