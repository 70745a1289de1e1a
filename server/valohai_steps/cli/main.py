"""`valohai-steps`: the arguments, and the one place where every error becomes a message and an exit code."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from valohai_steps import __version__
from valohai_steps.cli.terminal import Terminal, open_terminal

DONE, WOULD_CHANGE, REFUSED = 0, 1, 2

_EPILOG = """\
examples:
  valohai-steps update train.py            write the step of train.py to valohai.yaml
  valohai-steps update --check             in CI: exit 1 and print the diff if anything would change
  valohai-steps check --output-format github
  valohai-steps rules VH202                what a finding means and what to do

exit codes: 0 done or clean; 1 would change, or findings; 2 usage, unreadable input, refused
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. No error leaves as a traceback."""
    options = _parser().parse_args(arguments)
    terminal = open_terminal(quiet=getattr(options, "quiet", False))
    try:
        code = _command(options.command)(options, terminal)
        if not terminal.out.closed:  # the server closes it when its client leaves
            terminal.out.flush()
    except KeyboardInterrupt:
        terminal.complain("valohai-steps: stopped; nothing was written after this point")
        return 130
    except BrokenPipeError:
        # The reader of a pipe has left: not an error of ours, and nobody is there to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except Exception as error:  # noqa: BLE001, RUF100  # the one net under the command line (STYLE rule 10)
        terminal.complain(f"valohai-steps: {_explain(error)}")
        return REFUSED
    return code


def _explain(error: Exception) -> str:
    from valohai_steps.cli.sources import UsageError
    from valohai_steps.project.files import FileError, reason

    match error:
        case FileError() | UsageError():
            return str(error)
        case OSError():
            return f"{error.filename or 'file'}: {reason(error)}"
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
        case "rules":
            from valohai_steps.cli.rules import run
        case _:
            from valohai_steps.cli.server import run
    return run


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="valohai-steps",
        description="Keep valohai.yaml in step with valohai.prepare() calls, without running your code.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"valohai-steps {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_update(commands)
    _add_check(commands)
    show = commands.add_parser("show", help="print the YAML of a file's steps")
    show.add_argument("file", type=Path, metavar="FILE", help="a Python file or notebook")
    rules = commands.add_parser("rules", help="list the rules, or explain one")
    rules.add_argument("code", nargs="?", metavar="CODE", help="such as VH202, or its name")
    server = commands.add_parser("server", help="the language server, for editors to start")
    server.add_argument("--tcp", metavar="HOST:PORT", help="listen on a socket instead of standard input")
    server.add_argument("--stdio", action="store_true", help="use standard input and output (the default)")
    return parser


def _add_update(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    update = commands.add_parser(
        "update", help="write valohai.yaml from Python files", description="Write valohai.yaml from Python."
    )
    _add_paths(update)
    update.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 and print what would change"
    )
    update.add_argument("--diff", action="store_true", help="write nothing; print what would change")
    update.add_argument("--yaml", type=Path, metavar="PATH", help="the file to write (default: the nearest)")
    requirements = update.add_mutually_exclusive_group()
    requirements.add_argument(
        "--requirements", type=Path, metavar="PATH", help="the file that gets the runtime"
    )
    requirements.add_argument("--no-requirements", action="store_true", help="leave requirements alone")
    _add_format(update)


def _add_check(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    check = commands.add_parser("check", help="show findings, the same as in the editor")
    _add_paths(check, "; - reads standard input")
    check.add_argument(
        "--stdin-filename", type=Path, metavar="PATH", help="what - is called (default: stdin.py)"
    )
    _add_format(check)


def _add_paths(parser: argparse.ArgumentParser, more: str = "") -> None:
    text = f"files, notebooks and folders (default: this folder){more}"
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=text)
    parser.add_argument("-q", "--quiet", action="store_true", help="print results and errors only")


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--output-format", choices=("text", "json", "github", "sarif"), default="text", help="default: text"
    )


if __name__ == "__main__":
    sys.exit(main())
