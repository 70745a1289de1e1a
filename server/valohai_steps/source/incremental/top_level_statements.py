"""Where a Python text may be cut: the first columns of its statements at the top, told by the tokens alone.

What lies between two cuts reads the same wherever it stands, so that the rest of a file can be left out.
"""

import re
from collections.abc import Iterator
from types import MappingProxyType

_STRING = r"""(?:
    \"\"\"[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"\"\"
  | '''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''
  | (?P<{open}>\"\"\"|''')
  | "[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"?
  | '[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*'?
)"""
# What no cut depends on: most of a text, lines that are indented among it.
_PLAIN = r"""[^\n"'\#\\()\[\]{}\r]*"""
_TOKEN = re.compile(
    rf"""
    {_PLAIN}(?:\n[ \t\n]*[ \t]{_PLAIN})*
    (?:
        \([^][(){{}}'"\#\\\r\n]*\)
      | (?P<line>\n(?=[^\s\#)\]}}]))
      | (?P<formatted>(?:(?<=[fFtT])|(?<=[fFtT][rR])){_STRING.format(open="formatted_open")})
      | {_STRING.format(open="open")}
      | \#[^\r\n]*
      | \\\r?\n
      | (?P<opening>[(\[{{])
      | (?P<closing>[)\]}}])
      | (?P<return>\r(?!\n))
      | \n+(?=\n)
      | [\r\n\\]
    )?
    """,
    re.VERBOSE | re.DOTALL,
)
_PAIRS = MappingProxyType({")": "(", "]": "[", "}": "{"})
# These words stand in no expression: whatever is open above them was left open.
_STATEMENT = re.compile(r"(?:async[ \t]+def|def|class|import|while|with|try|del|assert|raise|return)\b")
_SAME_STATEMENT = re.compile(r"(?:else|elif|except|finally)\b")


def cuts(text: str, start: int = 0) -> Iterator[int]:
    """The offsets behind `start`, itself a cut or 0, at which a statement at the top of the text begins.

    Inside brackets and long strings there is none, nor behind what cannot be told apart by tokens: a lone
    carriage return, quotes inside the braces of an f-string.
    """
    opened: list[str] = []
    lost, decorated = False, text.startswith("@", start)
    for token in _TOKEN.finditer(text, start):
        match token.lastgroup:
            case None:
                pass
            case "opening":
                opened.append(text[token.end() - 1])
            case "closing":
                lost = lost or not opened or opened.pop() != _PAIRS[text[token.end() - 1]]
            case "line":
                place = token.end()
                if (
                    _SAME_STATEMENT.match(text, place)
                    if not (opened or lost)
                    else not _STATEMENT.match(text, place)
                ):
                    continue
                opened.clear()
                lost, joined = False, decorated
                decorated = text[place] == "@"
                if not joined:
                    yield place
            case "formatted" if _is_plain_format(token):
                pass
            case _:
                return


def _is_plain_format(token: re.Match[str]) -> bool:
    """Whether an f-string is closed, and no quote inside its braces can have been taken for its end."""
    text = token["formatted"]
    return token["formatted_open"] is None and text.count("{") == text.count("}")
