"""Where a Python text may be cut: the first columns of its statements at the top, told by the tokens alone.

What lies between two cuts reads the same wherever it stands, so that the rest of a file can be left out.
"""

from collections.abc import Iterator

from valohai_steps.model.patterns import pattern
from valohai_steps.source.text.tokenizer.lexemes import PAIRS, STATEMENT
from valohai_steps.source.text.tokenizer.tokens import Token, Tokenizer

_SAME_STATEMENT = pattern(r"(?:else|elif|except|finally)\b")


def cuts(text: str, start: int = 0) -> Iterator[int]:
    """The offsets behind `start`, itself a cut or 0, at which a statement at the top of the text begins.

    Inside brackets and long strings there is none, nor behind what tokens do not tell apart: a lone carriage
    return, an f-string whose braces are not closed.
    """
    opened: list[str] = []
    lost, decorated = False, text.startswith("@", start)
    for token in Tokenizer(text).outer_tokens(start):
        match token.kind:
            case "opening":
                opened.append(text[token.start])
            case "closing":
                lost = lost or not opened or opened.pop() != PAIRS[text[token.start]]
            case "line_end":
                place = token.end
                if text[place - 1] == "\r":
                    return
                if not _may_begin(text, place) or (
                    _SAME_STATEMENT.match(text, place)
                    if not (opened or lost)
                    else not STATEMENT.match(text, place)
                ):
                    continue
                opened.clear()
                lost, joined = False, decorated
                decorated = text[place] == "@"
                if not joined:
                    yield place
            case "string" if not _is_certain(text, token):
                return


def _may_begin(text: str, place: int) -> bool:
    """Whether a statement may begin in the first column of a line."""
    first = text[place : place + 1]
    return bool(first) and not first.isspace() and first not in "#)]}\\"


def _is_certain(text: str, token: Token) -> bool:
    """Whether a string ends where it seems to, and not in the lines below, or within braces of its own."""
    if token.is_closed:
        return True
    braces = text.count("{", token.start, token.end) == text.count("}", token.start, token.end)
    return len(token.quotes) == 1 and (braces or not token.is_formatted)
