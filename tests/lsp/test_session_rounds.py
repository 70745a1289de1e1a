"""When findings are shown: a single edit at once, a burst when the last round has paid for itself."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from tests.lsp import virtual_time
from tests.lsp.test_session import EXAMPLE
from tests.lsp.wire import INITIALIZE, opening, talk
from valohai_steps.lsp.debounce import Debounce
from valohai_steps.lsp.places.open_documents import OpenText
from valohai_steps.lsp.session import Session
from valohai_steps.model.text import LineIndex

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

ONE, OTHER = Path("one.py"), Path("other.py")


class Work:
    """A debounce whose rounds take as long as the test says, on a clock of its own."""

    def __init__(self, seconds: float) -> None:
        self.now = 0.0
        self.seconds = seconds
        self.done: list[set[Path]] = []

    def __call__(self, paths: set[Path]) -> None:
        self.done.append(paths)
        self.now += self.seconds

    def clock(self) -> float:
        return self.now


@pytest.mark.asyncio
async def test_the_first_edit_is_never_put_off() -> None:
    work = Work(seconds=100)
    rounds = Debounce(work, work.clock)
    rounds.add([ONE])
    rounds.add([OTHER])
    rounds.add([])
    await asyncio.sleep(0)
    assert work.done == [{ONE, OTHER}]


@pytest.mark.asyncio
async def test_in_a_burst_the_pause_is_as_long_as_the_last_round() -> None:
    work = Work(seconds=100)
    rounds = Debounce(work, work.clock)
    rounds.add([ONE])
    await asyncio.sleep(0)
    rounds.add([ONE])
    handle = rounds._scheduled
    assert isinstance(handle, asyncio.TimerHandle)
    assert round(handle.when() - asyncio.get_running_loop().time()) == 100
    handle.cancel()


@pytest.mark.asyncio
async def test_after_a_rest_the_next_edit_is_answered_at_once() -> None:
    work = Work(seconds=100)
    rounds = Debounce(work, work.clock)
    rounds.add([ONE])
    await asyncio.sleep(0)
    work.now += 100
    rounds.add([OTHER])
    await asyncio.sleep(0)
    assert work.done == [{ONE}, {OTHER}]


@pytest.mark.parametrize("supported", [True, False])
def test_versions_are_sent_to_who_looks_at_them(tmp_path: Path, supported: bool) -> None:
    client = {"textDocument": {"publishDiagnostics": {"versionSupport": supported}}}
    found = talk(
        opening(tmp_path / "train.py", EXAMPLE, 7), initialize={**INITIALIZE, "capabilities": client}
    )
    (shown,) = found.notified("textDocument/publishDiagnostics")
    assert shown.get("version") == (7 if supported else None)


@pytest.mark.parametrize(
    ("old", "new", "followers"),
    [
        (
            '"train"',
            '"evaluate"',
            {"other.py", "valohai.yaml"},
        ),  # the step's name, which other.py has as well
        ('"lr"', '"rate"', {"valohai.yaml"}),  # a parameter's name
        ("# what", "# more", {"valohai.yaml"}),
    ],
    ids=["step name", "parameter name", "plain code"],
)
def test_what_follows_from_an_edit_is_shown_behind_its_answer_and_once_for_a_burst(
    tmp_path: Path, old: str, new: str, followers: set[str]
) -> None:
    shown: list[tuple[set[str], set[str]]] = []

    def show(session: Session, paths: set[Path], typed: set[Path]) -> None:
        for path in paths:
            session.workspace.snapshot.python(path)
        shown.append(({path.name for path in paths}, {path.name for path in typed}))

    async def typing() -> None:
        session = Session(cast("LanguageServer", None), show)
        session.workspace.set_roots([tmp_path])

        def write(name: str, text: str) -> None:
            path = tmp_path / name
            session.put(OpenText(path.as_uri(), path, LineIndex(text), 0))

        call = 'import valohai\nvalohai.prepare(step="train", default_parameters={"lr": 1})\n# what\n'
        write("train.py", call)
        write("other.py", call)
        write("valohai.yaml", "- step: {name: train, image: python, command: python train.py}\n")
        await asyncio.sleep(10)
        shown.clear()
        parses = session.workspace.memo.counts["python parses"]
        for ending in ("", " #", " # more"):
            write("train.py", call.replace(old, new) + ending)
        await asyncio.sleep(10)
        assert shown == [({"train.py"}, {"train.py"}), (followers, {"train.py"})]
        assert session.workspace.memo.counts["python parses"] == parses + 1

    virtual_time.run(typing())
