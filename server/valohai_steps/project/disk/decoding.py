"""Bytes as text and back: Python as PEP 263 says, requirements files as pip reads them, all else as UTF-8."""

import codecs
from pathlib import Path

from valohai_steps.model.patterns import pattern
from valohai_steps.project.disk.files import UnreadableFile
from valohai_steps.source.text.encoding import decode_python

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # its first bytes are those of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = pattern(rb"#.*?coding[:=][ \t]*([-\w.]+)")
_REQUIREMENTS = (".txt", ".in", ".pip")


def decode(path: Path, data: bytes) -> str | UnreadableFile:
    """The text of a file."""
    if path.suffix == ".py":
        text, why = decode_python(data)
        return UnreadableFile(path, why or "this cannot be decoded") if text is None else text
    encoding = _encoding(path, data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            return UnreadableFile(path, f"this is not {encoding.upper()}; save the file as UTF-8")
        return UnreadableFile(path, f"byte {error.start} is not UTF-8; save the file as UTF-8")


def encode(path: Path, text: str, before: bytes | None) -> bytes:
    """The bytes of a text that takes the place of `before`, in the encoding that these have."""
    encoding = _encoding(path, before or b"")
    mark = next((mark for mark, name in _MARKS if name == encoding and (before or b"").startswith(mark)), b"")
    if encoding in ("utf-16", "utf-32"):
        order = "be" if mark in (codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE) else "le"
        return mark + text.encode(f"{encoding}-{order}")
    return text.encode(encoding)


def _encoding(path: Path, data: bytes) -> str:
    """The codec of a file that is not Python; that of a requirements file as pip finds it."""
    if path.suffix not in _REQUIREMENTS:
        return "utf-8"
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    for line in data.split(b"\n")[:2]:
        declared = _DECLARED.match(line)
        if declared is not None:
            try:
                return codecs.lookup(declared[1].decode()).name
            except LookupError:
                return "utf-8"
    return "utf-8"
