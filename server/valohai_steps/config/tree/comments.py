"""The comments of YAML: what stands behind `#` in no scalar, as the tokens of PyYAML tell."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from valohai_steps.config.tree.line import line_end
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENT = pattern(r"(?:(?<=\s)|^)#[^\r\n]*")
# Behind a syntax error no token tells: a quote counts where a value begins.
_QUOTED_OR_COMMENT = pattern(
    r"""(?:(?<=[\s\[{,:-])|^)(?:"(?:[^"\\]|\\.)*(?:"|\Z)|'(?:[^']|'')*(?:'|\Z))
    |(?:(?<=\s)|^)(?P<comment>\#[^\r\n]*)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


def comments_in(text: str) -> Iterator[Span]:
    """The comments of a text, in order; any text will do."""
    place = 0
    try:
        for start, end, is_block in _scalars(text):
            yield from (Span(*found.span()) for found in _COMMENT.finditer(text, place, start))
            if is_block:  # a comment may follow `|`
                header = line_end(text, start)
                yield from (Span(*found.span()) for found in _COMMENT.finditer(text, start, header))
            place = end
    except (yaml.YAMLError, UnicodeError):  # half a character is no YAML for either reader of PyYAML
        rest = _QUOTED_OR_COMMENT.finditer(text, place)
        yield from (Span(*found.span("comment")) for found in rest if found["comment"] is not None)
    else:
        yield from (Span(*found.span()) for found in _COMMENT.finditer(text, place))


def _scalars(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each scalar, and whether it is a block. Raises YAMLError and UnicodeError."""
    shift = 1 if text.startswith("\ufeff") else 0
    loader = _LOADER(text[shift:])
    while loader.check_token():
        token = loader.get_token()
        if isinstance(token, yaml.ScalarToken):
            is_block = token.style in ("|", ">")
            yield token.start_mark.index + shift, token.end_mark.index + shift, is_block
