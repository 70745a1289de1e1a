"""Where Python's own tokenizer sees strings, comments, brackets and line ends.

Run by any Python from 3.10 on: a line of its input is a text in JSON, a line of its output what is in it.
"""

import ast
import io
import json
import re
import sys
import tokenize
import warnings
from collections.abc import Iterator

Place = tuple[str, int, int]
_BEGINS = {getattr(tokenize, name, -1) for name in ("FSTRING_START", "TSTRING_START")}
_ENDS = {getattr(tokenize, name, -1) for name in ("FSTRING_END", "TSTRING_END")}
_KINDS = {
    tokenize.STRING: "string",
    tokenize.COMMENT: "comment",
    tokenize.NEWLINE: "line_end",
    tokenize.NL: "line_end",
}
_FORMATTED = re.compile(r"[rR]?[fFtT]")


def places(text: str) -> list[Place] | None:
    """The kind, start and end of each, in code points; None for what is an error to Python."""
    if sys.version_info[:2] == (3, 12) and not text.isascii():
        return None  # columns behind a long string with such letters are wrong, up to Python 3.12.1
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text, newline="").readline))
    except (tokenize.TokenError, SyntaxError):
        return None
    strings = (each.string for each in tokens if each.type == tokenize.STRING)
    # Before 3.12 an f-string is a string like others: only the parser sees where it breaks.
    if any(_FORMATTED.match(each) for each in strings) and not _parses(text):
        return None
    if any(each.type == tokenize.ERRORTOKEN for each in tokens):
        return None
    return list(_places(text, tokens))


def _places(text: str, tokens: list[tokenize.TokenInfo]) -> Iterator[Place]:
    starts = [0]
    for line in io.StringIO(text, newline=""):
        starts.append(starts[-1] + len(line))
    formatted: list[int] = []
    for each in tokens:
        start, end = (starts[min(row, len(starts)) - 1] + column for row, column in (each.start, each.end))
        if each.type in _BEGINS:
            formatted.append(start)
        elif each.type in _ENDS:
            begin = formatted.pop()
            if not formatted:
                yield "string", begin, end
        elif formatted or not each.string:
            continue
        elif each.type in _KINDS:
            yield _KINDS[each.type], start, end
        elif each.type == tokenize.OP and each.string in "([{":
            yield "opening", start, end
        elif each.type == tokenize.OP and each.string in ")]}":
            yield "closing", start, end


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        print(json.dumps(places(json.loads(line))), flush=True)
