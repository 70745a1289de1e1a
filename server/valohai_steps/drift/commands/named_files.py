"""The files that a step's command reads from the repository: scripts of Python, and requirements for pip."""

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from valohai_steps.drift.commands.runs import runs, within
from valohai_steps.drift.commands.shell_words import UnclosedQuote, Word, simple_commands
from valohai_steps.model.patterns import pattern

# What can bring or make files, so that nothing is known of those that a command behind it names.
_MAKERS = frozenset(
    {"7z", "aws", "az", "azcopy", "bash", "bunzip2", "cookiecutter", "cp", "curl", "dvc", "gcloud", "gdown"}
    | {"git", "gsutil", "gunzip", "hg", "install", "jupyter", "kaggle", "ln", "make", "mv", "patch", "rclone"}
    | {"rsync", "s3cmd", "scp", "sh", "source", ".", "svn", "tar", "tee", "touch", "unzip", "wget", "zsh"}
)
_WRITES = pattern(r"(?<![0-9&<=-])>{1,2}(?![&>=])")
_UNKNOWN = pattern(r"[$*{?`\[]")
_PIP = pattern(r"(?:.*/)?pip[0-9.]*$")
_REQUIREMENT = pattern(r"(-r|--requirement)(=?)(.*)", re.DOTALL)
_ASSIGNMENT = pattern(r"[A-Za-z_]\w*\+?=")
_SCRIPTS = (".py", ".ipynb")


class NamedFile(Struct, frozen=True):
    """A file as seen from the repository, and where a line of the command names it: offsets in the line."""

    path: str
    use: Literal["script", "requirements"]
    line: int
    start: int
    end: int


def named_files(lines: Sequence[str]) -> Iterator[NamedFile]:
    """The files that lines in one shell name, up to the first command that can make files itself."""
    limit = _first_maker(lines)
    for run in runs(lines):
        word = run.named
        if word is None or run.is_shell or not word.text.endswith(_SCRIPTS):
            continue
        if (run.line, word.start) < limit and is_plain(run.files[0]) and word.known:
            yield NamedFile(run.files[0], "script", run.line, word.start, word.end)
    for number, folder, words in _commands(lines):
        for word, name in _requirements(words):
            path = within(folder, name)
            if (number, word.start) < limit and is_plain(path) and word.known:
                start = word.end - len(name)
                yield NamedFile(path, "requirements", number, start, word.end)


def is_plain(path: str) -> bool:
    """Whether a path leads to a file of the repository that nothing fills in: without `$` or `*`."""
    return bool(path) and not path.startswith("/") and _UNKNOWN.search(path) is None


def _commands(lines: Sequence[str]) -> Iterator[tuple[int, str, tuple[Word, ...]]]:
    """Each command: the number of its line, the folder it starts in, its words without assignments."""
    folder = ""
    for number, line in enumerate(lines):
        try:
            found = simple_commands(line)
        except UnclosedQuote:
            continue
        for words in found:
            first = next((i for i, word in enumerate(words) if not _ASSIGNMENT.match(word.text)), len(words))
            command = words[first:]
            if len(command) > 1 and command[0].text == "cd":
                folder = within(folder, command[1].text)
            elif command:
                yield number, folder, command


def _first_maker(lines: Sequence[str]) -> tuple[int, int]:
    """The line and place of the first command that can make files; past the end when none can."""
    found = [
        (number, match.start())
        for number, line in enumerate(lines)
        for match in (_WRITES.search(line),)
        if match is not None
    ]
    for number, _, words in _commands(lines):
        program = posixpath.basename(words[0].text) or words[0].text
        if program == "sudo" and len(words) > 1:
            program = posixpath.basename(words[1].text)
        if program in _MAKERS or words[0].text.startswith("./") or program.endswith(".sh"):
            found.append((number, words[0].start))
    return min(found, default=(len(lines), 0))


def _requirements(words: Sequence[Word]) -> Iterator[tuple[Word, str]]:
    """What `pip install -r FILE` names, as written: the word, and the name in it."""
    installs = [word.text for word in words]
    pip = next((i for i, text in enumerate(installs) if _PIP.match(text)), None)
    if pip is None or "install" not in installs[pip:]:
        return
    rest = iter(words[pip + 1 :])
    for word in rest:
        found = _REQUIREMENT.fullmatch(word.text)
        if found is None:
            continue
        name = found[3]
        if not name:
            following = next(rest, None)
            if following is not None:
                yield following, following.text
        elif found[1] == "-r" or found[2]:
            yield word, name
