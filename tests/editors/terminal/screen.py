"""A terminal that a test types into and reads back: real keys, and the words on the screen."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

# No wait is longer, on a busy machine either; a healthy editor answers in a second.
_PATIENCE = 40
_PAUSE = 0.05


class Screen:
    """One program in a terminal of 130 columns and 34 lines, under tmux."""

    def __init__(
        self, folder: Path, socket: Path, command: Sequence[object], variables: Mapping[str, str]
    ) -> None:
        self._socket = socket
        self._environment = {**os.environ, **variables}  # the terminal's is that of its first client
        self._tmux(
            *("-f", os.devnull, "new-session", "-d", "-x", "130", "-y", "34", "-c", folder),
            *command,
        )
        self._tmux("set-option", "-g", "remain-on-exit", "on")

    def type(self, text: str) -> None:
        """Type characters as they are."""
        self._tmux("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        """Press keys by their names in tmux: Enter, Escape, Tab, C-x, M-x."""
        self._tmux("send-keys", *keys)

    def read(self) -> str:
        """What is on the screen."""
        return self._tmux("capture-pane", "-p", "-J")

    def see(self, *words: str, gone: Sequence[str] = ()) -> str:
        """Wait until all words are on the screen, and none of `gone`. Raises AssertionError with it."""
        end = time.monotonic() + _PATIENCE
        while True:
            screen = self.read()
            missing = [word for word in words if word not in screen]
            left = [word for word in gone if word in screen]
            if not missing and not left:
                return screen
            assert time.monotonic() < end, f"missing {missing}, not gone {left}\n{screen}"
            time.sleep(_PAUSE)

    def close(self) -> None:
        """End the program and its terminal."""
        self._tmux("kill-server")

    def _tmux(self, *arguments: object) -> str:
        words = ["tmux", "-S", str(self._socket), *map(str, arguments)]
        done = subprocess.run(
            words, check=True, capture_output=True, text=True, timeout=_PATIENCE, env=self._environment
        )
        return done.stdout


def wait_for_file(path: Path, *words: str, lacks: Sequence[str] = ()) -> str:
    """Wait until a file on disk holds all words, and none of `lacks`."""
    end = time.monotonic() + _PATIENCE
    while True:
        text = path.read_text("utf-8") if path.exists() else ""
        if path.exists() and all(word in text for word in words) and not any(word in text for word in lacks):
            return text
        assert time.monotonic() < end, f"{path.name} on disk:\n{text}"
        time.sleep(_PAUSE)
