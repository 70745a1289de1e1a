"""One writer at a time: a lock between processes for the moment of checking and replacing a file."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import hashlib
    import msvcrt
    import tempfile

    @contextmanager
    def locked(folder: Path) -> Iterator[None]:
        """Hold the lock of `folder`; waits for another process. Raises OSError when it cannot be had."""
        # Windows cannot lock a folder, so a file outside the project stands for it.
        name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:32]
        with (Path(tempfile.gettempdir()) / f"valohai-steps-{name}.lock").open("a+b") as file:
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            try:
                yield
            finally:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl
    import os

    @contextmanager
    def locked(folder: Path) -> Iterator[None]:
        """Hold the lock of `folder`; waits for another process. Raises OSError when it cannot be had."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)  # releases the lock
