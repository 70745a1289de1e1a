"""The requirements files that a step's command installs, and the runtime's line in one of them."""

from collections.abc import Iterable

from valohai_steps.drift.commands.folders import command_lines
from valohai_steps.drift.commands.installs import installs
from valohai_steps.drift.commands.requirement_lines import requirement_lines
from valohai_steps.model.text import newline_of

RUNTIMES = ("valohai-utils", "valohai-steps-runtime")
_ARCHIVES = (".whl", ".tar.gz")


def installed_files(command: object) -> tuple[str, ...]:
    """The files that `pip install -r FILE` in a command names, relative to the repository, in order."""
    return tuple(each.path for each in installs(command_lines(command)) if each.option == "-r")


def installed_projects(command: object) -> tuple[str, ...]:
    """The folders and archives of this machine that `pip install` in a command names, in order."""
    found = (each for each in installs(command_lines(command)) if each.option != "-r")
    return tuple(
        each.path or "."
        for each in found
        if each.name.startswith((".", "/")) or each.name.endswith(_ARCHIVES)
    )


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
