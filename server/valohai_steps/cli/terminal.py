"""What a command prints to, and with what manners: colour and progress only for a person."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

_COLOURS = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "bold": "1"}


@dataclass(frozen=True, slots=True)
class Terminal:
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
            self.err.write(f"{line}\n")

    def complain(self, line: str) -> None:
        """An error: said even when quiet."""
        self.err.write(f"{line}\n")

    def painted(self, text: str, colour: str) -> str:
        """The text in a colour, where there are colours."""
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self.colour and text else text

    def show_progress(self, line: str) -> None:
        """Overwrite the progress line; an empty one clears it."""
        if self.progress and not self.quiet:
            self.err.write(f"\r\x1b[K{line}")
            self.err.flush()


def open_terminal(environment: Mapping[str, str] = os.environ, *, quiet: bool = False) -> Terminal:
    """The process's own terminal; NO_COLOR (no-color.org) and pipes switch the colour off."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # a Windows code page must not end in an error over a name
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    colour = sys.stdout.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
    return Terminal(sys.stdout, sys.stderr, colour, progress=sys.stderr.isatty(), quiet=quiet)
