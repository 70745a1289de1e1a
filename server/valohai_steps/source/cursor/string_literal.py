"""One plain string literal: where its text stands, and how another text is written in its place."""

import re

from msgspec import Struct

from valohai_steps.source.evaluation.literals import read_literal

_LITERAL = re.compile(r"""([rRuU]?)(\"\"\"|'''|"|')""")


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
    found = _LITERAL.match(source)
    if found is None or not source.endswith(found[2]) or len(source) < found.end() + len(found[2]):
        return None
    body = source[found.end() : -len(found[2])]
    if re.search(rf"(?<!\\)(?:\\\\)*{found[2]}", body):
        return None  # another literal follows
    try:
        value = read_literal(source)
    except ValueError:
        return None
    return StringLiteral(found[0], body, found[2], value) if isinstance(value, str) else None
