"""Memory: idle beside the bare pygls server, and over a long session."""

from __future__ import annotations

from collections.abc import Iterator

from bench.client import Client
from bench.documents import Document
from bench.failures import of_each
from bench.inputs import FIRST, PythonText, project, step_names
from bench.peers import OWN, PUBLISHES, YAML_SERVER
from bench.rows.keystroke import STEPS
from bench.rows.yaml_keystroke import typed_yaml
from bench.samples import Goal, Row, Sample, Series, at_most
from bench.setting import Setting

_IDLE = [OWN, PUBLISHES, "ruff", "ty", "pyright", "pylsp", "jedi-language-server"]
_EDITS = 10_000
_CYCLES = 1_000
# What may come on top of the first thousand edits: allocators never give everything back.
_MARGIN = 1.15


def measure(setting: Setting) -> Iterator[Row]:
    """Resident size after the hand-shake with one small file open, and as a session goes on."""
    room = setting.room("memory-idle") / "project"
    python = project(room, 100, 10)
    series = Series()
    with setting.servers(_IDLE, room) as clients:

        def opened(name: str, client: Client) -> None:
            Document(client, room / "train.py").open(python.text)
            client.pump_for(0.5)
            series.add(name, Sample(client.resident_mb(), peak=client.peak_mb()))

        of_each(clients, opened)
    numbers = series.numbers()
    goals = [at_most("x a bare pygls server", numbers[OWN], numbers.get(PUBLISHES), 1.2)]
    yield Row("memory-idle", "memory, idle with one small file open", "MB", numbers, tuple(goals))
    yield _yaml(setting)
    yield _session(setting)


def _yaml(setting: Setting) -> Row:
    """A valohai.yaml of 1,000 steps open, and typed into."""
    room = setting.room("memory-yaml") / "project"
    room.mkdir(parents=True)
    text, place = typed_yaml(step_names(1_000))
    series = Series()
    with setting.servers([OWN, PUBLISHES, YAML_SERVER], room) as clients:

        def opened(name: str, client: Client) -> None:
            document = Document(client, room / "valohai.yaml")
            document.open(text, "yaml")
            for number in range(20):
                document.keystroke(place, FIRST + 1 + number)
            client.pump_for(0.5)
            series.add(name, Sample(client.resident_mb(), peak=client.peak_mb()))

        of_each(clients, opened)
    numbers = series.numbers()
    goal = at_most("x a bare pygls server", numbers[OWN], numbers.get(PUBLISHES), 2.5)
    return Row("memory-yaml", "memory, a valohai.yaml of 1,000 steps open", "MB", numbers, (goal,))


def _session(setting: Setting) -> Row:
    room = setting.room("memory-session") / "project"
    python = project(room, 1_000, STEPS)
    edits, cycles = (_EDITS // 10, _CYCLES // 10) if setting.quick else (_EDITS, _CYCLES)
    series = Series()
    with setting.servers([OWN], room) as clients:
        client = clients[OWN]
        document = Document(client, room / "train.py")
        document.open(python.text)
        _note(series, "after opening", client)
        _type(document, python, edits // 10, 0)
        _note(series, f"after {edits // 10:,} edits", client)
        _type(document, python, edits - edits // 10, edits)
        _note(series, f"after {edits:,} edits", client)
        for _ in range(cycles):
            document.close()
            document.open(python.text)
        _note(series, f"after {cycles:,} times close and open", client)
    numbers = series.numbers()
    first, *_, last = list(numbers.values())[1:]
    goal = Goal("at the end, x after the first tenth of the edits", last.median / first.median, _MARGIN)
    return Row("memory-session", "memory over a session", "MB", numbers, (goal,))


def _type(document: Document, python: PythonText, edits: int, first: int) -> None:
    """Every edit is answered before the next, in plain code and in the call by turns."""
    for number in range(edits):
        place = python.in_call if number % 2 else python.in_code
        document.keystroke(place, FIRST + first + number)


def _note(series: Series, when: str, client: Client) -> None:
    client.pump_for(0.2)
    series.add(when, Sample(client.resident_mb(), peak=client.peak_mb()))
