"""Runs programs that it reads from standard input, and writes what `valohai.prepare()` got; a line for each.

It stands alone: it is started with `python -I`, so that a program sees nothing of the tests.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import json
import marshal
import os
import signal
import sys
import types
from collections.abc import Mapping, Sequence

_SECONDS = 5
Answer = list[object]


def main() -> None:
    """Read `[[source, {path: text}], ...]`, run each, write `[[[step, values], ...], error]`."""
    for source, modules in json.load(sys.stdin):
        answer = _in_child(source, modules) if hasattr(os, "fork") else _run(source, modules)
        sys.stdout.write(json.dumps(answer) + "\n")


def shown(value: object) -> str:
    """A value as text, type by type; dicts in the order of their keys."""
    if isinstance(value, dict):
        entries = sorted((shown(key), shown(each)) for key, each in value.items())
        return "{" + ", ".join(f"{key}: {each}" for key, each in entries) + "}"
    if isinstance(value, (list, tuple)):
        opening, closing = "[]" if isinstance(value, list) else "()"
        return opening + ", ".join(map(shown, value)) + closing
    if isinstance(value, (set, frozenset)):
        return "{" + ", ".join(sorted(map(shown, value))) + "}"
    return f"{type(value).__name__} {value!r}"


def _in_child(source: str, modules: Mapping[str, str]) -> Answer:
    """One program in a process of its own: what it changes of the interpreter goes with it."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _silence()
        signal.alarm(_SECONDS)
        try:
            answer = marshal.dumps(_run(source, modules))  # the program may have changed json
        except BaseException as error:  # the parent is told; nothing may go on in the child
            answer = marshal.dumps([[], f"runner: {error!r}"])
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    found: Answer = [[], "ended without a word"]
    if answer:
        found = marshal.loads(answer)  # noqa: S302  # what the child of this process wrote
    return found


def _silence() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)


def _run(source: str, modules: Mapping[str, str]) -> Answer:
    calls: list[list[str]] = []
    valohai = types.ModuleType("valohai")
    valohai.__dict__["prepare"] = lambda **given: calls.append(seen(given))
    program = types.ModuleType("__main__")
    sys.modules.update({"valohai": valohai, "__main__": program})
    sys.meta_path.insert(0, _Finder(modules))
    error = ""
    # As the interpreter reads a file: every line end is one.
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    try:
        code = compile(text, "train.py", "exec", dont_inherit=True)
        exec(code, program.__dict__)  # noqa: S102  # a program of the tests' own
    except BaseException as ended:  # whatever ends a program, the calls before count
        error = f"{type(ended).__name__}: {ended}"
    return [calls, error]


def seen(given: dict[str, object]) -> list[str]:
    """The step of a call, and what it got besides, as text."""
    step = given.pop("step", None)
    values = {name: value for name, value in given.items() if value not in (None, {})}
    return [str(step), shown(values)]


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The modules of a program, from memory."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self.modules = modules

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """A package goes before a module of its name, as in Python."""
        base = name.replace(".", "/")
        for place, is_package in ((f"{base}/__init__.py", True), (f"{base}.py", False)):
            if place in self.modules:
                return importlib.machinery.ModuleSpec(name, self, origin=place, is_package=is_package)
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        """Run a module of the program."""
        origin = "" if module.__spec__ is None else str(module.__spec__.origin)
        code = compile(self.modules[origin], origin, "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102  # a program of the tests' own


if __name__ == "__main__":
    main()
