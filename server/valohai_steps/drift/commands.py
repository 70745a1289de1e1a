"""Which Python files a step's command runs: shell lines with `cd`, `python -m`, papermill and the like."""

import posixpath
import re
import shlex
from collections.abc import Iterator, Sequence

# Where Valohai checks the project out; commands may name files by their full path there.
_REPOSITORY = "/valohai/repository"
_PYTHON = re.compile(r"(?:.*/)?(?:python|pypy)[0-9.]*$")
_RUNNERS = frozenset({"accelerate", "deepspeed", "ipython", "papermill", "streamlit", "torchrun", "uv"})
_SEPARATORS = frozenset({"&&", "||", ";", "|", "&"})
_OPTIONS_WITH_VALUE = frozenset({"-W", "-X", "-Q", "--check-hash-based-pycs"})


def files_run(command: object, source_path: str | None = None) -> frozenset[str]:
    """The Python files and notebooks that a command runs, relative to the repository, in POSIX spelling.

    `command` is a text or a list of texts, as in valohai.yaml; lines share one shell, so a `cd` holds for
    those after it. `source_path` stands for `{source-path}`. A module `pkg.mod` counts as `pkg/mod.py` and
    as `pkg/mod/__main__.py`. Lines that no shell would accept run nothing.
    """
    found: set[str] = set()
    folder = ""
    for line in command if isinstance(command, list) else [command]:
        if not isinstance(line, str):
            continue
        for words in _simple_commands(line.replace("{source-path}", source_path or "")):
            if words[0] == "cd" and len(words) > 1:
                folder = within(folder, words[1])
            else:
                found.update(within(folder, name) for name in _files_of(words))
    return frozenset(found)


def _simple_commands(line: str) -> Iterator[list[str]]:
    """The commands of a shell line, each in words, without assignments in front."""
    lexer = shlex.shlex(line.replace("\n", " ; "), posix=True, punctuation_chars="();<>|&")
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError:  # an unclosed quote
        return
    current: list[str] = []
    for word in [*words, ";"]:
        if word in _SEPARATORS:
            if current:
                yield current
            current = []
        elif current or not re.match(r"\w+=", word):
            current.append(word)


def _files_of(words: Sequence[str]) -> Iterator[str]:
    """The scripts that one command starts."""
    for position, word in enumerate(words):
        if _PYTHON.match(word):
            yield from _script_of_python(words[position + 1 :])
            return
    if posixpath.basename(words[0]) in _RUNNERS or words[0].endswith(".py"):
        script = next((word for word in words if word.endswith((".py", ".ipynb"))), None)
        if script is not None:
            yield script


def _script_of_python(arguments: Sequence[str]) -> Iterator[str]:
    rest = iter(arguments)
    for word in rest:
        if word == "-m":
            module = next(rest, "")
            if module in _RUNNERS or module.startswith("torch.distributed"):
                yield from (name for name in rest if name.endswith((".py", ".ipynb")))
            elif module:
                path = module.replace(".", "/")
                yield from (f"{path}.py", f"{path}/__main__.py")
            return
        if word == "-c":
            return
        if word in _OPTIONS_WITH_VALUE:
            next(rest, None)
        elif not word.startswith("-"):
            yield word
            return


def within(folder: str, name: str) -> str:
    """A name as seen from the repository."""
    joined = posixpath.normpath(posixpath.join("/" if name.startswith("/") else folder, name))
    return joined.removeprefix(f"{_REPOSITORY}/").removeprefix(_REPOSITORY)
