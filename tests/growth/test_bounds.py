"""What grows without bound in a few lines of Python is given up early: paths, strings, nested values."""

import tracemalloc

import pytest

from tests.growth.call_counts import calls
from valohai_steps.source.command_line.output_paths import output_files
from valohai_steps.source.pipelines.reader import read_pipeline
from valohai_steps.source.python_file import read_module
from valohai_steps.source.tree.syntax import Syntax

MOST_CALLS = 1_500_000
MOST_BYTES = 100_000_000
MAIN = """from valohai import Pipeline


def main(config):
    pipe = Pipeline(name="all", config=config)
{lines}
    pipe.execution("train")
    return pipe
"""
TWICE = "\nfor i in range(60):\n    l = [l, l]\n"
MANY = "; ".join(f"l{n} = [0] * 900" for n in range(900))
LARGE = [
    "x = 'a'.zfill(10**10)",
    "x = ('a' * 99999).replace('a', 'b' * 9999)",
    "x = ('a' * 99999).replace('', 'b' * 9999)",
    "x = ('a' * 99999).join(['b'] * 9000)",
    "x = '{0}' * 9000\ny = x.format('a' * 99999)",
    "x = '%s' * 9000\ny = x % (('a' * 99999,) * 9000)",
    f"s = 'a' * 99999\nx = f'{'{s}' * 9000}'",
    "s = 'a' * 90000\nl = []\nwhile True:\n    l.append(s + str(len(l)))",
    "x = round(5, -(10**9))",
    "t = ('a',)\nwhile True:\n    t = (*t, *t)",
    "l = ['a']\nwhile True:\n    l.extend(l)",
    "d = {i: 1 for i in range(9000)}\nl = [dict(d) for i in range(9000)]",
    "d = {i: 1 for i in range(9000)}\nl = [d.copy() for i in range(9000)]",
    f"l = []{TWICE}unknown(l)",
    f"l = []{TWICE}f = lambda a=l: a\nx = sorted([l, l])\ny = f'{{l}}'",
    f"l = []{TWICE}m = l\nl = []{TWICE}x = l == m\ny = l in [m]\nz = [m].count(l)",
    f"l = [0] * 9000\nif unknown:\n    x = [{'l, ' * 3000}]",
    f"l = ('a',) * 9000\nif unknown:\n    x = [{'l, ' * 3000}]",
    f"l = ('a',) * 9000\n{'x = l + unknown; ' * 3000}",
    f"{MANY}\nif unknown:\n    x = [{', '.join(f'l{n}' for n in range(900))}]",
    "l = []\nl.append(l)\nx = l == [l]\nunknown(l)",
]


@pytest.mark.parametrize("lines", LARGE, ids=[each[:40] for each in LARGE])
def test_a_pipeline_is_read_in_little_memory_and_time(lines: str) -> None:
    source = MAIN.format(lines="\n".join(f"    {line}" for line in lines.splitlines()))
    tracemalloc.start()
    try:
        read_pipeline(source)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_BYTES
    assert calls(lambda: read_pipeline(source)) < MOST_CALLS


@pytest.mark.parametrize("part", ["'f'", "'f{}'"])
@pytest.mark.parametrize("count", [8, 32, 128])
def test_paths_are_joined_in_bounded_steps(part: str, count: int) -> None:
    lines = [f"if c:\n    p = os.path.join(p, {part.format(number)})" for number in range(count)]
    source = "import os\np = os.environ['VH_OUTPUTS_DIR']\n" + "\n".join(lines)
    assert calls(lambda: output_files(Syntax(source))) < MOST_CALLS


def test_paths_are_joined_in_the_order_of_the_lines() -> None:
    lines = "if c:\n    p = os.path.join(p, 'a')\np = os.path.join(p, 'b')\n"
    source = f"import os\np = '/valohai/outputs'\n{lines}"
    assert {each.name for each in output_files(Syntax(source))} == {"a/b", "b"}


@pytest.mark.parametrize("count", [18, 100])
@pytest.mark.parametrize(
    "step", ["l{1} = l{0}\n", "l{1} = l{0}\nl{1} = l{0}\n", "l{1} = l{0}\nl{0} = l{1}\n", "l0 = l0\n"]
)
def test_names_of_a_logger_are_followed_once(step: str, count: int) -> None:
    names = "".join(step.format(number, number + 1) for number in range(count))
    hooks = "".join(f"l{number}.info = other\n" for number in range(count))
    start = "import logging\nimport valohai\nP = {'x': 1}\nlogging.info('%s', P)\n"
    source = f"{start}{names}{hooks}valohai.prepare(step='s', default_parameters=P)\n"
    assert calls(lambda: read_module(source)) < MOST_CALLS


@pytest.mark.parametrize("step", ["P == Q\nQ = Q\n", "P == Q\n", "P == Q{0}\nQ{1} = Q{0}\n"])
def test_operands_are_looked_at_once(step: str) -> None:
    lines = "".join(step.format(number, number + 1) for number in range(150))
    start = "import valohai\nclass K:\n    def __eq__(self, other): pass\nP = {'x': 1}\nQ = Q0 = {'x': 2}\n"
    source = f"{start}{lines}valohai.prepare(step='s', default_parameters=P)\n"
    assert calls(lambda: read_module(source)) < MOST_CALLS
