"""The bytes that tree-sitter gets of a text: as many, and of the same tree, where it would err or be slow."""

import re

from valohai_steps.model.patterns import pattern

# More open brackets than these are not written by people, and would be felt while typing.
_MOST_OPEN = 3_000
_FAR_IN = pattern(r"\n[ \t\f]{300}")
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"()[]{}")
# At each comment, tree-sitter-python looks through all that follow it, and at each continued line likewise:
# a run of them takes the square of its length. As one comment, or one line, it takes its length.
_COMMENTS = pattern(rb"^([ \t\f]*#[^\n]*)((?:\n[ \t\r\f]*(?:#[^\n]*|\\\r?)?(?=\n)){16,})", re.MULTILINE)
_CONTINUED = pattern(rb"^([ \t\f]*\\\r?\n)((?:[ \t\f]*\\\r?\n){16,})", re.MULTILINE)
# tree-sitter-python takes `type(x).y = 1` and `type["x"] = 1` for a type alias; before a bracket `type` is a
# name like any other.
_CALLED_TYPE = pattern(rb"(^|[;:])([ \t\f]*)type(?=(?:[ \t\f]|\\\r?\n)*[(\[])", re.MULTILINE)
# A line of only `\` where a statement begins, and what stands before that statement.
_BEGUN = pattern(rb"^(?:[ \t\f]*\\\r?\n)+[ \t\f]*", re.MULTILINE)
_NO_SPACES = bytes(byte if byte in b" \t" else 32 for byte in range(256))


def parsed_bytes(text: str) -> bytes:
    """A text in UTF-8, as it is parsed."""
    return _without_aliases(_without_runs(_begun(encoded(text))))


def moves_lines(text: str) -> bool:
    """Whether a line of only `\\` may make a line of the parsed bytes begin elsewhere than in the text."""
    return "\\" in text and _BEGUN.search(encoded(text)) is not None


def encoded(text: str) -> bytes:
    """A text in UTF-8. A lone surrogate, which UTF-8 does not have, is one `?`."""
    return text.encode("utf-8", "replace")


def is_excessive(text: str, data: bytes) -> bool:
    """Whether brackets or blocks may be nested far deeper than people write.

    Every step up in such a tree is slow, and tree-sitter-python 0.25 crashes on a thousand blocks.
    """
    brackets = data.translate(None, delete=_NO_BRACKETS)
    for _ in range(12):
        for pair in (b"()", b"[]", b"{}"):
            brackets = brackets.replace(pair, b"")
    return len(brackets) > _MOST_OPEN or _FAR_IN.search(text) is not None


def _begun(data: bytes) -> bytes:
    """The same number of bytes, without lines of only `\\` before a statement.

    Of those and the statement's own line the first that begins with blanks tells how far in the statement is
    (CPython's `tok_get_normal_mode`); tree-sitter counts all of their blanks.
    """
    return _BEGUN.sub(lambda run: _begun_once(data, run), data) if b"\\" in data else data


def _begun_once(data: bytes, run: re.Match[bytes]) -> bytes:
    before = data[data.rfind(b"\n", 0, max(run.start() - 1, 0)) + 1 : run.start()].strip()
    if before.endswith(b"\\") and not before.startswith(b"#"):
        return run[0]  # in the middle of a statement
    blanks = (line.rstrip(b"\\\r\n") for line in run[0].splitlines(keepends=True))
    indent = next(filter(None, blanks), b"")
    return b"\n".rjust(len(run[0]) - len(indent)) + indent


def _without_runs(data: bytes) -> bytes:
    """The same number of bytes, with the same tree: runs of comments are one, those of `\\` blanks."""
    if data.count(b"\n") < 16:
        return data
    if b"#" in data:
        data = _COMMENTS.sub(lambda run: run[1] + run[2].replace(b"\n", b" ").replace(b"\r", b" "), data)
    if b"\\\n" in data or b"\\\r\n" in data:
        data = _CONTINUED.sub(lambda run: run[1] + run[2].translate(_NO_SPACES), data)
    return data


def _without_aliases(data: bytes) -> bytes:
    """The same number of bytes, without the word `type` where a statement begins with it and a bracket."""
    return _CALLED_TYPE.sub(rb"\1\2typ_", data) if b"type" in data else data
