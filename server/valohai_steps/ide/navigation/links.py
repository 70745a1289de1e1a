"""What can be opened: the addresses in defaults, and the files that valohai.yaml names."""

from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from valohai_steps.config.model.names import texts_of, value_of
from valohai_steps.config.reader import Node
from valohai_steps.config.tree.node import walk
from valohai_steps.config.tree.scalar_places import PlacesInside
from valohai_steps.drift.commands.folders import stretches, within
from valohai_steps.model.patterns import pattern
from valohai_steps.model.step import Static, StepFact
from valohai_steps.model.text import Span
from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot

_ADDRESS = pattern(r"""https?://[^\s"'<>\\\])},]+""")
# A word of a shell line that looks like a file: it has a suffix.
_WORD = pattern(r"""(?<![^\s"'=;&|<>(){}$`*?,])[^\s"'=;&|<>(){}$`*?,]*\.[A-Za-z]\w*(?=[\s"';&|<>)]|\Z)""")
_MODULE = pattern(r"(?<=-m )[A-Za-z_][\w.]*")


class Link(Struct, frozen=True):
    """What `span` opens: an `address`, or else a `file`."""

    span: Span
    address: str | None = None
    file: Path | None = None


def links(snapshot: Snapshot, path: Path) -> Iterator[Link]:
    """The links of a Python file, a notebook or a valohai.yaml."""
    if snapshot.yaml_path(path) == path:
        file = readable(snapshot.yaml(path))
        for root in file.documents if file is not None else ():
            for node in walk(root):
                if isinstance(node.value, str) and node.kind == "scalar" and node.alias is None:
                    yield from _addresses(file.text if file else "", node.span)
        yield from named_files(snapshot, path)
        return
    python = readable(snapshot.python(path))
    spans = (span for step in (python.steps if python is not None else ()) for span in _defaults(step))
    for span in dict.fromkeys(spans):
        yield from _addresses(python.text if python is not None else "", span)


def named_files(snapshot: Snapshot, path: Path) -> Iterator[Link]:
    """The files, as far as they are there, that the steps of a valohai.yaml name."""
    file = readable(snapshot.yaml(path))
    if file is None:
        return
    places = PlacesInside(file.text)
    for step in file.steps:
        words = (*_words(value_of(step.node, "command")), *_whole(value_of(step.node, "source-path")))
        for node, part, names in words:
            found = next((each for each in names if _is_there(snapshot, path.parent, each)), None)
            place = None if found is None else places.place(node, part)
            if found is not None and place is not None:
                yield Link(place, file=path.parent / found)


def _words(command: Node | None) -> Iterator[tuple[Node, Span, tuple[str, ...]]]:
    """The words of a command that may be files: where, and by which names, as seen from the repository."""
    nodes = list(texts_of(command))
    commands = list(stretches([str(node.value) for node in nodes]))
    starts = [(each.line, each.start) for each in commands]
    for number, node in enumerate(nodes):
        text = str(node.value)
        words = [(found, False) for found in _WORD.finditer(text)]
        words += [(found, True) for found in _MODULE.finditer(text)]
        for found, is_module in sorted(words, key=lambda each: each[0].start()):
            folder = commands[bisect_right(starts, (number, found.start())) - 1].likely
            if folder is None:
                continue
            name = found[0].replace(".", "/") if is_module else found[0]
            names = (f"{name}.py", f"{name}/__main__.py") if is_module else (name,)
            yield node, Span(*found.span()), tuple(within(folder, each) for each in names)


def _whole(node: Node | None) -> Iterator[tuple[Node, Span, tuple[str, ...]]]:
    for text in texts_of(node):
        yield text, Span(0, len(str(text.value))), (within("", str(text.value)),)


def _is_there(snapshot: Snapshot, home: Path, name: str) -> bool:
    """Whether a name is that of a file of the project; an absolute one is of the container that runs it."""
    return bool(name) and not name.startswith("/") and snapshot.exists(home / name)


def _addresses(text: str, span: Span) -> Iterator[Link]:
    for found in _ADDRESS.finditer(text, span.start, span.end):
        address = found[0].rstrip(".")
        yield Link(Span(found.start(), found.start() + len(address)), address)


def _defaults(step: StepFact) -> Iterator[Span]:
    """Where the defaults of a step's inputs are written."""
    for fact in step.inputs:
        if isinstance(fact.default, Static) and fact.default.literal and fact.default.origin is None:
            yield fact.default.span
