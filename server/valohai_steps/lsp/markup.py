"""Markdown for clients that show it, and plain words for those that do not (LSP 3.17, `contentFormat`)."""

import re
from collections.abc import Sequence

from lsprotocol import types as lsp

from valohai_steps.model.patterns import pattern

# Fences of code, emphasis and code in a line, links: what would be shown as it is written.
_FENCE = pattern(r"^`{3,}\w*\n?", re.MULTILINE)
_MARK = pattern(r"\*\*([^*\n]+)\*\*|`([^`\n]+)`|\[([^\[\]\n]+)\]\([^()\s]*\)")


def prefers_markdown(formats: Sequence[lsp.MarkupKind] | None) -> bool:
    """Whether Markdown may be sent; a client that says nothing of formats gets it, as all are used to."""
    kinds = [str(getattr(each, "value", each)) for each in formats or ()]
    return not kinds or "markdown" in kinds


def markup(markdown: str, *, is_markdown: bool) -> lsp.MarkupContent:
    """The content in the format that the client shows."""
    if is_markdown:
        return lsp.MarkupContent(lsp.MarkupKind.Markdown, markdown)
    return lsp.MarkupContent(lsp.MarkupKind.PlainText, plain(markdown))


def plain(markdown: str) -> str:
    """The words of our own Markdown, without its marks."""
    words = _FENCE.sub("", markdown)
    return _MARK.sub(lambda found: found[1] or found[2] or found[3], words).strip()
