"""Starts the language server that came with the extension: `python -I -S start.py`, nothing else on the path."""

import os
import sys

LIBS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "libs")

if sys.version_info < (3, 10):
    sys.exit(f"The language server needs Python 3.10 or newer; this is {sys.version.split()[0]} ({sys.executable}).")

sys.path.insert(0, LIBS)

try:
    import valohai_steps.lsp.server  # noqa: F401  # all of its parts are there
    from valohai_steps.cli.main import main
except ImportError as error:
    sys.exit(
        f"The bundled language server cannot be loaded by {sys.executable} ({sys.version.split()[0]}): {error}. "
        "Choose another Python with the setting valohai-steps.interpreter, or install the extension again."
    )

sys.exit(main(["server"]))
