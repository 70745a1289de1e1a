"""textDocument/definition, declaration, references and documentHighlight."""

from lsprotocol import types as lsp

from valohai_steps.ide.navigation.definition import Definition, definitions
from valohai_steps.ide.navigation.references import Reference, highlights, references
from valohai_steps.lsp.session import DocumentPosition, Session

_Locations = list[lsp.Location] | list[lsp.LocationLink] | None


def definition(session: Session, params: lsp.DefinitionParams) -> _Locations:
    """Where what is named here is declared."""
    return _found(session, session.locate(params), links=session.capabilities.definition_links)


def declaration(session: Session, params: lsp.DeclarationParams) -> _Locations:
    """The same: a step is declared where it is defined."""
    return _found(session, session.locate(params), links=session.capabilities.declaration_links)


def references_of(session: Session, params: lsp.ReferenceParams) -> list[lsp.Location]:
    """Every place that names what is named here."""
    place = session.locate(params)
    if place is None:
        return []
    return [
        session.location(found.path, found.span)
        for found in references(session.workspace.snapshot, place.path, place.offset)
        if params.context.include_declaration or not found.declares
    ]


def document_highlight(session: Session, params: lsp.DocumentHighlightParams) -> list[lsp.DocumentHighlight]:
    """The same in this document."""
    place = session.locate(params)
    if place is None:
        return []
    return [
        lsp.DocumentHighlight(place.view.range(found.span), _kind(found))
        for found in highlights(session.workspace.snapshot, place.path, place.offset)
        if place.view.shows(found.span)
    ]


def _found(session: Session, place: DocumentPosition | None, *, links: bool) -> _Locations:
    if place is None:
        return None
    found = definitions(session.workspace.snapshot, place.path, place.offset)
    if links:
        return [_link(session, place, each) for each in found]
    return [session.location(each.path, each.name) for each in found]


def _link(session: Session, place: DocumentPosition, found: Definition) -> lsp.LocationLink:
    view, origin = session.view_at(found.path, found.name), place.view.range(found.origin)
    return lsp.LocationLink(view.uri, view.range(found.whole), view.range(found.name), origin)


def _kind(found: Reference) -> lsp.DocumentHighlightKind:
    if found.declares:
        return lsp.DocumentHighlightKind.Write
    return lsp.DocumentHighlightKind.Read if found.reads else lsp.DocumentHighlightKind.Text
