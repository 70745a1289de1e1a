"""The archives that inputs are unpacked from, and outputs packed into; the ending of a name says which."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

# Ending -> mode for tarfile; None is zip.
FORMATS: dict[str, Optional[str]] = {
    ".zip": None,
    ".tar": "",
    ".tar.gz": "gz",
    ".tgz": "gz",
    ".tar.bz2": "bz2",
    ".tar.xz": "xz",
}


def archive_ending(name: str) -> Optional[str]:
    """The key of ``FORMATS`` that the file ``name`` ends with, in any case; None if it is not an archive."""
    lower = name.lower()
    return next((ending for ending in FORMATS if lower.endswith(ending)), None)
