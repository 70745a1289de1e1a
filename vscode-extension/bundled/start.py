"""Starts the bundled server: `python -I -S start.py` that for editors, with nothing else on its path.

`python -I start.py mcp ...` starts that for coding agents; its package mcp comes from the interpreter's own.
"""

import os
import sys

LIBS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "libs")

if sys.version_info < (3, 10):
    sys.exit(
        "The language server needs Python 3.10 or newer; this is {} {}.".format(sys.executable, sys.version)
    )

sys.path.insert(0, LIBS)

# An editor passes options of the server alone, such as --stdio.
COMMAND = sys.argv[1:] if sys.argv[1:2] == ["mcp"] else ["server", *sys.argv[1:]]

try:
    import valohai_steps.ide.findings.diagnostics  # its parts are there, those that are loaded late as well

    if COMMAND[0] == "server":
        import valohai_steps.lsp.server  # noqa: F401  # whether it can be
    from valohai_steps.cli.main import main
except ImportError as error:
    sys.exit(
        "The bundled language server cannot be loaded by {}: {}. Choose another Python with the setting "
        "valohai-steps.interpreter, or install the extension again.".format(sys.executable, error)
    )

sys.exit(main(COMMAND))
