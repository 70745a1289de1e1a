"""Messages in a stream of bytes: header fields, an empty line, a body (LSP 3.17, "Base Protocol")."""

import logging
import re
from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.model.patterns import pattern

logger = logging.getLogger(__name__)

_END = pattern(rb"\r?\n\r?\n")
_LENGTH = pattern(rb"^content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
# A header that ends what it is searched in. No body holds one: in JSON a line end inside a string is escaped.
_HEADER = pattern(rb"content-length[ \t]*:[ \t]*\d{1,15}[ \t]*(?:\r?\n[!-9;-~]+:[^\r\n]*)*\Z", re.IGNORECASE)
_NAME = b"content-length"
_LONGEST_HEADER = 4_096
# In bytes. No editor has a text like that open; what states more states nothing.
_LONGEST_BODY = 1 << 28


class Broken(Struct, frozen=True):
    """Bytes that are no message, passed over."""

    reason: str


class Framing:
    """Cuts a stream into the bodies of its messages, whatever the pieces in which it arrives.

    A header that states a wrong length costs the messages that it covers and no more: the next header counts.
    """

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._length: int | None = None
        self._looked = 0

    def feed(self, data: bytes) -> Iterator[bytes | Broken]:
        """The bodies that are complete now, and what is no message."""
        self._waiting += data
        while True:
            if self._length is None:
                broken = self._header()
                if broken is not None:
                    yield broken
                    continue
            if self._length is None:
                return
            end = self._body_end(self._length)
            if end is None:
                return
            body = bytes(self._waiting[:end])
            self._drop(end)
            self._length = None
            yield body

    def _body_end(self, length: int) -> int | None:
        """Where the body ends: as stated, or where another header begins; None when more is to come."""
        for empty in _END.finditer(self._waiting, max(self._looked - 3, 0), length + _LONGEST_HEADER):
            header = self._header_before(empty.start())
            if header is not None and header < length:
                return header
        self._looked = len(self._waiting)
        return self._whole(length) if len(self._waiting) >= length else None

    def _whole(self, length: int) -> int:
        """Where a body ends that is as long as stated: in front of another header that has begun to arrive.

        A message is an object, so what stands behind its brace is none of it.
        """
        last = self._waiting.rfind(b"}", max(length - _LONGEST_HEADER, 0), length) + 1
        behind = bytes(self._waiting[last:length]).lstrip().lower() if last else b""
        return last if behind and (_NAME.startswith(behind) or behind.startswith(_NAME)) else length

    def _header(self) -> Broken | None:
        """Take the next header, and keep the length that it states; what is none is passed over."""
        end = _END.search(self._waiting, max(self._looked - 3, 0))
        if end is None:
            self._looked = len(self._waiting)
            if len(self._waiting) <= 2 * _LONGEST_HEADER:
                return None
            lost = len(self._waiting) - _LONGEST_HEADER  # a header may have begun
            self._drop(lost)
            return Broken(f"{lost} bytes without the end of a header")
        header = bytes(self._waiting[: end.start()])
        start = 0
        stated = _LENGTH.search(header)
        if stated is None and (found := self._header_before(end.start())) is not None:
            start, stated = found, _LENGTH.search(header[found:])
        self._drop(end.end())
        if stated is None:
            return Broken(f"{len(header)} bytes that are no header with a Content-Length")
        if int(stated[1]) > _LONGEST_BODY:
            return Broken(f"a message of {int(stated[1])} bytes, more than {_LONGEST_BODY}")
        self._length = int(stated[1])
        return Broken(f"{start} bytes in front of a header") if start else None

    def _header_before(self, end: int) -> int | None:
        """Where the header begins that ends at `end`; None when what stands there is none."""
        first = max(end - _LONGEST_HEADER, 0)
        around = bytes(self._waiting[first:end])
        begin = around.lower().rfind(_NAME)
        return first + begin if begin >= 0 and _HEADER.match(around, begin) is not None else None

    def _drop(self, count: int) -> None:
        del self._waiting[:count]
        self._looked = 0
