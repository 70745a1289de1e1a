"""Two files swap their names in one step, so that what was replaced can still be looked at."""

import errno
import os
import sys
from pathlib import Path

_HERE = -100  # AT_FDCWD: paths count from the working directory
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS
_UNABLE = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EXDEV, errno.EPERM})


def exchange(one: Path, other: Path) -> bool:
    """Swap two files of one folder; a reader sees each name with the one or the other, at any moment.

    False where the system or the file system cannot. Raises OSError when they may not be swapped.
    """
    sys.audit("valohai_steps.exchange", str(one), str(other))
    number = _swap(os.fsencode(one), os.fsencode(other))
    if number == 0:
        return True
    if number in _UNABLE:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _swap(one: bytes, other: bytes) -> int:
    """Zero, or the number of the error."""
    if sys.platform == "win32":
        return errno.ENOSYS
    import ctypes  # only who writes needs it

    library = ctypes.CDLL(None, use_errno=True)
    rename = getattr(library, "renamex_np" if sys.platform == "darwin" else "renameat2", None)
    if rename is None:
        return errno.ENOSYS
    places = (one, other) if sys.platform == "darwin" else (_HERE, one, _HERE, other)
    return 0 if rename(*places, _EXCHANGE) == 0 else ctypes.get_errno()
