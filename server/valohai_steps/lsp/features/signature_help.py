"""textDocument/signatureHelp."""

from lsprotocol import types as lsp

from valohai_steps.ide.signature import Signature, SignaturePart, signature
from valohai_steps.lsp.markup import markup
from valohai_steps.lsp.session import Session


def signature_help(session: Session, params: lsp.SignatureHelpParams) -> lsp.SignatureHelp | None:
    """What the brackets around the cursor take."""
    place = session.locate(params)
    found = None if place is None else signature(session.workspace.snapshot, place.path, place.offset)
    if found is None:
        return None
    parts = [_part(session, found, part) for part in found.parts]
    shown = lsp.SignatureInformation(found.label, _markup(session, found.documentation), parts, found.active)
    return lsp.SignatureHelp([shown], active_signature=0, active_parameter=found.active)


def _part(session: Session, found: Signature, part: SignaturePart) -> lsp.ParameterInformation:
    # The label is ASCII, so that its offsets are the same in every encoding.
    start, end = part.span.start, part.span.end
    label = (start, end) if session.capabilities.label_offsets else found.label[start:end]
    return lsp.ParameterInformation(label, _markup(session, part.documentation))


def _markup(session: Session, text: str) -> lsp.MarkupContent | None:
    return markup(text, is_markdown=session.capabilities.markdown_signatures) if text else None
