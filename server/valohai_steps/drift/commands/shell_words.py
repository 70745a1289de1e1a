"""The words of a shell line, each with its place: quotes, escapes, separators (POSIX, "Shell Grammar")."""

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from valohai_steps.model.patterns import pattern

_OPERATORS = ("&&", "||", ";;", ";", "|&", "|", "&", "\n", "(", ")")
_REDIRECTION = pattern(r"[0-9]*(?:&>>?|>>|>\||>&|>|<<<|<<-?|<>|<&|<)[&]?")
_PLAIN = pattern(r"[^\s'\"\\$`;|&()<>#]+")
_BLANK = pattern(r"(?:[ \t\r\f\v]|\\\r?\n)+")
_COMMENT = pattern(r"#[^\n]*")
_VARIABLE = pattern(r"\$(?:[A-Za-z_]\w*|[0-9@*#?!$-]|\{[^}\n]*\})")
# A longer line is read each time: as it is typed it would fill the memory with all that it was on the way.
_SHORT = 256
_ESCAPED_IN_QUOTES = '$`"\\\n'


class UnclosedQuote(Exception):  # noqa: N818  # an outcome, not an error
    """A quote or a `$(` is not closed: no shell would run the line."""


class Word(Struct, frozen=True):
    """A word as a program gets it. `start` and `end` are offsets in the line, quotes counted in.

    `known` is False when the shell fills in a part of it: `$X`, backquotes, `$(...)`. `variable` is the word
    when it is nothing but one variable: `$1`, `"$@"`.
    """

    text: str
    start: int
    end: int
    known: bool = True
    variable: str | None = None


class Part(Struct, frozen=True):
    """A command, or the `operator` between two of them: `&&`, `;`, `(`.

    `start` is its offset in the line; what is redirected in front of the words counts.
    """

    words: tuple[Word, ...]
    start: int
    operator: str = ""


def parts(line: str) -> tuple[Part, ...]:
    """The commands of a text for a shell and the operators between them, in order.

    What is redirected is no word, and neither are comments. Raises UnclosedQuote.
    """
    return _kept(line) if len(line) <= _SHORT else tuple(_parts(line))


@lru_cache(maxsize=4096)  # the lines of all steps, which several features ask for one after the other
def _kept(line: str) -> tuple[Part, ...]:
    return tuple(_parts(line))


def _parts(line: str) -> Iterator[Part]:
    words: list[Word] = []
    place, start = 0, None
    while place < len(line):
        if blank := _BLANK.match(line, place) or _comment(line, place):
            place = blank.end()
        elif redirected := _REDIRECTION.match(line, place):
            start = place if start is None else start
            place = _word(line, _skip_blanks(line, redirected.end())).end
        elif operator := next((op for op in _OPERATORS if line.startswith(op, place)), None):
            if start is not None:
                yield Part(tuple(words), start)
            yield Part((), place, operator)
            words, start, place = [], None, place + len(operator)
        else:
            word = _word(line, place)
            words.append(word)
            start = place if start is None else start
            place = max(word.end, place + 1)
    if start is not None:
        yield Part(tuple(words), start)


def _comment(line: str, place: int) -> re.Match[str] | None:
    """A comment: `#` counts only where a word could begin."""
    return _COMMENT.match(line, place) if not place or line[place - 1] in " \t\n;&|(" else None


def _skip_blanks(line: str, place: int) -> int:
    blank = _BLANK.match(line, place)
    return blank.end() if blank else place


def _word(line: str, start: int) -> Word:
    """The word at `start`."""
    pieces: list[str] = []
    place, known = start, True
    while place < len(line):
        character = line[place]
        if plain := _PLAIN.match(line, place):
            pieces.append(plain[0])
            place = plain.end()
        elif character == "'":
            end = _find(line, "'", place + 1)
            pieces.append(line[place + 1 : end])
            place = end + 1
        elif character == '"':
            place, known = _quoted(line, place + 1, pieces, known)
        elif character == "\\":
            if line[place + 1 : place + 2] not in ("\n", ""):
                pieces.append(line[place + 1])
            place += 2
        elif character in "$`":
            place, known = _filled(line, place, pieces, known)
        elif character == "#":
            pieces.append(character)
            place += 1
        else:
            break
    end = min(place, len(line))
    written = line[start:end].strip('"')
    variable = written if _VARIABLE.fullmatch(written) else None
    return Word("".join(pieces), start, end, known, variable)


def _quoted(line: str, place: int, pieces: list[str], known: bool) -> tuple[int, bool]:
    """What stands in double quotes, from behind the first to behind the last."""
    while place < len(line):
        character = line[place]
        if character == '"':
            return place + 1, known
        if character == "\\" and line[place + 1 : place + 2] in tuple(_ESCAPED_IN_QUOTES):
            pieces.append(line[place + 1].replace("\n", ""))
            place += 2
        elif character in "$`":
            place, known = _filled(line, place, pieces, known)
        else:
            pieces.append(character)
            place += 1
    raise UnclosedQuote


def _filled(line: str, place: int, pieces: list[str], known: bool) -> tuple[int, bool]:
    """What the shell fills in at `place`: it stays in the word as it is written."""
    if line[place] == "`":
        end = _find(line, "`", place + 1) + 1
    elif line.startswith("$(", place):
        end = _closing(line, place + 2)
    elif variable := _VARIABLE.match(line, place):
        end = variable.end()
    else:
        pieces.append("$")
        return place + 1, known
    pieces.append(line[place:end])
    return end, False


def _closing(line: str, place: int) -> int:
    """Behind the `)` that closes a `$(`."""
    depth = 1
    while place < len(line):
        if line[place] == "'":
            place = _find(line, "'", place + 1)
        depth += {"(": 1, ")": -1}.get(line[place], 0)
        place += 1
        if not depth:
            return place
    raise UnclosedQuote


def _find(line: str, mark: str, start: int) -> int:
    end = line.find(mark, start)
    if end < 0:
        raise UnclosedQuote
    return end
