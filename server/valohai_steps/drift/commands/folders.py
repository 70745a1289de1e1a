"""The commands of a step, each with the folder it starts in: `cd`, subshells, pipes, `&`."""

import posixpath
from collections.abc import Iterator, Sequence

from msgspec import Struct

from valohai_steps.drift.commands.shell_words import Part, UnclosedQuote, Word, parts
from valohai_steps.model.patterns import pattern

# Where Valohai checks the project out; commands may name files by their full path there.
_REPOSITORY = "/valohai/repository"
_ASSIGNMENT = pattern(r"[A-Za-z_]\w*\+?=")
_PIPES = ("|", "|&")
_ENDS = (";", ";;", "&", "\n")
# Reserved words that run the command behind them, in the same shell.
_LEADING = frozenset({"{", "!", "if", "while", "until", "time"})
# Of a longer path Linux finds no folder (PATH_MAX, limits.h).
_LONGEST = 4096
_OPTIONS_OF_CD = frozenset({"-L", "-P", "-e", "-@", "--"})


class Command(Struct, frozen=True):
    """A command without the assignments in front of it: one word or more.

    `line` is the number (from 0) of the line that `words` have their places in; `folder` is where the command
    starts, as seen from the repository.
    """

    words: tuple[Word, ...]
    line: int
    folder: str


class _Shell(Struct):
    """A shell or subshell: where it is, where it was before (`cd -`), and where its running list began."""

    folder: str
    before: str | None = None
    began: str = ""


def command_lines(command: object) -> list[str]:
    """The lines of a command, as Valohai takes them; what is no string is an empty line."""
    listed = command if isinstance(command, list) else [command]
    return [line if isinstance(line, str) else "" for line in listed]


def commands_in_folders(lines: Sequence[str], folder: str = "") -> Iterator[Command]:
    """Every command but `cd` of lines that share one shell, which starts in `folder`.

    Each `cd` is taken to succeed; one in parentheses, in a pipe or in the background leaves the shell where
    it is. A line that no shell would accept is passed over; a parenthesis ends with its line.
    """
    shell = _Shell(folder)
    for number, line in enumerate(lines):
        try:
            found = parts(line)
        except UnclosedQuote:
            continue
        shell.began = shell.folder
        shells = [shell]
        for place, part in enumerate(found):
            if isinstance(part, str):
                _follow(part, shells)
                continue
            words = _without_assignments(part)
            target = _target_of_cd(words, shells[-1])
            if target is None and words:
                yield Command(words, number, shells[-1].folder)
            elif target is not None and not _is_piped(found, place):
                shells[-1].before, shells[-1].folder = shells[-1].folder, target


def within(folder: str, name: str) -> str:
    """A name as seen from the repository."""
    joined = posixpath.normpath(posixpath.join("/" if name.startswith("/") else folder, name))
    return joined.removeprefix(f"{_REPOSITORY}/").removeprefix(_REPOSITORY)


def _without_assignments(words: tuple[Word, ...]) -> tuple[Word, ...]:
    return words[next((i for i, word in enumerate(words) if not _ASSIGNMENT.match(word.text)), len(words)) :]


def _follow(operator: str, shells: list[_Shell]) -> None:
    """Enter a subshell or leave it; what ran in the background has moved nothing."""
    shell = shells[-1]
    if operator == "(":
        shells.append(_Shell(shell.folder, shell.before, shell.folder))
    elif operator == ")" and len(shells) > 1:
        shells.pop()
    elif operator in _ENDS:
        if operator == "&":
            shell.folder = shell.began
        shell.began = shell.folder


def _is_piped(found: Sequence[Part], place: int) -> bool:
    return any(each in _PIPES for each in (*found[max(place - 1, 0) : place], *found[place + 1 : place + 2]))


def _target_of_cd(words: Sequence[Word], shell: _Shell) -> str | None:
    """Where a `cd` leads; one without a folder leads out of the repository, which counts as staying in it."""
    first = next((place for place, word in enumerate(words) if word.text not in _LEADING), len(words))
    if first == len(words) or words[first].text != "cd":
        return None
    name = next((word.text for word in words[first + 1 :] if word.text not in _OPTIONS_OF_CD), "")
    if name == "-":
        return shell.folder if shell.before is None else shell.before
    target = within(shell.folder, name) if name else shell.folder
    return target if len(target) < _LONGEST else shell.folder
