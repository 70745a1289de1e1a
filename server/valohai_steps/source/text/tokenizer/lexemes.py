"""The lexemes of Python as regular expressions: each takes steps in proportion to what it matches."""

import re
from types import MappingProxyType

from valohai_steps.model.patterns import pattern

_CLOSED_STRING = r"""(?:
    "(?!"")[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"
  | '(?!'')[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*'
  | \"\"\"[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"\"\"
  | '''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''
)"""
_OPEN_STRING = r"""(?:
    (?:\"\"\"|''').*
  | "[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*\\?
  | '[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*\\?
)"""
_STRING = rf"(?P<string>{_CLOSED_STRING})|(?P<open_string>{_OPEN_STRING})"
_COMMENT = r"\#[^\r\n]*"
_BRACKET = r"(?P<opening>[(\[{])|(?P<closing>[)\]}])"
_LINE_END = r"(?P<line_end>\r\n|\n|\r)"
_CONTINUATION = r"(?P<continuation>\\(?:\r\n|\n|\r))"
_PLAIN = r"""[^"'\#\\()\[\]{}\r\n]*"""
_INDENTED = rf"(?:\r?\n(?:[ \t]+{_PLAIN}|(?=\r?\n)))*"
# What stands between quotes when the next quote is the end, formatted or not: fields without strings in them.
_PLAIN_FIELDS = r"""[^{}"'\\\r\n]*(?:(?:\{\{|\}\}|\{[^{}"'\\\#\r\n]*\})[^{}"'\\\r\n]*)*"""
_SIMPLE_STRING = rf"""(?:(?<![fFtTrR]){_CLOSED_STRING}|"(?!"){_PLAIN_FIELDS}"|'(?!'){_PLAIN_FIELDS}')"""
_SIMPLE = rf"{_PLAIN}(?:{_SIMPLE_STRING}{_PLAIN})*"
_SIMPLE_BRACKETS = rf"\({_SIMPLE}\)|\[{_SIMPLE}\]|\{{{_SIMPLE}\}}"

# What is plain, and the next token behind it; a backslash that belongs to nothing is passed over.
TOKEN = pattern(
    rf"{_PLAIN}(?:{_STRING}|(?P<comment>{_COMMENT})|{_BRACKET}|{_CONTINUATION}|{_LINE_END}|\\)?",
    re.VERBOSE | re.DOTALL,
)
# The same without what no line at the left edge depends on: line ends in front of an indented or an empty
# line, comments, simple strings, brackets that hold simple strings at most.
OUTER_TOKEN = pattern(
    rf"""{_PLAIN}{_INDENTED}
    (?:{_SIMPLE_BRACKETS}|{_SIMPLE_STRING}|{_STRING}|{_COMMENT}|{_BRACKET}|{_CONTINUATION}|{_LINE_END}|\\)?""",
    re.VERBOSE | re.DOTALL,
)
# Comments, and the strings that are not simple.
COMMENT_TOKEN = pattern(
    rf"""[^"'\#]*(?:{_SIMPLE_STRING}|{_STRING}|(?P<comment>{_COMMENT}))?""", re.VERBOSE | re.DOTALL
)
# These words stand in no expression: whatever is open above them was left open.
_STATEMENT = r"(?:async[ \t]+def|def|class|import|while|with|try|del|assert|raise|return)\b"
STATEMENT = pattern(_STATEMENT)
# In a replacement field of an f-string a colon may begin the format.
FIELD_TOKEN = pattern(
    r"""[^"'\#\\()\[\]{}:\r\n]*"""
    rf"(?:{_STRING}|{_COMMENT}|{_BRACKET}|(?P<colon>:)|(?P<statement>[\r\n][ \t]*{_STATEMENT})|[\\\r\n])?",
    re.VERBOSE | re.DOTALL,
)
# What counts in the literal part of an f-string. A named character is none in a raw string.
LITERAL_TOKEN = pattern(
    r"""[^"'\\{}\r\n]*"""
    r"""(?:(?P<named>\\N\{[^{}"'\r\n]*\})|\\(?:\r\n|[^{}])?|(?P<quote>["'])|(?P<opening>\{)|(?P<closing>\})"""
    r"""|(?P<line_end>\r\n|\n|\r))?""",
    re.DOTALL,
)
PLAIN_FIELDS = pattern(_PLAIN_FIELDS)
# The bracket that each closing bracket belongs to.
PAIRS = MappingProxyType({")": "(", "]": "[", "}": "{"})
_PREFIX_LETTERS = frozenset("rRbBuUfFtT")
_PREFIXES = frozenset(("r", "b", "u", "f", "t", "br", "rb", "fr", "rf", "tr", "rt"))


def opening_of(text: str, quote: int, stop: int) -> tuple[str, str]:
    """The prefix, in lower case, and the quotes of a string whose first quote is at `quote`."""
    mark = text[quote]
    quotes = mark * 3 if text.startswith(mark * 3, quote, stop) else mark
    if quote == 0 or text[quote - 1] not in _PREFIX_LETTERS:
        return "", quotes
    start = quote - 2 if quote > 1 and text[quote - 2 : quote].lower() in _PREFIXES else quote - 1
    is_end_of_name = start > 0 and f"_{text[start - 1]}".isidentifier()
    return "" if is_end_of_name else text[start:quote].lower(), quotes


def is_formatted(prefix: str) -> bool:
    """Whether a prefix makes an f-string or a t-string."""
    return "f" in prefix or "t" in prefix
