"""The files that a step's command reads from the repository: scripts of Python, and requirements for pip."""

import posixpath
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from valohai_steps.drift.commands.folders import commands_in_folders, is_filled_in
from valohai_steps.drift.commands.installs import installs
from valohai_steps.drift.commands.runs import runs
from valohai_steps.model.patterns import pattern

# What can bring or make files, so that nothing is known of those that a command behind it names.
_MAKERS = frozenset(
    {"7z", "aws", "az", "azcopy", "bash", "bunzip2", "cookiecutter", "cp", "curl", "dvc", "gcloud", "gdown"}
    | {"git", "gsutil", "gunzip", "hg", "install", "jupyter", "kaggle", "ln", "make", "mv", "patch", "rclone"}
    | {"rsync", "s3cmd", "scp", "sh", "source", ".", "svn", "tar", "tee", "touch", "unzip", "wget", "zsh"}
)
_WRITES = pattern(r"(?<![0-9&<=-])>{1,2}(?![&>=])")
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
    for each in installs(lines):
        if each.option == "-r" and (each.line, each.word.start) < limit and is_plain(each.path):
            start = each.word.end - len(each.name)
            yield NamedFile(each.path, "requirements", each.line, start, each.word.end)


def is_plain(path: str) -> bool:
    """Whether a path leads to a file of the repository that nothing fills in: without `$` or `*`."""
    return bool(path) and not path.startswith("/") and not is_filled_in(path)


def _first_maker(lines: Sequence[str]) -> tuple[int, int]:
    """The line and place of the first command that can make files; past the end when none can."""
    found = [
        (number, match.start())
        for number, line in enumerate(lines)
        for match in (_WRITES.search(line),)
        if match is not None
    ]
    for command in commands_in_folders(lines):
        words = command.words
        program = posixpath.basename(words[0].text) or words[0].text
        if program == "sudo" and len(words) > 1:
            program = posixpath.basename(words[1].text)
        if program in _MAKERS or words[0].text.startswith("./") or program.endswith(".sh"):
            found.append((command.line, words[0].start))
    return min(found, default=(len(lines), 0))
