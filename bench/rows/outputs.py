"""The runtime beside valohai-utils: `output_properties` of 100,000 files, and the modules of an import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

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
_MODULES = "import sys; before = set(sys.modules); import {}; print(len(set(sys.modules) - before))"
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
    goals = [at_most(f"x {_FLOOR}", numbers[_OURS], numbers[_FLOOR], 2)]
    if _VENDOR in numbers:
        goals.append(faster("valohai-utils takes x as long", numbers[_OURS], numbers[_VENDOR], 1))
    return Row("output-properties", f"output_properties of {FILES:,} files", "ms", numbers, tuple(goals))


def _modules(setting: Setting) -> Row:
    room, series = setting.room("modules"), Series()
    pythons = {_OURS: (setting.peers.own, "valohai"), "import argparse": (setting.peers.own, "argparse")}
    if setting.peers.vendor.exists():
        pythons[_VENDOR] = (setting.peers.vendor, "valohai")
    for name, (python, module) in pythons.items():
        command = [str(python), "-S", "-c", _MODULES.format(module)]
        # Without site, whose .pth files import what they please; where the packages are is said instead.
        places = output([str(python), "-c", _PLACES.format(module)], room).strip()
        found = int(output(command, room, {"PYTHONPATH": places}))
        series.add(name, Sample(found))
    numbers = series.numbers()
    goal = at_most("x `import argparse`", numbers[_OURS], numbers["import argparse"], 1)
    return Row("import-modules", "modules that `import valohai` imports", "modules", numbers, (goal,))
