"""The lines of a requirements file, as pip reads them (pip's documentation, "Requirements File Format")."""

import re
from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.model.patterns import pattern

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_START = pattern(rf"({_NAME})\s*(?:\[|\(|[<>=!~;@#\s]|$)")
_EXTRAS = pattern(r"\s*\[([^\[\]]*)\]")
_EXTRA = pattern(rf"\s*{_NAME}\s*")
_SPECIFIER = pattern(r"\s*(?:===\s*[^\s,;()]+|(?:~=|==|!=|<=|>=|<|>)\s*[A-Za-z0-9][A-Za-z0-9._*+!-]*)\s*")
_MARKER_TOKEN = pattern(r"'[^'\n]*'|\"[^\"\n]*\"|[A-Za-z_.]+|[<>=!~]=?=?|[()]|[ \t]+")
_EGG = pattern(r"[#&]egg=([A-Za-z0-9._-]+)")
_REPOSITORY = pattern(r"/([A-Za-z0-9._-]+?)(?:\.git)?(?:@[^/#]*)?(?:#.*)?$")
_OPTION = pattern(r"(--?[A-Za-z][A-Za-z-]*?)(?:[\s=]+|(?<=^-[recfi]))(.*)")
_ARCHIVES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz")
_GENERATED = pattern(r"#.*?\b(?:auto-?generated|generated (?:by|with|from)|do not edit)\b", re.IGNORECASE)


class RequirementLine(Struct, frozen=True):
    """A line with those that continue it. `number` counts from 1.

    `name` is the distribution it asks for, as PEP 503 spells it. `includes` is the file of `-r`, `local` the
    folder or archive of this machine that it installs.
    """

    text: str
    number: int
    name: str | None = None
    includes: str | None = None
    local: str | None = None
    is_option: bool = False

    @property
    def is_hashed(self) -> bool:
        """Whether the line is locked to archives of known content."""
        return "--hash=" in self.text


def requirement_lines(text: str) -> Iterator[RequirementLine]:
    """Each line that says something, comments taken away."""
    for number, line in _joined(text):
        bare = re.sub(r"(?:^|\s)#.*$", "", line).strip()
        if bare:
            yield _read(bare, number)


def flaw_of_requirements(text: str) -> str | None:
    """Why a text is no requirements file; None when it may be one."""
    for line in requirement_lines(text):
        bare = re.split(r"\s--?[a-z]", line.text, maxsplit=1)[0].strip()
        if not (line.is_option or line.local or "://" in line.text or is_requirement(bare)):
            return f"line {line.number} is not a requirement: {line.text[:40]!r}"
    return None


def generated_line(text: str) -> int | None:
    """The number of the line that says that a program has written the file (pip-compile, uv and others)."""
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            return None
        if _GENERATED.match(line):
            return number
    return None


def is_requirement(text: str) -> bool:
    """Whether a text is one requirement of PEP 508: a name, extras, versions or an address, a marker."""
    if text != text.strip() or not text.isascii() or not text.isprintable():
        return False
    found = re.match(_NAME, text)
    rest = text[found.end() :] if found else None
    if rest is None:
        return False
    extras = _EXTRAS.match(rest)
    if extras:
        if extras[1].strip() and not all(_EXTRA.fullmatch(extra) for extra in extras[1].split(",")):
            return False
        rest = rest[extras.end() :]
    if rest.lstrip().startswith("@"):
        address, gap, marker = rest.lstrip()[1:].strip().partition(" ")
        marker = marker.strip()
        return "://" in address and (not gap or (marker.startswith(";") and _is_marker(marker[1:])))
    versions, semicolon, marker = rest.partition(";")
    return _are_versions(versions) and (not semicolon or _is_marker(marker))


def normalised(name: str) -> str:
    """A distribution's name in the one spelling of PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _are_versions(text: str) -> bool:
    bare = text.strip()
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1].strip()
    return not bare or all(_SPECIFIER.fullmatch(part) for part in bare.removesuffix(",").split(","))


def _is_marker(text: str) -> bool:
    place, words = 0, 0
    while place < len(text):
        found = _MARKER_TOKEN.match(text, place)
        if found is None:
            return False
        words += bool(found[0].strip(" \t()"))
        place = found.end()
    return words >= 3


def _joined(text: str) -> Iterator[tuple[int, str]]:
    r"""The lines, with those that a `\` continues; each with the number of its first."""
    first, pieces = 0, list[str]()
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        first = first if pieces else number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            pieces.append(line[:-1])
            continue
        pieces.append(f" {line}" if pieces and line.lstrip().startswith("#") else line)
        yield first, "".join(pieces)
        pieces = []
    if pieces:
        yield first, "".join(pieces)


def _read(bare: str, number: int) -> RequirementLine:
    option = _OPTION.match(bare) if bare.startswith("-") else None
    if option is not None or bare.startswith("-"):
        return _read_option(bare, number, option[1] if option else bare, option[2].strip() if option else "")
    return _read_named(bare, number, is_option=False)


def _read_option(bare: str, number: int, option: str, value: str) -> RequirementLine:
    if option in ("-r", "--requirement") and value:
        return RequirementLine(bare, number, includes=value.strip("\"'"), is_option=True)
    if option in ("-e", "--editable") and value:
        return _read_named(value, number, is_option=True)
    return RequirementLine(bare, number, is_option=True)


def _read_named(bare: str, number: int, *, is_option: bool) -> RequirementLine:
    """A requirement by its name, address or place."""
    name, local = None, None
    place = bare.split(" ;", maxsplit=1)[0].split(" --", maxsplit=1)[0].strip()
    if direct := re.match(rf"({_NAME})\s*(?:\[[^\]]*\]\s*)?@", bare):
        name = direct[1]
    elif "://" in bare:
        found = _EGG.search(bare) or _REPOSITORY.search(bare)
        name = found[1] if found else None
        local = place.removeprefix("file://") if place.startswith("file://") else None
    elif place.startswith((".", "/", "~")) or place.endswith(_ARCHIVES) or "\\" in place or is_option:
        local = re.sub(r"\[[^\[\]]*\]$", "", place)
    else:
        found = _START.match(bare)
        name = found[1] if found else None
    if name is None and place.endswith(".whl"):
        name = place.replace("\\", "/").rpartition("/")[2].partition("-")[0]
    return RequirementLine(bare, number, normalised(name) if name else None, None, local, is_option)
