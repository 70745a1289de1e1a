"""`valohai-steps`: the arguments, and the one place where every error becomes a message and an exit code."""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from valohai_steps.cli.arguments.reading import read_arguments
from valohai_steps.cli.outcomes import REFUSED, UsageError
from valohai_steps.cli.output.terminal import Terminal, open_terminal
from valohai_steps.interrupts import INTERRUPTED, STOPPED

_OBJECTS_BEFORE_COLLECTION = 200_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. No error leaves as a traceback."""
    options = read_arguments(arguments)
    # Those two live long, and would keep what their imports throw away.
    if options.command not in ("server", "mcp"):
        _quieten_collector()
    terminal = open_terminal(quiet=getattr(options, "quiet", False))
    try:
        code = _command(options.command)(options, terminal)
        if not terminal.out.closed:  # the server closes it when its client leaves
            terminal.out.flush()
    except KeyboardInterrupt:
        terminal.complain(STOPPED)
        return INTERRUPTED
    except BrokenPipeError:
        _let_go_of_output()  # the reader of a pipe has left: not an error of ours, and nobody is there
        return REFUSED
    except Exception as error:  # noqa: BLE001, RUF100  # the one net under the command line (STYLE rule 10)
        terminal.complain(f"valohai-steps: {_explain(error)}")
        if isinstance(error, OSError):
            _let_go_of_output()
        return REFUSED
    return code


def _quieten_collector() -> None:
    # A command makes facts, not rubbish: looking through them over and over would take a third of its time.
    gc.freeze()
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)


def _let_go_of_output() -> None:
    """What is still to be printed goes nowhere, so that Python does not fail on it again at its end."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _explain(error: Exception) -> str:
    from valohai_steps.cli.output.paths import shown
    from valohai_steps.project.disk.files import FileError, reason

    match error:
        case FileError():
            return f"{shown(error.path)}: {error.why}"
        case UsageError():
            return str(error)
        case FileNotFoundError(filename=None):  # of os.getcwd(): all that opens a file names it
            return "the folder that this was started in is no longer there; change to one that is"
        case OSError():
            return f"{error.filename or 'the output'}: {reason(error)}"
        case RecursionError():
            return "the input is nested too deeply to be read; nothing was written"
        case _:
            where = error.__traceback__
            while where is not None and where.tb_next is not None:
                where = where.tb_next
            place = f"{Path(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno}" if where else "?"
            kind = type(error).__name__
            return f"internal error at {place}: {kind}: {error}; nothing was written, please report this line"


def _command(name: str) -> Callable[[argparse.Namespace, Terminal], int]:
    # Each command is imported when it is asked for: `update` must not pay for the server's imports.
    match name:
        case "update":
            from valohai_steps.cli.update import run
        case "check":
            from valohai_steps.cli.check import run
        case "show":
            from valohai_steps.cli.show import run
        case "graph":
            from valohai_steps.cli.pipelines.graph import run
        case "rules":
            from valohai_steps.cli.rules import run
        case "mcp":
            from valohai_steps.cli.servers.agent_server import run
        case _:
            from valohai_steps.cli.servers.language_server import run
    return run


if __name__ == "__main__":
    sys.exit(main())
