"""What a command prints to, and with what manners: colour and progress only for a person."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO, TypeVar

from msgspec import Struct

_COLOURS = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "bold": "1"}
_CLEAR = "\r\x1b[K"
_PROGRESS_EVERY = 25
_USUAL_WIDTH = 80
_Item = TypeVar("_Item")


class Terminal(Struct, frozen=True):
    """Results go to `out`, everything said about them to `err`; `quiet` keeps remarks to itself."""

    out: TextIO
    err: TextIO
    colour: bool
    progress: bool
    quiet: bool = False

    def write(self, text: str) -> None:
        """A result, as it is."""
        self.out.write(text)

    def say(self, line: str) -> None:
        """A remark for a person."""
        if not self.quiet:
            self.complain(line)

    def complain(self, line: str) -> None:
        """An error or a warning: said even when quiet."""
        with suppress(OSError, ValueError):  # nobody listens: no reason to leave the work undone
            self.err.write(f"{_CLEAR if self.progress else ''}{line}\n")
            self.err.flush()

    def painted(self, text: str, colour: str) -> str:
        """The text in a colour, where there are colours."""
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self.colour and text else text

    def show_progress(self, line: str) -> None:
        """Overwrite the progress line; an empty one clears it."""
        if self.progress and not self.quiet:
            with suppress(OSError, ValueError):
                room = os.get_terminal_size(self.err.fileno()).columns or _USUAL_WIDTH
                self.err.write(f"{_CLEAR}{line[: room - 1]}")
                self.err.flush()

    def counted(self, items: Sequence[_Item], doing: str) -> Iterator[_Item]:
        """The items one by one, with a progress line when they are many."""
        for number, item in enumerate(items, 1):
            if number % _PROGRESS_EVERY == 0:
                self.show_progress(f"{doing}: {number} of {len(items)} files")
            yield item
        if len(items) >= _PROGRESS_EVERY:
            self.show_progress("")


def open_terminal(environment: Mapping[str, str] = os.environ, *, quiet: bool = False) -> Terminal:
    """The process's own terminal; NO_COLOR (no-color.org) and pipes switch the colour off."""
    out, err = (_opened(stream) for stream in (sys.stdout, sys.stderr))
    person = environment.get("TERM") != "dumb"
    colour = person and out.isatty() and not environment.get("NO_COLOR")
    return Terminal(out, err, colour, progress=person and err.isatty(), quiet=quiet)


def _opened(stream: TextIO | None) -> TextIO:
    if stream is None:  # the caller has closed it (`>&-`)
        return Path(os.devnull).open("w", encoding="utf-8")
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:  # a Windows code page must not end in an error over a name
        reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    return stream
