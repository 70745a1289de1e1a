"""Messages in a stream of bytes: header fields, an empty line, a body (LSP 3.17, "Base Protocol")."""

import logging
import re
from collections.abc import Iterator

logger = logging.getLogger(__name__)

_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
# No header is longer; what is, is no message.
_LONGEST_HEADER = 65_536


class Framing:
    """Cuts a stream into the bodies of its messages, whatever the pieces in which it arrives."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._length: int | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The bodies that are complete now. What is no message is said in the log and passed over."""
        self._waiting += data
        while True:
            if self._length is None:
                self._length = self._header()
            if self._length is None or len(self._waiting) < self._length:
                return
            body = bytes(self._waiting[: self._length])
            del self._waiting[: self._length]
            self._length = None
            yield body

    def _header(self) -> int | None:
        """The length that the next header states; None when none has arrived."""
        while (end := _END.search(self._waiting)) is not None:
            header = bytes(self._waiting[: end.start()])
            del self._waiting[: end.end()]
            stated = _LENGTH.search(header)
            if stated is not None:
                return int(stated[1])
            logger.error("passed over %d bytes that are no header with a Content-Length", len(header))
        if len(self._waiting) > _LONGEST_HEADER:
            logger.error("passed over %d bytes without an end of a header", len(self._waiting))
            self._waiting.clear()
        return None
