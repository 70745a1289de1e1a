"""Parsers that go on where argparse ends the script, or get arguments behind our back: nothing is refused.

The oracle is argparse: each script is run with a flag that no declaration names in so many words.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from valohai_steps.source.command_line.reader import read_command_line

HEAD = "import argparse, contextlib, functools, sys\n"
PLAIN = "p = argparse.ArgumentParser()\np.add_argument('--lr')\n"
GOES_ON = {
    "adds by map": f"{HEAD}{PLAIN}list(map(p.add_argument, ['--extra']))\np.parse_args()\n",
    "adds by a partial": (
        f"{HEAD}{PLAIN}list(map(functools.partial(p.add_argument, type=int), ['--extra']))\np.parse_args()\n"
    ),
    "adds to a group": (
        f"{HEAD}{PLAIN}g = p.add_argument_group()\nlist(map(g.add_argument, ['--extra']))\np.parse_args()\n"
    ),
    "error is replaced": f"{HEAD}{PLAIN}p.error = print\np.parse_args()\n",
    "exit is replaced": f"{HEAD}{PLAIN}p.exit = lambda *_: None\np.parse_args()\n",
    "error is overridden": (
        f"{HEAD}class P(argparse.ArgumentParser):\n    def error(self, message):\n        print(message)\n"
        "p = P()\np.add_argument('--lr')\np.parse_args()\n"
    ),
    "a private method": (
        f"{HEAD}class P(argparse.ArgumentParser):\n    def _parse_optional(self, text):\n"
        "        return None\n"
        "p = P()\np.add_argument('--lr')\np.add_argument('rest', nargs='*')\np.parse_args()\n"
    ),
    "its end is caught": f"{HEAD}{PLAIN}try:\n    p.parse_args()\nexcept SystemExit:\n    pass\n",
    "everything is caught": f"{HEAD}{PLAIN}try:\n    p.parse_args()\nexcept:\n    print('no')\n",
}
ENDS = {
    "plain": f"{HEAD}{PLAIN}p.parse_args()\n",
    "error prints the help": (
        f"{HEAD}class P(argparse.ArgumentParser):\n    def error(self, message):\n"
        "        self.print_help()\n        sys.exit(2)\n"
        "p = P()\np.add_argument('--lr')\np.parse_args()\n"
    ),
    "caught and raised": (
        f"{HEAD}{PLAIN}try:\n    p.parse_args()\nexcept SystemExit:\n    print('no')\n    raise\n"
    ),
    "another error is caught": f"{HEAD}{PLAIN}try:\n    p.parse_args()\nexcept ValueError:\n    pass\n",
    "an attribute of the script's own": f"{HEAD}{PLAIN}p.note = 'x'\np.parse_args()\n",
}


def taken(source: str, folder: Path) -> bool:
    (folder / "script.py").write_text(source)
    command = [sys.executable, "-I", "script.py", "--extra=1"]
    run = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    return run.returncode == 0


def is_open(source: str) -> bool:
    fact = read_command_line(source).fact
    assert fact is not None
    assert fact.parser is not None
    return fact.parser.open


@pytest.mark.process
@pytest.mark.parametrize("name", GOES_ON)
def test_a_parser_that_goes_on_is_open(name: str, tmp_path: Path) -> None:
    assert taken(GOES_ON[name], tmp_path)
    assert is_open(GOES_ON[name])


@pytest.mark.process
@pytest.mark.parametrize("name", ENDS)
def test_a_parser_that_ends_its_script_is_judged(name: str, tmp_path: Path) -> None:
    assert not taken(ENDS[name], tmp_path)
    assert not is_open(ENDS[name])
