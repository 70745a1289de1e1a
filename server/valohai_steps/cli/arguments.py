"""The arguments of every command, and a help that teaches them."""

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from valohai_steps import __version__
from valohai_steps.project.settings.settings import nearest

_USAGE_ERROR = 2
_EXIT_CODES = """\
exit codes: 0 done or clean; 1 would change (update --check), or a warning or error was found (check);
2 usage, unreadable input, refused"""

_MAIN = f"""\
examples:
  valohai-steps update train.py      write the step of train.py to valohai.yaml
  valohai-steps update               the same for every file of the project
  valohai-steps update --check       in CI: exit 1 and print the diff if anything would change
  valohai-steps check                what is wrong, and where
  valohai-steps rules VH202          what a finding means and what to do

{_EXIT_CODES}
"""

_UPDATE = f"""\
examples:
  valohai-steps update train.py eval.ipynb     two files: both are written, or none
  valohai-steps update --diff                  look first
  valohai-steps update --check                 in CI
  valohai-steps update --yaml ml/valohai.yaml  another file than the nearest valohai.yaml upwards

Only what Python says is touched: parameters, inputs, image, environment. Comments, commands and all else
in valohai.yaml stay byte for byte. The runtime (valohai-utils) is added to the requirements.txt that the
step's command installs, if none is there.

{_EXIT_CODES}
"""

_CHECK = f"""\
examples:
  valohai-steps check                                   the project
  valohai-steps check --output-format github            annotations in GitHub Actions
  valohai-steps check --output-format gitlab            Code Quality in GitLab
  valohai-steps check --output-format sarif > out.sarif for code scanning
  valohai-steps check - --stdin-filename train.py < train.py

Information and hints are printed and do not fail. `# valohai: ignore[VH102]` on the line switches a
finding off, `rules` in [tool.valohai-steps] of pyproject.toml a rule.

{_EXIT_CODES}
"""


_GRAPH = """\
examples:
  valohai-steps graph                           every pipeline, as text
  valohai-steps graph nightly --format mermaid  for a page of Markdown
  valohai-steps graph nightly --format svg > nightly.svg
  valohai-steps graph --file pipeline.py        what main(config) makes there, without running it

A stage waits for those above it. ✗ marks what is broken, with the reason; that is no failure of the command.

exit codes: 0 drawn; 2 usage, no such pipeline, unreadable input
"""

_MCP = f"""\
It needs the package mcp: pip install 'valohai-steps[mcp]'. What it reads and writes stays inside of the
folders that --root names; without it, of those that the client names, else of the folder it is started in.

{_EXIT_CODES}
"""

_COMMANDS = MappingProxyType(
    {
        "update": ("Write valohai.yaml from Python files, notebooks and folders", _UPDATE),
        "check": ("Show findings, the same as in the editor", _CHECK),
        "show": ("Print the YAML of a file's steps as a new valohai.yaml would hold it; writes nothing", ""),
        "graph": ("Draw the pipelines of valohai.yaml, or the one that a Python file makes", _GRAPH),
        "rules": ("List the rules, or explain one", ""),
        "server": ("Run the language server, for editors to start", ""),
        "mcp": ("Run the server for coding agents (Model Context Protocol), for them to start", _MCP),
    }
)


# What people type who know other tools -> what it is called here.
_INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("init", "sync", "write", "generate", "apply", "fix"), "valohai-steps update"),
        **dict.fromkeys(("lint", "validate", "diagnose"), "valohai-steps check"),
        **dict.fromkeys(
            ("diff", "plan", "preview", "status", "-n", "--dry-run", "--diff"), "valohai-steps update --diff"
        ),
        **dict.fromkeys(("explain", "rule"), "valohai-steps rules"),
        **dict.fromkeys(("lsp", "serve"), "valohai-steps server"),
        **dict.fromkeys(("agent", "agents", "mcp-server"), "valohai-steps mcp"),
        **dict.fromkeys(("dag", "draw", "pipeline", "pipelines"), "valohai-steps graph"),
        "--fix": "valohai-steps update",
        "run": "python FILE",
        "-q": "--quiet",
        "-o": "--output-format",
        "--format": "--output-format",
    }
)
_SAME_AS: Mapping[str, str] = MappingProxyType({"version": "--version", "-v": "--version", "-V": "--version"})


class Parser(argparse.ArgumentParser):
    """An argument parser that names the nearest right word and says where to read on."""

    def error(self, message: str) -> NoReturn:
        """End with one line about the mistake, and exit code 2."""
        wrong = re.match(r"argument COMMAND: invalid choice: '([^']*)'", message)
        if wrong:
            message = f"no command {wrong[1]!r}{_instead(wrong[1]) or nearest(wrong[1], tuple(_COMMANDS))}"
        self.exit(_USAGE_ERROR, f"{self.prog}: {message}; `{self.prog} --help` tells more\n")


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options of one command. Ends the process (SystemExit) on a mistake, `--help` and `--version`."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["help"]:
        words = [*words[1:2], "--help"]
    words = [_SAME_AS.get(word, word) if index == 0 else word for index, word in enumerate(words)]
    if not words or words[0] not in _COMMANDS:
        parser = _parser()
        options = parser.parse_args(words)
        if options.command is None:
            parser.exit(_USAGE_ERROR, parser.format_help())
        return options
    # The parsers of the other commands would cost more than most updates.
    command = Parser(prog=f"valohai-steps {words[0]}", **_form(words[0]))
    _add_arguments(words[0], command)
    options, unknown = command.parse_known_args(words[1:])
    options.command = words[0]
    if unknown:
        known = tuple(re.findall(r"--[a-z-]+", command.format_help()))
        word = unknown[0].partition("=")[0]
        what = "no option" if word.startswith("-") else "too many arguments at"
        command.error(f"{what} {word}{_one_file(words[0], word) or _instead(word) or nearest(word, known)}")
    return options


def _one_file(command: str, word: str) -> str:
    return "; it takes one file" if command == "show" and not word.startswith("-") else ""


def _instead(word: str) -> str:
    if word.endswith((".py", ".ipynb")):
        return f"; use `valohai-steps update {word}`"
    return f"; use `{_INSTEAD[word]}`" if word in _INSTEAD else ""


def _parser() -> Parser:
    """The parser of the whole command line, for its help and its mistakes."""
    parser = Parser(
        prog="valohai-steps",
        description="Keep valohai.yaml in step with valohai.prepare() calls, without running your code.",
        epilog=_MAIN,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"valohai-steps {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, (text, _) in _COMMANDS.items():
        _add_arguments(name, commands.add_parser(name, help=text[:1].lower() + text[1:], **_form(name)))
    return parser


def _form(name: str) -> dict[str, Any]:
    text, epilog = _COMMANDS[name]
    return {
        "description": f"{text}.",
        "epilog": epilog,
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "allow_abbrev": False,
    }


def _add_arguments(name: str, parser: Parser) -> None:
    match name:
        case "update":
            _add_update(parser)
        case "check":
            _add_check(parser)
        case "show":
            parser.add_argument("file", type=Path, metavar="FILE", help="a Python file or notebook")
        case "graph":
            _add_graph(parser)
        case "rules":
            about = "such as VH202, or its name, out-of-date"
            parser.add_argument("code", nargs="?", metavar="CODE", help=about)
        case "mcp":
            about = "the folder of a project; may be given several times"
            parser.add_argument("--root", action="append", type=Path, metavar="FOLDER", help=about)
        case _:
            _add_server(parser)


def _add_update(update: Parser) -> None:
    _add_paths(update)
    update.add_argument(
        "--check", action="store_true", help="write nothing; print the diff, exit 1 if there is one"
    )
    update.add_argument(
        "--force", action="store_true", help="also remove parameters and inputs that are still used"
    )
    update.add_argument("--diff", action="store_true", help="write nothing; print the diff")
    update.add_argument(
        "--yaml",
        type=Path,
        metavar="PATH",
        help="the file to write (default: the nearest valohai.yaml in this folder or a parent)",
    )
    update.add_argument(
        "--add",
        action="append",
        metavar="NAMES|all",
        help="arguments of a script without prepare() that its step gets as parameters, separated by commas",
    )
    requirements = update.add_mutually_exclusive_group()
    requirements.add_argument(
        "--requirements", type=Path, metavar="PATH", help="the file that gets the line of the runtime"
    )
    requirements.add_argument("--no-requirements", action="store_true", help="leave requirements alone")
    _add_format(update, "; all but text print findings instead of the diff")


def _add_check(check: Parser) -> None:
    _add_paths(check, "; - reads standard input")
    check.add_argument(
        "--stdin-filename",
        type=Path,
        metavar="PATH",
        help="what standard input is called (default: stdin.py)",
    )
    _add_format(check)


def _add_graph(graph: Parser) -> None:
    graph.add_argument("name", nargs="?", metavar="NAME", help="the pipeline (default: all)")
    graph.add_argument(
        "--format",
        choices=("text", "mermaid", "dot", "svg"),
        default="text",
        metavar="FORMAT",
        help="text (default), mermaid, dot (Graphviz) or svg",
    )
    graph.add_argument(
        "--file",
        type=Path,
        metavar="PATH",
        help="a valohai.yaml, or a Python file that makes a pipeline (default: the nearest valohai.yaml)",
    )


def _add_server(server: Parser) -> None:
    server.add_argument("--tcp", metavar="HOST:PORT", help="listen on a socket instead of standard input")
    server.add_argument(
        "--allow-remote", action="store_true", help="with --tcp: listen where other machines can connect"
    )
    server.add_argument("--stdio", action="store_true", help="use standard input and output (the default)")
    server.add_argument(
        "--jupyterlab", action="store_true", help="serve jupyterlab-lsp, which adds this option by itself"
    )


def _add_paths(parser: Parser, more: str = "") -> None:
    text = f"files, notebooks and folders (default: this folder){more}"
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=text)
    parser.add_argument("-q", "--quiet", action="store_true", help="print results, warnings and errors only")


def _add_format(parser: Parser, more: str = "") -> None:
    formats = ("text", "json", "github", "gitlab", "sarif")
    parser.add_argument(
        "--output-format",
        choices=formats,
        default="text",
        metavar="FORMAT",
        help="text (default), json, github (annotations), gitlab (code quality) or sarif (code scanning)"
        + more,
    )
