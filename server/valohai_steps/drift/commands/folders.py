"""The commands of a step, each with the folder it starts in: `cd`, subshells, branches, pipes, `&`."""

import posixpath
from collections.abc import Iterator, Sequence

from msgspec import Struct

from valohai_steps.drift.commands.shell_words import Part, UnclosedQuote, Word, parts
from valohai_steps.drift.commands.shells import (
    BRANCHES,
    CLOSERS,
    NOWHERE,
    OPENERS,
    UNKNOWN,
    Folder,
    Shells,
    Where,
    begin_alternative,
    branch,
    end_clause,
    end_in_background,
    end_line,
    end_list,
    end_pattern,
    enter,
    jump,
    leave,
    lose,
    move,
    settle,
    shell_in,
)
from valohai_steps.model.patterns import pattern

# Where Valohai checks the project out; commands may name files by their full path there.
_REPOSITORY = "/valohai/repository"
_ASSIGNMENT = pattern(r"[A-Za-z_]\w*\+?=")
_FILLED_IN = pattern(r"[$*{?`\[]")
_PIPES = ("|", "|&")
# A newline behind them ends nothing.
_GOES_ON = ("|", "|&", "&&", "||")
# Reserved words that run the command behind them, in the same shell.
_LEADING = frozenset({"!", "time"})
_RESERVED = CLOSERS | OPENERS | BRANCHES | _LEADING | {"function"}
_HEADS = frozenset({"for", "select", "case"})
_TESTS = frozenset({"[", "[[", "test"})
# Of a longer path Linux finds no folder (PATH_MAX, limits.h).
_LONGEST = 4096
_OPTIONS_OF_CD = frozenset({"-L", "-P", "-e", "-@", "--"})


class Command(Struct, frozen=True):
    """A command without reserved words and assignments in front of it, and where it starts.

    `words` are none where nothing is started that is a file: a `cd`, an assignment, what stands behind a `)`.
    `line` is the number (from 0) of the line that `words` and `start` have their places in; `folder` is where
    the command starts, as seen from the repository: UNKNOWN where that is not sure. `likely` is the same if
    each `cd` to what the shell fills in stays where it is; None where even that does not tell it.
    """

    words: tuple[Word, ...]
    line: int
    start: int
    folder: str
    likely: str | None


def command_lines(command: object) -> list[str]:
    """The lines of a command, as Valohai takes them; what is no string is an empty line."""
    listed = command if isinstance(command, list) else [command]
    return [line if isinstance(line, str) else "" for line in listed]


def commands_in_folders(lines: Sequence[str], folder: str = "") -> Iterator[Command]:
    """Every command but `cd` of lines that share one shell, which starts in `folder`: one word or more.

    Each `cd` is taken to succeed; one in parentheses, in a pipe or in the background leaves the shell where
    it is. A line that no shell would accept is passed over; a parenthesis ends with its line.
    """
    return (each for each in stretches(lines, folder) if each.words)


def stretches(lines: Sequence[str], folder: str = "") -> Iterator[Command]:
    """The lines as a row of commands, in order: each holds up to the start of the next one."""
    shells = shell_in(folder)
    for number, line in enumerate(lines):
        yield _stretch(number, 0, shells.top.where.now)
        try:
            found = parts(line)
        except UnclosedQuote:
            continue
        yield from _of_line(found, number, shells)
        end_line(shells)


def within(folder: str, name: str) -> str:
    """A name as seen from the repository; in a folder that is UNKNOWN it stays as it is written."""
    if folder == UNKNOWN and not name.startswith("/"):
        return f"{UNKNOWN}/{name}"
    joined = posixpath.normpath(posixpath.join("/" if name.startswith("/") else folder, name))
    return joined.removeprefix(f"{_REPOSITORY}/").removeprefix(_REPOSITORY)


def is_filled_in(name: str) -> bool:
    """Whether something fills a part of a name in: the shell, or Valohai."""
    return _FILLED_IN.search(name) is not None


def _stretch(line: int, start: int, folder: Folder, words: tuple[Word, ...] = ()) -> Command:
    return Command(words, line, start, folder.path, folder.likely)


def _of_line(found: Sequence[Part], number: int, shells: Shells) -> Iterator[Command]:
    before = ""
    for place, part in enumerate(found):
        after = found[place + 1].operator if place + 1 < len(found) else ""
        if not part.operator:
            is_name = after == "(" and place + 2 < len(found) and found[place + 2].operator == ")"
            folder, words = _of_part(part, shells, before, "()" if is_name else after)
            yield _stretch(number, part.start, folder, words)
        elif (part.operator, after) != ("(", ")") and (before, part.operator) != ("(", ")"):
            _follow(part.operator, before, shells)
            if part.operator == ")":
                yield _stretch(number, part.start + 1, shells.top.where.now)
        if part.operator != "\n" or before not in _GOES_ON:
            before = part.operator


def _of_part(part: Part, shells: Shells, before: str, after: str) -> tuple[Folder, tuple[Word, ...]]:
    """Follow one simple command with the reserved words around it: where it starts, and its words.

    `before` and `after` are the operators beside it; `after` is "()" behind the name of a function.
    """
    words, is_piped, folder = part.words, before in _PIPES, None
    while words and _is_reserved(words[0], shells):
        word, words = words[0].text, words[1:]
        if word in CLOSERS:
            folder = leave(shells, word, is_piped=after in _PIPES and not words)
        elif word in OPENERS:
            enter(shells, word, is_piped=is_piped)
            is_piped = False
        elif word in BRANCHES:
            branch(shells.top, word)
        elif word == "function" and words:
            shells.named, words = words[0].text, words[1:]
        if word in _HEADS:
            words = ()
    if shells.top.in_pattern or not words:
        return folder or shells.top.where.now, ()
    if after == "()" and len(words) == 1 and not _ASSIGNMENT.match(words[0].text):
        shells.named = words[0].text
        return shells.top.where.now, ()
    return _of_command(_without_assignments(words), shells, after, is_piped=is_piped or after in _PIPES)


def _of_command(
    words: tuple[Word, ...], shells: Shells, after: str, *, is_piped: bool
) -> tuple[Folder, tuple[Word, ...]]:
    frame = shells.top
    folder, name, shells.named = frame.where.now, words[0].text if words else "", None
    if name in _TESTS and after == "&&":
        frame.is_tested = True
    if name in ("break", "continue"):
        jump(frame)
    if name == "cd" and not is_piped:
        move(shells, _target_of_cd(words, frame.where))
    if (name in ("pushd", "popd") or name in shells.moving) and not is_piped:
        lose(shells)
    return folder, () if name == "cd" else words


def _is_reserved(word: Word, shells: Shells) -> bool:
    """Whether a word in front of a command is one of the shell's grammar: not in quotes."""
    if word.end - word.start != len(word.text):
        return False
    if shells.top.in_pattern:
        return word.text == "esac"
    return word.text in _RESERVED


def _without_assignments(words: tuple[Word, ...]) -> tuple[Word, ...]:
    return words[next((i for i, word in enumerate(words) if not _ASSIGNMENT.match(word.text)), len(words)) :]


def _follow(operator: str, before: str, shells: Shells) -> None:
    """Enter a subshell or leave it, end a list or begin an alternative."""
    frame = shells.top
    if operator == "(" and not frame.in_pattern:
        enter(shells, "(", is_piped=before in _PIPES)
    elif operator == ")" and frame.opener == "case":
        end_pattern(frame)
    elif operator == ")":
        leave(shells, ")", is_piped=False)
    elif operator == "||":
        begin_alternative(frame)
    elif operator == "&&":
        settle(frame)
    elif operator == "&":
        end_in_background(frame)
    elif operator == ";;":
        end_clause(frame)
    elif operator == ";" or (operator == "\n" and before not in _GOES_ON):
        end_list(frame)


def _target_of_cd(words: Sequence[Word], where: Where) -> Folder:
    """Where a `cd` leads; one without a folder leads out of the repository, which counts as staying in it."""
    now = where.now
    word = next((word for word in words[1:] if word.text not in _OPTIONS_OF_CD), None)
    name = word.text if word is not None else ""
    if name == "-":
        return where.before or now
    if word is None or not name:
        return now
    if not word.known or is_filled_in(name):
        return Folder(UNKNOWN, now.likely)
    if name.startswith("~"):
        return NOWHERE
    if name.startswith("/") or now.path != UNKNOWN:
        path = _folder_within(now.path, name)
        return Folder(path, path) if len(path) < _LONGEST else now
    if now.likely is None or posixpath.normpath(name).startswith(".."):
        return NOWHERE
    likely = _folder_within(now.likely, name)
    return Folder(UNKNOWN, likely) if len(likely) < _LONGEST else now


def _folder_within(folder: str, name: str) -> str:
    found = within(folder, name)
    return "" if found == "." else found
