"""Half-typed code: what a reader says of states of typing, and of random edits.

The states and the answers that are right are those of tests/source/test_typing.py. Of a random edit, the
truth is what `ast` says where the text parses, and else what was known before: nobody knows more of a
broken text. Where `import valohai` itself is half-typed, both no steps and the steps before are right.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.failures import FAILURES, leave_out
from bench.inputs import SEED
from bench.peers import FLOORS, OWN
from bench.processes import output
from bench.readers import facts, read_with_ast, read_with_tree_sitter
from bench.samples import Goal, Numbers, Row, Sample, numbers
from bench.setting import Setting
from tests.source.facts import last, summary
from tests.source.test_typing import BOTH, STATES, TRAIN

_STALE = " stale"
_FACT = re.compile(r"[^\s(,]+=[^,)]+|\w+\(")
_RANDOM = 3_000
_IMPORT = "import valohai\n"
_PIECES = (
    '"',
    "'",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "=",
    ".",
    "x",
    "5",
    "\n",
    " ",
    '"""',
    "def ",
    "#",
)

# A text -> its facts, when it is typed into TRAIN.
Reader = Callable[[str], str]


@dataclass(frozen=True)
class _Score:
    right: float
    wrong: int


def measure(setting: Setting) -> Iterator[Row]:
    """Shares of right answers, and numbers of answers with a value or step that nobody typed."""
    states = [(TRAIN.replace(before, after), _answers(found)) for _, before, after, found in STATES]
    edits = list(_random_edits(_RANDOM // 10 if setting.quick else _RANDOM))
    readers: dict[str, Reader] = {
        OWN: _ours,
        "tree-sitter alone": read_with_tree_sitter,
        "`ast` alone": lambda text: read_with_ast(text) or "",
    }
    try:
        readers["parso alone"] = _parso(setting, [text for text, _ in (*states, *edits)]).__getitem__
    except FAILURES as error:
        leave_out("parso alone", error)
    title = f"half-typed code, {len(states)} states of typing"
    yield from _rows("typing-states", title, readers, states, 100 * 34 / 35)
    title = f"half-typed code, {len(edits):,} random edits"
    yield from _rows("random-edits", title, readers, edits, 97.5)


def _rows(
    key: str, title: str, readers: dict[str, Reader], cases: list[tuple[str, set[str]]], limit: float
) -> Iterator[Row]:
    scores = {name: _score(read, cases) for name, read in readers.items()}
    right = {name: _one(score.right) for name, score in scores.items()}
    goal = Goal("answered right", scores[OWN].right, limit, at_least=True, unit="%")
    yield Row(key, title, "%", right, (goal,), "the parsers alone remember nothing of the text before")
    wrong = {name: _one(score.wrong) for name, score in scores.items()}
    goal = Goal("a value or step that nobody typed", scores[OWN].wrong, 0, unit="")
    yield Row(f"{key}-wrong", f"{title}, wrong answers", "answers", wrong, (goal,))


def _score(read: Reader, cases: list[tuple[str, set[str]]]) -> _Score:
    right = wrong = 0
    for text, accepted in cases:
        found = read(text)
        known = {fact for answer in (*accepted, BOTH) for fact in _FACT.findall(answer)}
        right += found in accepted
        wrong += found not in accepted and not known.issuperset(_FACT.findall(found))
    return _Score(100 * right / len(cases), wrong)


def _ours(text: str) -> str:
    return summary(last([TRAIN, text])).replace(_STALE, "")


def _parso(setting: Setting, texts: list[str]) -> dict[str, str]:
    """Text -> its facts as parso's tree has them."""
    room = setting.room("half-typed")
    (room / "texts.json").write_text(json.dumps(texts), "utf-8")
    command = [str(setting.peers.pylsp), str(FLOORS / "parso_reader.py"), str(room / "texts.json")]
    trees = json.loads(output(command, room))
    return {text: facts(iter(calls), names) for text, (calls, names) in zip(texts, trees, strict=True)}


def _answers(found: tuple[str, ...]) -> set[str]:
    return {answer.replace(_STALE, "") for answer in found}


def _random_edits(count: int) -> Iterator[tuple[str, set[str]]]:
    """Texts one edit away from TRAIN: some characters gone, some come, or both; and their truth."""
    source = random.Random(SEED)  # noqa: S311  # edits, not secrets
    while count:
        start = source.randrange(len(TRAIN))
        end = start + source.choice((0, 0, 1, 1, 2, 5, 12))
        typed = "".join(source.choices(_PIECES, k=source.choice((0, 1, 1, 2, 3))))
        text = TRAIN[:start] + typed + TRAIN[end:]
        if text == TRAIN:
            continue
        count -= 1
        truth = read_with_ast(text)
        yield text, {BOTH} if truth is None else {truth, BOTH} if _IMPORT not in text else {truth}


def _one(value: float) -> Numbers:
    return numbers([Sample(value)])
