"""The law of the incremental reader: what it says is what a fresh reading says, or it is marked stale."""

import ast
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.source.test_typing import EXAMPLES, TRAIN
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
