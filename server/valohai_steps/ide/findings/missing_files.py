"""VH204 and VH205: files that a step names and the repository does not have."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from msgspec import Struct

from valohai_steps.config.items.file import ItemFile
from valohai_steps.config.items.part import Part
from valohai_steps.config.model.names import texts_of, value_of
from valohai_steps.config.tree.node import Node
from valohai_steps.config.tree.scalar_places import PlacesInside
from valohai_steps.drift.commands.named_files import NamedFile, is_plain, named_files
from valohai_steps.model.finding import Finding, Fix
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.project.memo import MissingFiles
from valohai_steps.project.named_files.nearest import MOST_PAIRS, NearestFiles
from valohai_steps.project.named_files.repository import is_there
from valohai_steps.project.snapshot import Snapshot

# How many commands are remembered that no step has any longer, and those that steps have.
_MOST_COMMANDS = 2_000
_Lacking = tuple[tuple[NamedFile, str | None], ...]


def missing_files(snapshot: Snapshot, path: Path, file: ItemFile) -> MissingFiles:
    """The findings of each part with the names of the files that they are about.

    They are looked up once for each command, until something changes on the disk.

    Not every editor tells of that, so what was missing is looked for again for each snapshot.
    """
    known = snapshot.memo.missing.get(path)
    if known is not None and any(is_there(snapshot, path, name) for name in {*chain(*known.names)}):
        known = None
    if known is not None and known.file is file:
        return known
    missing = _looked_up(snapshot, path, file, known, compares=known is None or known.compares)
    too_many = _is_too_many(missing)
    if missing.compares is too_many:  # what is kept is what a look at everything would find
        missing = _looked_up(snapshot, path, file, None, compares=not too_many)
    snapshot.memo.missing[path] = missing
    return missing


def _is_too_many(missing: MissingFiles) -> bool:
    """Whether the names come to more pairs than are compared."""
    return sum(missing.pairs[name] for name in {*chain(*missing.names)}) > MOST_PAIRS


def _looked_up(
    snapshot: Snapshot, path: Path, file: ItemFile, known: MissingFiles | None, *, compares: bool
) -> MissingFiles:
    before: dict[int, tuple[tuple[Finding, ...], tuple[str, ...]]] = {}
    commands: dict[tuple[str, ...], _Lacking] = {}
    near = NearestFiles(path, compares=compares)
    if known is not None:
        kept = zip(known.findings, known.names, strict=True)
        before = dict(zip(map(id, known.file.parts), kept, strict=True))
        commands = dict(known.commands)  # that of a draft is its own
        near.pairs.update(known.pairs)
    around = _Around(snapshot, path, near, commands)
    found = [before.get(id(part)) or _of_part(around, part) for part in file.parts]
    snapshot.memo.count("folders listed", near.folders_listed)
    for oldest in list(commands)[: max(len(commands) - _MOST_COMMANDS, 0)]:
        del commands[oldest]  # what was typed on the way, mostly
    findings, names = [each for each, _ in found], [each for _, each in found]
    remembered = {named.path for lacking in commands.values() for named, _ in lacking}
    pairs = {name: near.pairs[name] for name in remembered.union(*names)}
    return MissingFiles(file, findings, names, commands, pairs, compares)


class _Around(Struct, frozen=True):
    """What the names of a valohai.yaml are looked up in; `commands` are those that were, by their lines."""

    snapshot: Snapshot
    path: Path
    near: NearestFiles
    commands: dict[tuple[str, ...], _Lacking]


def _of_part(around: _Around, part: Part) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    nodes = (*(step.node for step in part.steps), *part.overrides)
    found = [each for node in nodes for each in _of_mapping(around, part, node)]
    return tuple(finding for finding, _ in found), tuple(name for _, name in found)


def _of_mapping(around: _Around, part: Part, node: Node) -> Iterator[tuple[Finding, str]]:
    """What a step names, or what a node has otherwise than its step."""
    command = value_of(node, "command")
    if command is not None and command.alias is None:
        nodes = list(texts_of(command))
        lines = tuple(str(node.value) for node in nodes)
        if lines not in around.commands:
            around.commands[lines] = _lacking(around, lines)
        places = PlacesInside(part.text)
        for named, near in around.commands[lines]:
            place = places.place(nodes[named.line], Span(named.start, named.end))
            code = "VH204" if named.use == "script" else "VH205"
            yield _finding(code, place or nodes[named.line].span, named.path, near), named.path
    yield from _source_path(around, node)


def _lacking(around: _Around, lines: tuple[str, ...]) -> _Lacking:
    """The files of a command that are not there, each with one that may be meant."""
    around.snapshot.memo.count("commands looked up")
    return tuple(
        (named, around.near.nearest(named.path))
        for named in named_files(lines)
        if not is_there(around.snapshot, around.path, named.path)
    )


def _source_path(around: _Around, node: Node) -> Iterator[tuple[Finding, str]]:
    stated = node.get("source-path")
    if stated is None or stated.merged_from is not None or not isinstance(stated.value, str):
        return
    name = stated.value.removeprefix("./")
    if is_plain(name) and stated.node.alias is None and not is_there(around.snapshot, around.path, name):
        yield missing_file(stated.node.span, stated.value, around.near.nearest(name)), name


def missing_file(span: Span, name: str, near: str | None) -> Finding:
    """VH204: a file that is not there, with one that may be meant."""
    return _finding("VH204", span, name, near)


def _finding(code: str, span: Span, name: str, near: str | None) -> Finding:
    if near == name:  # it is listed, and leads nowhere
        why = "is a link to a file that is not there; create that file or remove the link"
        return Finding(code, span, f"{name} {why}")
    end = f"did you mean {near}?" if near is not None else "create it, or name one that is there"
    message = f"{name} is not in this project; {end}"
    if near is None or not is_plain_word(near):
        return Finding(code, span, message)
    return Finding(
        code, span, message, fixes=(Fix(f"Change to {near}", (TextEdit(span, near),), preferred=True),)
    )


def is_plain_word(name: str) -> bool:
    """Whether a shell and YAML read the name of a file as it is written, without quotes."""
    return name.translate(str.maketrans("", "", "/-._")).isalnum()
