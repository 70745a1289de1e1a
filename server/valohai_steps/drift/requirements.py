"""The requirements file that a step's command installs, and the runtime's line in it."""

import re
import shlex
from collections.abc import Iterable, Iterator

RUNTIMES = ("valohai-utils", "valohai-steps-runtime")

# The name a requirement line starts with (PEP 508), or the egg a VCS line names.
_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[|[<>=!~;@#\s]|$)")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
_REPOSITORY = re.compile(r"/([A-Za-z0-9._-]+?)(?:\.git)?(?:@[^/#]*)?(?:#.*)?$")
_INCLUDE = re.compile(r"\s*(?:-r|--requirement)[\s=]*(\S+)")


def installed_file(command: object) -> str | None:
    """The file that `pip install -r FILE` in a step's command names, relative to the repository."""
    for line in command if isinstance(command, list) else [command]:
        words = _words(line) if isinstance(line, str) else []
        if "pip" not in {word.rpartition("/")[2].rstrip("0123456789.") for word in words}:
            continue
        for word, following in zip(words, [*words[1:], ""], strict=True):
            if word in ("-r", "--requirement") and following:
                return following
            if word.startswith(("-r", "--requirement=")) and word != "--requirement":
                return word.removeprefix("--requirement=").removeprefix("-r")
    return None


def required_names(text: str) -> Iterator[str]:
    """The distributions a requirements file asks for, normalised as PEP 503 says."""
    for line in text.splitlines():
        bare = line.split(" #")[0].strip()
        if bare.startswith("#") or _INCLUDE.match(bare):
            continue
        if "://" in bare and "@ " not in bare:
            found = _EGG.search(bare) or _REPOSITORY.search(bare)
        else:
            found = _NAME.match(bare)
        if found:
            yield normalised(found[1])


def included_files(text: str) -> Iterator[str]:
    """The files a requirements file includes with `-r`, as they are written there."""
    yield from (found[1] for found in map(_INCLUDE.match, text.splitlines()) if found)


def normalised(name: str) -> str:
    """A distribution's name in the one spelling of PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def has_runtime(texts: Iterable[str], runtime: str) -> bool:
    """Whether one of the files asks for a runtime: the vendor's, ours, or the one set."""
    stated = _NAME.match(runtime)
    wanted = {*RUNTIMES, normalised(stated[1])} if stated else set(RUNTIMES)
    return any(name in wanted for text in texts for name in required_names(text))


def with_runtime(text: str, runtime: str) -> str:
    """The file with one more line for the runtime, in its own newline style."""
    newline = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not text or text.endswith(("\n", "\r")) else newline
    return f"{text}{gap}{runtime}{newline}"


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:  # an unclosed quote: the shell would fail on it as well
        return line.split()
