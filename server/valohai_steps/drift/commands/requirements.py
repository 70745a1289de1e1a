"""The requirements files that a step's command installs, and the runtime's line in one of them."""

from collections.abc import Iterable, Iterator

from valohai_steps.drift.commands.requirement_lines import requirement_lines
from valohai_steps.drift.commands.shell_words import UnclosedQuote, Word, simple_commands
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import newline_of

RUNTIMES = ("valohai-utils", "valohai-steps-runtime")
_LONG = pattern(r"--(?:requirement|editable)(?==)")


def installed_files(command: object) -> tuple[str, ...]:
    """The files that `pip install -r FILE` in a command names, relative to the repository, in order."""
    return tuple(value for option, value in _arguments(command) if option == "-r")


def installed_projects(command: object) -> tuple[str, ...]:
    """The folders and archives of this machine that `pip install` in a command names, in order."""
    found = (value for option, value in _arguments(command) if option != "-r")
    return tuple(each for each in found if each.startswith((".", "/")) or each.endswith((".whl", ".tar.gz")))


def runtime_names(runtime: str) -> frozenset[str]:
    """The distributions that count as a runtime: the vendor's, ours, and the one set."""
    stated = next(requirement_lines(runtime), None)
    return frozenset({*RUNTIMES, *([stated.name] if stated is not None and stated.name else [])})


def asks_for_runtime(text: str, runtime: str) -> bool:
    """Whether a requirements file itself asks for a runtime."""
    wanted = runtime_names(runtime)
    return any(line.name in wanted for line in requirement_lines(text))


def with_runtime(text: str, runtime: str) -> str:
    r"""The file with one more line for the runtime, in its own newline style.

    A last line that ends in `\` would take the new one for its own: an empty one ends it first.
    """
    newline = newline_of(text)
    gap = "" if not text.strip("\ufeff") or text.endswith(("\n", "\r")) else newline
    if text.rstrip("\r\n").endswith("\\") and not text.endswith((f"\\{newline}{newline}", "\n\n")):
        gap += newline
    return f"{text}{gap}{runtime}{newline}"


def needs_runtime(requirements: Iterable[str], runtime: str) -> bool:
    """Whether one of the requirements of a project is a runtime."""
    return any(asks_for_runtime(each, runtime) for each in requirements)


def _arguments(command: object) -> Iterator[tuple[str, str]]:
    """Each argument of each `pip install`, with the option in front of it: `-r`, `-e`, or nothing.

    What the shell fills in is left out.
    """
    for line in command if isinstance(command, list) else [command]:
        for words in _commands(line) if isinstance(line, str) else ():
            names = [word.text.rpartition("/")[2].rstrip("0123456789.") for word in words]
            if "pip" in names and "install" in names[names.index("pip") :]:
                install = names.index("install", names.index("pip"))
                found = _of_install([word for word in words[install + 1 :] if word.known])
                yield from (pair for pair in found if pair[1])


def _commands(line: str) -> tuple[tuple[Word, ...], ...]:
    try:
        return simple_commands(line)
    except UnclosedQuote:  # no shell would run it
        return ()


def _of_install(words: list[Word]) -> Iterator[tuple[str, str]]:
    rest = (word.text for word in words)
    for word in rest:
        if word in ("-r", "--requirement", "-e", "--editable"):
            yield f"-{word.lstrip('-')[0]}", next(rest, "")
        elif _LONG.match(word):
            yield f"-{word[2]}", word.partition("=")[2]
        elif word.startswith(("-r", "-e")):
            yield word[:2], word[2:]
        elif not word.startswith("-"):
            yield "", word
