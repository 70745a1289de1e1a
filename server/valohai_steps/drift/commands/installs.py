"""What `pip install` installs in a step's command: one reading for all who ask."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from valohai_steps.drift.commands.folders import commands_in_folders, within
from valohai_steps.drift.commands.shell_words import Word
from valohai_steps.model.patterns import pattern

_PIP = pattern(r"(?:.*/)?pip[0-9.]*$")
_OPTION = pattern(r"(?:--(requirement|editable)(?:=(.*))?|-([re])(.*))", re.DOTALL)


class Installed(Struct, frozen=True):
    """One argument of a `pip install`, as it is written: `option` is "-r", "-e" or nothing.

    `word` holds it, in the command's line of that number (from 0); `folder` is where pip runs, as seen from
    the repository.
    """

    option: str
    name: str
    word: Word
    line: int
    folder: str

    @property
    def path(self) -> str:
        """The file or folder that is named, as seen from the repository; an address stays what it is."""
        return self.name if "://" in self.name else within(self.folder, self.name)


def installs(lines: Sequence[str]) -> Iterator[Installed]:
    """Each argument of each `pip install` in lines of one shell; what the shell fills in is left out."""
    for command in commands_in_folders(lines):
        texts = [word.text for word in command.words]
        pip = next((i for i, text in enumerate(texts) if _PIP.match(text)), None)
        if pip is None or "install" not in texts[pip:]:
            continue
        for option, name, word in _of_install(command.words[texts.index("install", pip) + 1 :]):
            if name and word.known:
                yield Installed(option, name, word, command.line, command.folder)


def _of_install(words: Sequence[Word]) -> Iterator[tuple[str, str, Word]]:
    """The arguments: the option, the name, and the word that holds it.

    The word behind an option is its value, whatever it is (`optparse`); one that begins with a dash is a
    mistake, and names no file.
    """
    rest = iter(words)
    for word in rest:
        found = _OPTION.fullmatch(word.text)
        if found is None:
            if not word.text.startswith("-"):
                yield "", word.text, word
            continue
        option = f"-{(found[1] or found[3])[0]}"
        joined = found[2] if found[1] else found[4] or None
        value = word if joined is not None else next(rest, None)
        if value is not None and joined is not None:
            yield option, joined, value
        elif value is not None and not value.text.startswith("-"):
            yield option, value.text, value
