"""textDocument/documentSymbol and workspace/symbol."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from lsprotocol import types as lsp

from valohai_steps.ide.navigation.names.occurrence import SymbolKind
from valohai_steps.ide.navigation.symbols import FileSymbol, file_symbols, workspace_symbols
from valohai_steps.lsp.places.views import View
from valohai_steps.lsp.session import Session

_KINDS: Mapping[SymbolKind, lsp.SymbolKind] = MappingProxyType(
    {
        SymbolKind.STEP: lsp.SymbolKind.Function,
        SymbolKind.PARAMETER: lsp.SymbolKind.Property,
        SymbolKind.INPUT: lsp.SymbolKind.File,
        SymbolKind.PIPELINE: lsp.SymbolKind.Module,
        SymbolKind.PIPELINE_PARAMETER: lsp.SymbolKind.Property,
        SymbolKind.NODE: lsp.SymbolKind.Object,
        SymbolKind.TASK: lsp.SymbolKind.Event,
        SymbolKind.ENDPOINT: lsp.SymbolKind.Interface,
    }
)


def document_symbol(
    session: Session, params: lsp.DocumentSymbolParams
) -> list[lsp.DocumentSymbol] | list[lsp.SymbolInformation]:
    """The outline: a tree, or a list for clients that cannot show one."""
    view = session.view(params.text_document.uri)
    if view is None:
        return []
    found = [
        symbol for symbol in file_symbols(session.workspace.snapshot, view.path) if view.shows(symbol.span)
    ]
    if session.capabilities.symbol_trees:
        return [_tree(view, symbol) for symbol in found]
    return list(_flat(view, found, None))


def workspace_symbol(session: Session, params: lsp.WorkspaceSymbolParams) -> list[lsp.SymbolInformation]:
    """The names of the workspace that match."""
    return [
        lsp.SymbolInformation(
            session.location(found.path, found.span),
            found.name,
            _KINDS[found.kind],
            container_name=found.container or found.path.name,
        )
        for found in workspace_symbols(session.workspace.snapshot, params.query)
    ]


def _tree(view: View, symbol: FileSymbol) -> lsp.DocumentSymbol:
    return lsp.DocumentSymbol(
        name=symbol.name,
        kind=_KINDS[symbol.kind],
        range=view.range(symbol.span),
        selection_range=view.range(symbol.name_span),
        detail=symbol.detail,
        children=[_tree(view, child) for child in symbol.children],
    )


def _flat(
    view: View, symbols: Iterable[FileSymbol], container: str | None
) -> Iterator[lsp.SymbolInformation]:
    for symbol in symbols:
        place = view.location(symbol.span)
        yield lsp.SymbolInformation(place, symbol.name, _KINDS[symbol.kind], container_name=container)
        yield from _flat(view, symbol.children, symbol.name)
