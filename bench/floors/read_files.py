"""Read every file of a list into one buffer, and look for the word: python read_files.py LIST.

The names in the list end in NUL.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    buffer = bytearray(1 << 20)
    found = 0
    for name in Path(sys.argv[1]).read_text("utf-8").split("\0")[:-1]:
        descriptor = os.open(name, os.O_RDONLY)
        size = os.readv(descriptor, [buffer])
        os.close(descriptor)
        found += buffer.find(b"valohai", 0, size) >= 0
    print(found)


if __name__ == "__main__":
    main()
