"""Another name for a step, a parameter, an input or a part of a pipeline, everywhere at once.

The edits are proven before anyone sees them: applied in memory and read again, every name is where it was,
the renamed ones by their new name, and no file has a finding that it did not have before.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from keyword import iskeyword
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.config.reader import YamlFile
from valohai_steps.config.renaming import Respelled, Respelling, respell
from valohai_steps.config.tree.scalar_places import scalar_text
from valohai_steps.config.writer import Refusal
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.navigation.index import Index, index_around
from valohai_steps.ide.navigation.names.occurrence import (
    Occurrence,
    OccurrenceRole,
    Spelling,
    Symbol,
    SymbolKind,
)
from valohai_steps.ide.navigation.names.python_names import written
from valohai_steps.ide.navigation.new_name import flaw_of_name
from valohai_steps.ide.navigation.unclear import refusal, where_of
from valohai_steps.ide.update.file_edits import FileEdits
from valohai_steps.ide.update.obstacles.clashes import clash_of
from valohai_steps.ide.update.update import Refused
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span, TextEdit, apply_edits
from valohai_steps.project.disk.files import readable
from valohai_steps.project.draft import drafted
from valohai_steps.project.reach import flaw_of_place
from valohai_steps.project.snapshot import Snapshot

# What stands in any text without quotes or escapes.
_PLAIN = pattern(r"[\w.-]+")


class _Asked(Struct, frozen=True):
    """What is to be called `name`, and the valohai.yaml with it, where that has it, as it was read."""

    group: frozenset[Symbol]
    name: str
    yaml: YamlFile | None


class Renamed(Struct, frozen=True):
    """What a person is about to rename: the name as it stands at `span`."""

    span: Span
    name: str


def prepare_rename(snapshot: Snapshot, path: Path, offset: int) -> Renamed | Refused | None:
    """What would be renamed at an offset in code points; None where nothing has a name that we know."""
    index = index_around(snapshot, path)
    here = index.at(path, offset)
    if not here:
        return None
    if _clashing(snapshot, index, here) is not None:
        return Renamed(here[0].span, here[0].symbol.name)
    group = index.tied(each.symbol for each in here)
    return refusal(snapshot, index, group) or Renamed(here[0].span, here[0].symbol.name)


def rename(snapshot: Snapshot, path: Path, offset: int, name: str) -> tuple[FileEdits, ...] | Refused | None:
    """The edits of all files that give what stands at `offset` another name; None as in `prepare_rename`."""
    index = index_around(snapshot, path)
    here = index.at(path, offset)
    if not here:
        return None
    name = _unquoted(name)
    if here[0].symbol.kind is SymbolKind.ARGUMENT:
        name = name.lstrip("-")  # typed with its dashes
    clashing = _clashing(snapshot, index, here)
    if clashing is not None:
        return _rename_one(snapshot, index, clashing, name)
    group = index.tied(each.symbol for each in here)
    if refused := refusal(snapshot, index, group):
        return refused
    if flaw := flaw_of_name(index, group, name):
        return Refused(path, flaw, here[0].span)
    if name == here[0].symbol.name:
        return ()
    yaml = _respelled(snapshot, index, group, name)
    edits = [_yaml_edits(index.yaml, yaml), *_all_python_edits(snapshot, index, group, name)]
    refusals = [each for each in edits if isinstance(each, Refused)]
    done = tuple(each for each in edits if isinstance(each, FileEdits) and each.edits)
    if refusals:
        return refusals[0]
    after = yaml.file if isinstance(yaml, Respelled) else None
    return _outside(snapshot, done) or _unproven(snapshot, index, _Asked(group, name, after), done) or done


def _unquoted(name: str) -> str:
    """The name without quotes around it: clients without prepareRename offer the whole literal to edit."""
    return name[1:-1] if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'" else name


def _clashing(snapshot: Snapshot, index: Index, here: Iterable[Occurrence]) -> Occurrence | None:
    """The place of a step's name in Python that another file declares as well, and is no step of both."""
    for each in here:
        if each.symbol.kind is SymbolKind.STEP and each.role is OccurrenceRole.PYTHON:
            python = readable(snapshot.python(each.path))
            for step in python.steps if python is not None else ():
                if step.name == each.symbol.name and clash_of(snapshot, each.path, step, index.yaml):
                    return each
    return None


def _rename_one(
    snapshot: Snapshot, index: Index, place: Occurrence, name: str
) -> tuple[FileEdits, ...] | Refused:
    """Two steps of one name are to be told apart: only the one at the cursor gets another."""
    if name == place.symbol.name:
        return ()
    if place.fixed:
        return Refused(place.path, f"{place.symbol.name!r} cannot be renamed: {place.fixed}", place.span)
    if flaw := flaw_of_name(index, frozenset({place.symbol}), name):
        return Refused(place.path, flaw, place.span)
    edits = _python_edits(snapshot, place.path, [place], name)
    return edits if isinstance(edits, Refused) else _outside(snapshot, [edits]) or (edits,)


def _outside(snapshot: Snapshot, files: Iterable[FileEdits]) -> Refused | None:
    """A file that a link leads out of its project is not renamed in."""
    for each in files:
        flaw = flaw_of_place(each.path, snapshot.reach(each.path))
        if flaw is not None:
            return Refused(each.path, f"{each.path.name} {flaw}")
    return None


def _all_python_edits(
    snapshot: Snapshot, index: Index, group: frozenset[Symbol], name: str
) -> Iterator[FileEdits | Refused]:
    by_path: dict[Path, list[Occurrence]] = {}
    for each in index.of(group):
        if each.path != index.yaml:
            by_path.setdefault(each.path, []).append(each)
    for path, places in by_path.items():
        yield _python_edits(snapshot, path, places, name)


def _respelled(
    snapshot: Snapshot, index: Index, group: frozenset[Symbol], name: str
) -> Respelled | Refusal | None:
    """The valohai.yaml with the name; None where it has none of the symbols."""
    file = readable(snapshot.yaml(index.yaml))
    places = [each for each in index.of(group) if each.path == index.yaml]
    if file is None or not places:
        return None
    wanted = [
        Respelling(each.node, each.part or Span(0, len(scalar_text(file.text, each.node))), name)
        for each in places
        if each.node is not None
    ]
    return respell(file, wanted)


def _yaml_edits(path: Path, done: Respelled | Refusal | None) -> FileEdits | Refused:
    if isinstance(done, Refusal):
        return Refused(path, done.reason, done.span)
    return FileEdits(path, () if done is None else done.edits)


def _python_edits(
    snapshot: Snapshot, path: Path, places: Sequence[Occurrence], name: str
) -> FileEdits | Refused:
    source, edits = readable(snapshot.source(path)), list[TextEdit]()
    if source is None:
        return FileEdits(path, ())
    for each in places:
        dest = name.replace("-", "_")
        if each.added is not None and dest != each.symbol.name.replace("-", "_"):
            edits.append(source.edit(each.added.span, each.added.text))
        if each.spelling is Spelling.KEPT:
            continue
        place = written(source, each.literal)
        said = dest if each.spelling is Spelling.DEST else name
        spelled = None if place is None else place.spelled(said)
        why = "its quotes there cannot contain it"
        if each.is_attribute:
            why = "what is read there must be a Python name; choose another"
            spelled = said if said.isidentifier() and not iskeyword(said) else None
        elif place is not None and place.literal is None:
            why = "a keyword must be a Python name; write the dict with {...} first"
        elif place is None and each.literal == each.span and _PLAIN.fullmatch(said):
            spelled = said  # in a path, or an attribute
        if spelled is None:
            return Refused(
                path, f"{name!r} cannot be written in {where_of(snapshot, path, each.span)}: {why}", each.span
            )
        edits.append(source.edit(each.span, spelled))
    return FileEdits(path, tuple(edits))


def _unproven(snapshot: Snapshot, index: Index, asked: _Asked, files: Sequence[FileEdits]) -> Refused | None:
    """Why the edits may not be made: something else would change with them."""
    texts = {each.path: apply_edits(snapshot.readable_text(each.path), each.edits) for each in files}
    # Before the draft, which then judges anew only what the edits touch.
    known = {path: readable(diagnostics(snapshot, path)) or () for path in texts}
    after = drafted(snapshot, texts, {} if asked.yaml is None else {index.yaml: asked.yaml})
    wanted = Counter((each.path, each.role, _renamed(each.symbol, asked)) for each in index.occurrences)
    again = index_around(after, index.yaml).occurrences
    found = Counter((each.path, each.role, each.symbol) for each in again)
    for path, _, symbol in (*(wanted - found), *(found - wanted)):
        what = f"{symbol.kind.value} {symbol.name!r} in {path.name}"
        return Refused(path, f"with that name, {what} would be read as something else; choose another")
    for each in again:
        if each.fixed and each.symbol.name == asked.name:
            where = where_of(after, each.path, each.span)
            return Refused(
                each.path,
                f"with that name, {where} could never be renamed again: {each.fixed}; choose another",
            )
    for path, items in known.items():
        before = Counter(item.finding.code for item in items)
        for item in readable(diagnostics(after, path)) or ():
            before[item.finding.code] -= 1
            if before[item.finding.code] < 0:
                return Refused(path, f"with that name, {path.name} would be wrong: {item.finding.message}")
    return None


def _renamed(symbol: Symbol, asked: _Asked) -> Symbol:
    """The symbol after the rename; it may belong to what is renamed."""
    if symbol in asked.group:
        symbol = replace(symbol, name=asked.name)
    owner = (
        SymbolKind.STEP if symbol.kind in (SymbolKind.PARAMETER, SymbolKind.INPUT) else SymbolKind.PIPELINE
    )
    return replace(symbol, owner=asked.name) if Symbol(owner, symbol.owner) in asked.group else symbol
