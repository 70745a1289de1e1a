"""One plain string literal: where its text stands, and how another text is written in its place."""

from msgspec import Struct

from valohai_steps.source.evaluation.literal_values import read_literal
from valohai_steps.source.text.tokenizer.tokens import string_at


class StringLiteral(Struct, frozen=True):
    """A literal such as `"lr"` or `r'lr'`, in its own words: `opening`, then `body`, then `quote`."""

    opening: str
    body: str
    quote: str
    value: str

    def spelled(self, value: str) -> str | None:
        """The body for another value, in the same quotes; None where these cannot hold it."""
        plain = value
        if "r" not in self.opening.lower():
            plain = value.replace("\\", "\\\\").replace(self.quote[0], f"\\{self.quote[0]}")
        read = string_literal(f"{self.opening}{plain}{self.quote}")
        return plain if read is not None and read.value == value else None


def string_literal(source: str) -> StringLiteral | None:
    """The literal that is all of `source`; None for anything else: f-strings, bytes, several in a row."""
    found = string_at(source, 0)
    if found is None or not found.is_closed or found.end < len(source) or found.prefix not in ("", "r", "u"):
        return None
    try:
        value = read_literal(source)
    except ValueError:
        return None
    content = found.content
    body = source[content.start : content.end]
    return (
        StringLiteral(source[: content.start], body, found.quotes, value) if isinstance(value, str) else None
    )
