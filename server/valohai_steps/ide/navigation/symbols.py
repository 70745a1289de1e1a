"""The outline of a file, and every step of the workspace by name."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.config.model.items import Declarations, Endpoint, Step, Task
from valohai_steps.config.model.names import Item, Places
from valohai_steps.config.model.pipelines import Pipeline
from valohai_steps.config.reader import YamlFile
from valohai_steps.ide.navigation.index import sources_of
from valohai_steps.ide.navigation.names.occurrence import SymbolKind
from valohai_steps.model.step import ParameterFact, Static, StepFact
from valohai_steps.model.text import Span
from valohai_steps.project.disk.files import readable
from valohai_steps.project.readings.outlined_yaml import declarations, outlined_yaml
from valohai_steps.project.snapshot import Snapshot

_LONGEST_DETAIL = 60


class FileSymbol(Struct, frozen=True):
    """One entry of an outline. `name_span` lies inside `span`; `detail` is what stands beside the name."""

    kind: SymbolKind
    name: str
    detail: str
    span: Span
    name_span: Span
    children: "tuple[FileSymbol, ...]" = ()


class WorkspaceSymbol(Struct, frozen=True):
    """A name anywhere in the workspace. `container` is what it belongs to, empty for a step."""

    kind: SymbolKind
    name: str
    path: Path
    span: Span
    container: str = ""


def file_symbols(snapshot: Snapshot, path: Path) -> tuple[FileSymbol, ...]:
    """The outline of a Python file, a notebook or a valohai.yaml."""
    if snapshot.yaml_path(path) == path:
        file = outlined_yaml(snapshot, path)
        return () if file is None else tuple(_yaml_symbols(file, declarations(snapshot, path, file)))
    python = readable(snapshot.python(path))
    return () if python is None else tuple(_step_symbol(python.text, step) for step in python.steps)


def workspace_symbols(snapshot: Snapshot, query: str) -> Iterator[WorkspaceSymbol]:
    """The names in the workspace whose letters hold those of the query, in order; all of them for none."""
    for path in _files(snapshot):
        yield from _matching(path, file_symbols(snapshot, path), query.casefold(), "")


def _files(snapshot: Snapshot) -> list[Path]:
    sources = snapshot.sources | set(snapshot.documents)
    yamls = {snapshot.yaml_path(path) for path in (*sources, *(root / "-" for root in snapshot.roots))}
    paths = (path for yaml in sorted(yamls) for path in (yaml, *sources_of(snapshot, yaml)))
    return [path for path in paths if snapshot.exists(path)]


def _matching(
    path: Path, symbols: Iterable[FileSymbol], query: str, container: str
) -> Iterator[WorkspaceSymbol]:
    for symbol in symbols:
        letters = iter(symbol.name.casefold())
        if all(letter in letters for letter in query):
            yield WorkspaceSymbol(symbol.kind, symbol.name, path, symbol.name_span, container)
        yield from _matching(path, symbol.children, query, symbol.name)


def _step_symbol(text: str, step: StepFact) -> FileSymbol:
    children = [_item_symbol(text, SymbolKind.PARAMETER, fact) for fact in step.parameters]
    children += [_item_symbol(text, SymbolKind.INPUT, fact) for fact in step.inputs]
    image = step.image.value if isinstance(step.image, Static) else None
    detail = str(image) if image is not None else "step"
    return _tidy(
        FileSymbol(SymbolKind.STEP, step.name, detail, step.call_span, step.name_span, tuple(children))
    )


def _item_symbol(text: str, kind: SymbolKind, fact: ParameterFact) -> FileSymbol:
    default = fact.default
    detail = text[default.span.start : default.span.end] if default is not None else kind.value
    return _tidy(FileSymbol(kind, fact.name, detail, fact.span, fact.name_span))


def _yaml_symbols(file: YamlFile, declared: Declarations) -> Iterator[FileSymbol]:
    outline = _Outline(file.text, declared.places)
    for entry, thing in declared.things:
        match thing:
            case Step():
                children = (
                    *outline.listed(SymbolKind.PARAMETER, thing.parameters),
                    *outline.listed(SymbolKind.INPUT, thing.inputs),
                )
                yield outline.symbol(SymbolKind.STEP, thing, entry.span, children)
            case Task():
                children = outline.listed(SymbolKind.PARAMETER, thing.varied)
                yield outline.symbol(SymbolKind.TASK, thing, entry.span, children)
            case Endpoint():
                yield outline.symbol(SymbolKind.ENDPOINT, thing, entry.span)
            case Pipeline():
                children = (
                    *outline.listed(SymbolKind.NODE, thing.nodes),
                    *outline.listed(SymbolKind.PIPELINE_PARAMETER, thing.parameters),
                )
                yield outline.symbol(SymbolKind.PIPELINE, thing, entry.span, children)


class _Outline(Struct, frozen=True):
    """A valohai.yaml while its outline is made."""

    text: str
    places: Places

    def listed(self, kind: SymbolKind, items: Iterable[Item]) -> tuple[FileSymbol, ...]:
        """The entries of a list."""
        return tuple(self.symbol(kind, item, self.places.spans[item.place]) for item in items)

    def symbol(
        self, kind: SymbolKind, item: Item, span: Span, children: tuple[FileSymbol, ...] = ()
    ) -> FileSymbol:
        """What is declared, under its name."""
        stated = None if item.detail is None else self.places.spans[item.detail]
        detail = kind.value if stated is None else self.text[stated.start : stated.end]
        name_span = span if item.name is None else self.places.spans[item.name.place]
        name = item.text or f"({kind.value} without a name)"
        return _tidy(FileSymbol(kind, name, detail, span, name_span, children))


def _tidy(symbol: FileSymbol) -> FileSymbol:
    """The symbol with a short detail, and its name inside of it; a variable's or an alias's is elsewhere."""
    detail, name_span = symbol.detail.strip(), symbol.name_span
    line = detail.partition("\n")[0].rstrip()[:_LONGEST_DETAIL]
    if not symbol.span.covers(name_span):
        name_span = Span(symbol.span.start, symbol.span.start)
    return replace(symbol, detail=line if line == detail else f"{line}…", name_span=name_span)
