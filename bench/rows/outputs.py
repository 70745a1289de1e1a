"""The runtime beside valohai-utils: `output_properties` of 100,000 files, and the modules of an import."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.failures import of_each
from bench.processes import output, run
from bench.samples import Row, Sample, Series, at_most, faster
from bench.setting import Setting
from bench.turns import take_turns

FILES = 100_000
_OURS, _VENDOR, _FLOOR = "valohai-steps-runtime", "valohai-utils", "json.dumps of each, one write"
_PROPERTIES = f"""
import valohai
with valohai.output_properties() as properties:
    version = properties.dataset_version_uri("images", "v1")
    for number in range({FILES}):
        name = f"images/{{number}}.png"
        properties.add(file=name, properties={{"number": number}})
        properties.add_to_dataset(file=name, dataset_version=version)
"""
_WRITE = f"""
import json
with open("floor.jsonl", "w") as file:
    for number in range({FILES}):
        metadata = {{"number": number, "valohai.dataset-versions": ["dataset://images/v1"]}}
        file.write(json.dumps({{"file": f"images/{{number}}.png", "metadata": metadata}}) + "\\n")
"""
_IMPORTED = re.compile(r"import time:.*\| *(\S+)$", re.MULTILINE)
_PLACES = (
    "import os, sysconfig, {0}; from pathlib import Path; "
    "print(sysconfig.get_path('purelib'), Path({0}.__file__).parents[1], sep=os.pathsep)"
)


def measure(setting: Setting) -> Iterator[Row]:
    """Whole processes; the modules are counted, which no busy machine disturbs."""
    yield _properties(setting)
    yield _modules(setting)


def _properties(setting: Setting) -> Row:
    room = setting.room("outputs")
    folder = room / "outputs"
    folder.mkdir()
    environment = {"VH_OUTPUTS_DIR": str(folder)}

    def script(python: Path, name: str, text: str) -> Callable[[int], Sample]:
        path = room / f"{name}.py"
        path.write_text(text, "utf-8")

        def one(_: int) -> Sample:
            for each in folder.iterdir():
                each.unlink()
            return run([str(python), str(path)], room, environment)

        return one

    contestants = {
        _OURS: script(setting.peers.own, "ours", _PROPERTIES),
        _FLOOR: script(setting.peers.own, "floor", _WRITE),
    }
    if setting.peers.vendor.exists():
        contestants[_VENDOR] = script(setting.peers.vendor, "theirs", _PROPERTIES)
    numbers = take_turns(contestants, setting.plan(10, 10)).numbers()
    goals = [at_most(f"x {_FLOOR}", numbers[_OURS], numbers.get(_FLOOR), 2)]
    if _VENDOR in numbers:
        goals.append(faster("valohai-utils takes x as long", numbers[_OURS], numbers.get(_VENDOR), 1))
    return Row("output-properties", f"output_properties of {FILES:,} files", "ms", numbers, tuple(goals))


def _modules(setting: Setting) -> Row:
    """Counted by `python -X importtime`; the note is the picture of ours, each behind what it needs."""
    room, series = setting.room("modules"), Series()
    pythons = {_OURS: (setting.peers.own, "valohai"), "import argparse": (setting.peers.own, "argparse")}
    if setting.peers.vendor.exists():
        pythons[_VENDOR] = (setting.peers.vendor, "valohai")
    found = of_each(pythons, lambda _, each: imported_modules(*each, room))
    for name, modules in found.items():
        series.add(name, Sample(len(modules)))
    numbers = series.numbers()
    goal = at_most("x `import argparse`", numbers[_OURS], numbers.get("import argparse"), 1)
    note = f"ours: {', '.join(found[_OURS])}"
    return Row("import-modules", "modules that `import valohai` imports", "modules", numbers, (goal,), note)


def imported_modules(python: Path, module: str, room: Path) -> list[str]:
    """The modules that an import brings into a bare Python, in the order in which they are ready."""
    # Without site, whose .pth files import what they please; where the packages are is said instead.
    places = output([str(python), "-c", _PLACES.format(module)], room).strip()

    def told(code: str) -> list[str]:
        command = [str(python), "-S", "-X", "importtime", "-c", code]
        environment = {**os.environ, "PYTHONPATH": places}
        done = subprocess.run(
            command, cwd=room, env=environment, check=True, capture_output=True, encoding="utf-8"
        )
        return _IMPORTED.findall(done.stderr)

    bare = set(told("pass"))
    return [name for name in told(f"import {module}") if name not in bare]
