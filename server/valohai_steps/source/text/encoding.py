"""From the bytes of a Python file to its text, as the interpreter decodes it (PEP 263)."""

import codecs

from valohai_steps.model.patterns import pattern

_COOKIE = pattern(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = pattern(rb"^[ \t\f]*(?:#[^\r\n]*)?$")
_FIRST_LINES = pattern(rb"\r\n|\n|\r")
# Codecs of Python's own that are no encodings of a file: they unescape, or take quadratic time.
_NO_FILE = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "utf-7"})
_ADVICE = "save the file as UTF-8, or name its encoding in the first line: # -*- coding: latin-1 -*-"


def decode_python(data: bytes) -> tuple[str | None, str | None]:
    """The text of a Python file, or the reason why there is none; exactly one of them is None.

    Line ends stay as they are; a byte order mark stays as U+FEFF at the start, so that offsets in the text
    are offsets in the file.
    """
    name = _cookie(data)
    marked = data.startswith(codecs.BOM_UTF8)
    if name is None or marked:
        if name is not None and _known(name) != "utf-8":
            return None, f"its first lines name the encoding {name}, but it starts with the mark of UTF-8"
        return _decoded(data, "utf-8", "UTF-8")
    known = _known(name)
    if known is None:
        return None, f"its first lines name the encoding {name}, which Python does not know; {_ADVICE}"
    return _decoded(data, known, name)


def _cookie(data: bytes) -> str | None:
    """The encoding that the first or second line names; the second counts below a comment or a blank."""
    start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    # A cookie stands at the start of its line's comment: no need to split a file of megabytes.
    for line in _FIRST_LINES.split(data[start : start + 4096], maxsplit=2)[:2]:
        match = _COOKIE.match(line)
        if match is not None:
            return match[1].decode("ascii", "replace")
        if not _BLANK.match(line):
            return None
    return None


def _known(name: str) -> str | None:
    """Python's own name of an encoding; None when a file cannot be in it."""
    try:
        found = codecs.lookup(name)
        b"#".decode(name)
    except (LookupError, ValueError):
        return None
    plain = found.name.replace("_", "-")
    # The cookie itself was found in ASCII, so an encoding in which it reads otherwise cannot be true.
    if plain in _NO_FILE or plain.startswith(("utf-16", "utf-32")):
        return None
    return "utf-8" if plain == "utf-8-sig" else plain


def _decoded(data: bytes, encoding: str, name: str) -> tuple[str | None, str | None]:
    try:
        return data.decode(encoding), None
    except UnicodeDecodeError as error:
        return None, f"byte {error.start} is not {name}; {_ADVICE}"
