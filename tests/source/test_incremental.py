"""The law of the incremental reader: what it says is what a fresh reading says, or it is marked stale."""

import ast
import random
from pathlib import PurePath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.source.test_typing import EXAMPLES, TRAIN
from tests.source.workspace import Folder
from valohai_steps.model.text import Span, TextEdit, apply_edits
from valohai_steps.source.incremental.kept_calls import meaning
from valohai_steps.source.incremental.reader import PythonReader, start_reading
from valohai_steps.source.python_file import PythonFile, Syntax, read_module

TEXTS = [TRAIN, *(path.read_text("utf-8") for path in EXAMPLES)]
# What people put in and take out: whole tokens, halves of them, lines.
PIECES = [
    "",
    "(",
    ")",
    "{",
    "}",
    '"',
    "'",
    ",",
    ":",
    "\n",
    "    ",
    "x = 1\n",
    "# ",
    "0",
    "valohai",
    "P",
    "\n\n",
    "é",
    "\r\n",
    "\\\n",
    '"""',
    'f"',
    "f'{x}'",
    'f"{x["a"]}"',
    "# '",
]


def some_edit(text: str, chosen: random.Random) -> TextEdit:
    start = chosen.randrange(len(text) + 1)
    end = min(len(text), start + chosen.choice([0, 0, 0, 1, 1, 2, 8, 40]))
    return TextEdit(Span(start, end), chosen.choice(PIECES))


def parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return not Syntax(text).is_broken  # which sees breaks that Python does not


def obeys_the_law(reader: PythonReader, text: str, good: PythonFile) -> bool:
    """Whether the facts are a fresh reading's; of a broken text those, the last good ones, or stale."""
    fresh = read_module(text)
    if parses(text):
        return reader.file == fresh
    # A call that is whole, in a text that is broken elsewhere, is read as it is.
    alone = start_reading(text).file
    known = {meaning(step) for step in (*fresh.steps, *alone.steps, *good.steps)}
    return all(step.stale or meaning(step) in known for step in reader.file.steps)


@settings(max_examples=150)
@given(st.integers(0, 10**9))
def test_after_any_edits_the_facts_are_those_of_a_fresh_reading_or_stale(seed: int) -> None:
    chosen = random.Random(seed)  # noqa: S311  # a test's dice
    text = chosen.choice(TEXTS)
    reader = start_reading(text)
    good = reader.file
    assert reader.file == read_module(text)
    for _ in range(6):
        edit = some_edit(text, chosen)
        before, text = text, apply_edits(text, [edit])
        reader = reader.after(text, (edit,))
        assert obeys_the_law(reader, text, good), (before, edit)
        good = reader.file if parses(text) else good
    reader = reader.after(TRAIN)
    assert reader.file == read_module(TRAIN)


@pytest.mark.parametrize(
    ("line", "quiet", "replacing"),
    [
        ("import hook", "", "import valohai\nvalohai.prepare = print\n"),
        ("import hook", "import sub", "import sub, sys\nsys.modules['valohai'] = sub\n"),
        ("from hook import *", "x = 1", "valohai = 1\n"),
        ("def f():\n    import hook", "", "import valohai\nvalohai.prepare = print\n"),
    ],
)
def test_a_file_that_begins_or_ends_to_replace_prepare_is_seen(line: str, quiet: str, replacing: str) -> None:
    call = 'valohai.prepare(step="s", default_parameters={"x": 1})\n'
    without, with_it = f"import valohai\n\n{call}", f"import valohai\n{line}\n\n{call}"
    reader = start_reading(without)
    for text, hook in ((with_it, quiet), (with_it, replacing), (with_it, quiet), (without, replacing)) * 2:
        folder = Folder({"train.py": text, "hook.py": hook}, PurePath())
        reader = reader.after(text, (), folder)
        assert reader.file == read_module(text, folder), hook
        assert [step.complete for step in reader.file.steps] == [text == without or hook == quiet]


@pytest.mark.parametrize(
    ("value", "before", "after", "module"),
    [
        ("K.a", "class K:\n    a = 5\nx = 1", "class K:\n    a = 5\nK.a = 3", ("", "")),
        ("str(K.a)", "class K:\n    a = 5\nx = 1", "class K:\n    a = 5\nK.a = 3", ("", "")),
        ("int(3)", "x = 1", "def int(x): return 9", ("", "")),
        ("int(3)", "import cfg", "import cfg", ("", "import builtins\nbuiltins.int = print\n")),
        ("cfg.A", "import cfg", "import cfg", ("A = 1\n", "A = 2\n")),
        ('os.path.join("a", "b")', "import os\nx = 1", "import os\nos.path.join = print", ("", "")),
    ],
)
def test_what_a_value_depends_on_is_read_again(
    value: str, before: str, after: str, module: tuple[str, str]
) -> None:
    call = f'valohai.prepare(step="s", default_parameters={{"x": {value}}})\n'
    reader = start_reading("import valohai\n")
    for lines, imported in ((before, module[0]), (after, module[1])) * 2:
        text = f"import valohai\n{lines}\n\n{call}"
        folder = Folder({"train.py": text, "cfg.py": imported}, PurePath())
        reader = reader.after(text, (), folder)
        assert reader.file == read_module(text, folder), lines
