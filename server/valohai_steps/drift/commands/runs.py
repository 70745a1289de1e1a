"""Which files a command runs, and with which words: `cd`, `python -m`, torchrun, papermill, `bash x.sh`."""

import posixpath
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.drift.commands.folders import Command, command_lines, commands_in_folders, within
from valohai_steps.drift.commands.shell_words import Word
from valohai_steps.model.patterns import pattern

_PYTHON = pattern(r"(?:.*/)?(?:python|pypy)[0-9.]*$")
# Programs that start a Python file; so do their modules, with `python -m`.
_RUNNERS = frozenset(
    {
        "accelerate",
        "coverage",
        "deepspeed",
        "ipython",
        "kernprof",
        "papermill",
        "scalene",
        "streamlit",
        "torchrun",
        "uv",
        "viztracer",
    }
)
_SHELLS = frozenset({"bash", "dash", "ksh", "sh", "zsh"})
_OPTIONS_WITH_VALUE = frozenset({"-W", "-X", "-Q", "--check-hash-based-pycs"})
_SCRIPTS = (".py", ".ipynb")
# Of a word that a shell script got; no command has more than those.
_POSITION = pattern("[0-9]{1,9}")


class Run(Struct, frozen=True):
    """One start of a file by a command.

    `files` are what is run, relative to the repository: one, or two of which a module is one. `words` are
    what the file gets, `line` the line of the command (from 0) that `words` have their places in. `first` is
    where the program stands in that line. A shell script's own commands are not in it: `is_shell`. `named` is
    the word that names the file; None for a module.
    """

    files: tuple[str, ...]
    words: tuple[Word, ...]
    line: int
    first: int
    last: int
    folder: str = ""
    is_shell: bool = False
    named: Word | None = None


def files_run(command: object, source_path: str | None = None) -> frozenset[str]:
    """The Python files and notebooks that a command runs, relative to the repository, in POSIX spelling.

    `command` is a string or a list of strings, as in valohai.yaml; lines share one shell, so a `cd` holds for
    those after it. `source_path` stands for `{source-path}`. A module `pkg.mod` counts as `pkg/mod.py` and
    as `pkg/mod/__main__.py`. Lines that no shell would accept run nothing.
    """
    lines = [line.replace("{source-path}", source_path or "") for line in command_lines(command)]
    return frozenset(name for run in runs(lines) if not run.is_shell for name in run.files)


def runs(lines: Sequence[str], folder: str = "") -> Iterator[Run]:
    """Every file that the lines run, in order; they share one shell, which starts in `folder`."""
    for command in commands_in_folders(lines, folder):
        run = _run(command)
        if run is not None:
            yield run


def shell_script_runs(text: str, run: Run) -> Iterator[Run]:
    """What a shell script runs that a command runs: `$@` and `$1` in it are the words of that command.

    A word that comes from the command keeps its place there; one of the script's own stands where the
    script is started, because it has no place in the command.
    """
    for inner in runs([text], run.folder):
        words: list[Word] = []
        for word in inner.words:
            words += _handed_on(word, run)
        yield replace(inner, words=tuple(words), line=run.line, first=run.first, last=run.last)


def _handed_on(word: Word, run: Run) -> tuple[Word, ...]:
    name = (word.variable or "").strip("${}")
    if name in ("@", "*"):
        return run.words
    if _POSITION.fullmatch(name) and 0 < int(name) <= len(run.words):
        return (run.words[int(name) - 1],)
    return (Word(word.text, run.first, run.first, word.known),)


def _run(command: Command) -> Run | None:
    """What one command starts."""
    words, folder = command.words, command.folder
    found = _started(words)
    if found is None:
        return None
    files, rest, is_shell = found
    named = words[len(words) - len(rest) - 1] if len(files) == 1 else None
    run = tuple(within(folder, name) for name in files)
    return Run(run, tuple(rest), command.line, words[0].start, words[-1].end, folder, is_shell, named)


_Started = tuple[tuple[str, ...], Sequence[Word], bool]


def _started(words: Sequence[Word]) -> _Started | None:
    for position, word in enumerate(words):
        name, rest = posixpath.basename(word.text), words[position + 1 :]
        if name in _RUNNERS and position < len(words) - 1:
            return _by_runner(name, rest)
        if _PYTHON.match(word.text):
            return _by_python(rest)
        if name in _SHELLS:
            return _by_shell(rest)
    first, rest = words[0].text, words[1:]
    if first in (".", "source") and rest:
        return (rest[0].text,), rest[1:], True
    if first.endswith(".py"):
        return (first,), rest, False
    return ((first,), rest, True) if first.endswith(".sh") else None


def _by_python(arguments: Sequence[Word]) -> _Started | None:
    """`python [options] file`, `python -m module`."""
    position = 0
    while position < len(arguments):
        word, rest = arguments[position].text, arguments[position + 1 :]
        if word == "-m":
            return _by_module(rest[0].text, rest[1:]) if rest else None
        if word == "-c":
            return None
        if not word.startswith("-"):
            return (word,), rest, False
        position += 2 if word in _OPTIONS_WITH_VALUE else 1
    return None


def _by_module(module: str, rest: Sequence[Word]) -> _Started | None:
    name = module.partition(".")[0]
    if name in _RUNNERS or module.startswith("torch.distributed"):
        return _by_runner(name, rest)
    path = module.replace(".", "/")
    return ((f"{path}.py", f"{path}/__main__.py"), rest, False) if module else None


def _by_runner(runner: str, arguments: Sequence[Word]) -> _Started | None:
    """The first Python file among the words, or the module behind `-m`, with what follows it."""
    for position, word in enumerate(arguments):
        rest = arguments[position + 1 :]
        if runner == "uv" and _PYTHON.match(word.text):
            return _by_python(rest)
        if word.text in ("-m", "--module") and rest and runner != "papermill":
            return _by_module(rest[0].text, rest[1:])
        if word.text.endswith(_SCRIPTS):
            return (word.text,), rest, False
    return None


def _by_shell(arguments: Sequence[Word]) -> _Started | None:
    """`bash [options] x.sh`; what `-c` gives is not looked into."""
    for position, word in enumerate(arguments):
        if word.text.startswith("-") and "c" in word.text[1:] and not word.text.startswith("--"):
            return None
        if not word.text.startswith("-"):
            return (word.text,), arguments[position + 1 :], True
    return None
