"""The requirements files that a step's command installs, and the lines that one of them lacks."""

import posixpath
from collections.abc import Collection, Iterable

from valohai_steps.drift.commands.folders import Command, command_lines, commands_in_folders
from valohai_steps.drift.commands.installs import installs
from valohai_steps.drift.commands.requirement_lines import requirement_lines
from valohai_steps.model.text import newline_of

RUNTIMES = ("valohai-utils", "valohai-steps-runtime")
# What `papermill -k python3` starts, and the images that have neither.
_FOR_NOTEBOOKS = ("papermill", "ipykernel")
_PYTHON_ALONE = ("python", "docker.io/python", "docker.io/library/python")
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


def lacking_for_notebooks(command: object, image: object) -> tuple[str, ...]:
    """What papermill needs that neither an image of Python alone nor the command installs; mostly nothing."""
    lines = command_lines(command)
    if not isinstance(image, str) or image.partition(":")[0] not in _PYTHON_ALONE:
        return ()
    if not any(_runs_a_notebook(each) for each in commands_in_folders(lines)):
        return ()
    installed = {line.name for each in installs(lines) for line in requirement_lines(each.name)}
    return tuple(name for name in _FOR_NOTEBOOKS if name not in installed)


def _runs_a_notebook(command: Command) -> bool:
    words = [word.text for word in command.words]
    return any(posixpath.basename(word) == "papermill" for word in words) and any(
        word.endswith(".ipynb") for word in words
    )


def names_of(requirement: str, runtime: str) -> frozenset[str]:
    """The distributions that count as a requirement: of the runtime the vendor's and ours as well."""
    stated = next(requirement_lines(requirement), None)
    own = [stated.name] if stated is not None and stated.name else []
    return frozenset({*own, *(RUNTIMES if requirement == runtime else ())})


def asks_for(text: str, names: Collection[str]) -> bool:
    """Whether a requirements file itself asks for one of these distributions."""
    return any(line.name in names for line in requirement_lines(text))


def with_requirements(text: str, added: Iterable[str]) -> str:
    r"""The file with one more line for each requirement that is `added`, in its own newline style.

    A last line that ends in `\` would take the new one for its own: an empty one ends it first.
    """
    newline = newline_of(text)
    gap = "" if not text.strip("\ufeff") or text.endswith(("\n", "\r")) else newline
    if text.rstrip("\r\n").endswith("\\") and not text.endswith((f"\\{newline}{newline}", "\n\n")):
        gap += newline
    return f"{text}{gap}{newline.join(added)}{newline}"
