"""The paths that git tracks, from the bytes of `.git/index` (git's documentation, "index-format").

Versions 2, 3 and 4, with names of SHA-1 or SHA-256. A split or sparse index lists less than all, and
what cannot be read lists nothing: then only `.gitignore` speaks.
"""

from collections.abc import Iterator

_HEADER = 12
_STAT = 40  # bytes of an entry before the object's name
_EXTENDED = 0x4000
_NAME_LENGTH = 0x0FFF
_VERSIONS = frozenset({2, 3, 4})


def tracked_paths(data: bytes) -> Iterator[bytes]:
    """Each path of the index, relative to the top of its repository, in git's order.

    Never raises; ends where the bytes are no index any more.
    """
    version = int.from_bytes(data[4:8], "big")
    if data[:4] != b"DIRC" or version not in _VERSIONS:
        return
    count = int.from_bytes(data[8:12], "big")
    for length in (20, 32):
        found = list(_paths(data, version, count, length))
        if len(found) == count:
            yield from found
            return


def _paths(data: bytes, version: int, count: int, length: int) -> Iterator[bytes]:
    """The paths when objects have names of this length; fewer than `count` when they have not."""
    place, before = _HEADER, b""
    for _ in range(count):
        start = place
        place += _STAT + length
        flags = int.from_bytes(data[place : place + 2], "big")
        place += 4 if flags & _EXTENDED else 2
        if version == 4:
            stripped, place = _number(data, place)
            end = data.find(b"\0", place)
            if end < 0 or stripped > len(before):
                return
            path = before[: len(before) - stripped] + data[place:end]
            place = end + 1
        else:
            end = data.find(b"\0", place)
            if end < 0:
                return
            path = data[place:end]
            place = start + (end - start + 8) // 8 * 8
        stated = flags & _NAME_LENGTH
        # The sides of a conflict share a path.
        if place > len(data) or stated not in (_NAME_LENGTH, len(path)) or path < before:
            return
        before = path
        yield path


def _number(data: bytes, place: int) -> tuple[int, int]:
    """A number of variable length, as version 4 strips paths by it, and the offset behind it."""
    value = -1
    for offset in range(place, min(place + 8, len(data))):
        byte = data[offset]
        value = (value + 1) << 7 | byte & 0x7F
        if byte < 0x80:
            return value, offset + 1
    return len(data) + 1, place
