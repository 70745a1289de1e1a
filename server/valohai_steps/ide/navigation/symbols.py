"""The outline of a file, and every step of the workspace by name."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.config.reader import Node, YamlFile
from valohai_steps.config.tree.node import Entry
from valohai_steps.ide.navigation.index import sources_of
from valohai_steps.ide.navigation.occurrence import SymbolKind
from valohai_steps.ide.navigation.yaml_names import mappings, text_of, value_of
from valohai_steps.model.step import ParameterFact, Static, StepFact
from valohai_steps.model.text import Span
from valohai_steps.project.files import readable
from valohai_steps.project.outlined_yaml import outlined_yaml
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
        return () if file is None else tuple(_yaml_symbols(file))
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


def _yaml_symbols(file: YamlFile) -> Iterator[FileSymbol]:
    for root in file.documents:
        for item in root.items:
            for entry in item.entries if item.kind == "mapping" else ():
                make = _SECTIONS.get(str(entry.key))
                if make is not None and entry.node.kind == "mapping":
                    yield _section(file.text, *make, entry)


def _section(
    text: str, kind: SymbolKind, lists: tuple[tuple[str, SymbolKind], ...], entry: Entry
) -> FileSymbol:
    node = entry.node
    children = [
        _node_symbol(text, below, item, item.span) for key, below in lists for item in mappings(node, key)
    ]
    return _node_symbol(text, kind, node, entry.span, children)


def _node_symbol(
    text: str, kind: SymbolKind, node: Node, span: Span, children: Iterable[FileSymbol] = ()
) -> FileSymbol:
    named = value_of(node, "name")
    name = text_of(node, "name") or f"({kind.value} without a name)"
    stated = next((found for key in _DETAILS if (found := value_of(node, key)) is not None), None)
    detail = text[stated.start : stated.end] if stated is not None else kind.value
    name_span = named.span if named is not None else span
    return _tidy(FileSymbol(kind, name, detail, span, name_span, tuple(children)))


def _tidy(symbol: FileSymbol) -> FileSymbol:
    """The symbol with a short detail, and its name inside of it; a variable's or an alias's is elsewhere."""
    detail, name_span = symbol.detail.strip(), symbol.name_span
    line = detail.partition("\n")[0].rstrip()[:_LONGEST_DETAIL]
    if not symbol.span.covers(name_span):
        name_span = Span(symbol.span.start, symbol.span.start)
    return replace(symbol, detail=line if line == detail else f"{line}…", name_span=name_span)


_DETAILS = ("image", "default", "type", "step", "task", "deployment")
_SECTIONS = MappingProxyType(
    {
        "step": (SymbolKind.STEP, (("parameters", SymbolKind.PARAMETER), ("inputs", SymbolKind.INPUT))),
        "task": (SymbolKind.TASK, (("parameters", SymbolKind.PARAMETER),)),
        "endpoint": (SymbolKind.ENDPOINT, ()),
        "pipeline": (
            SymbolKind.PIPELINE,
            (("nodes", SymbolKind.NODE), ("parameters", SymbolKind.PIPELINE_PARAMETER)),
        ),
        "blueprint": (
            SymbolKind.PIPELINE,
            (("nodes", SymbolKind.NODE), ("parameters", SymbolKind.PIPELINE_PARAMETER)),
        ),
    }
)
