"""The options of each command."""

from argparse import ArgumentParser
from pathlib import Path


def add_options(name: str, parser: ArgumentParser) -> None:
    """Give the parser of a command its arguments and options."""
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


def _add_update(update: ArgumentParser) -> None:
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


def _add_check(check: ArgumentParser) -> None:
    _add_paths(check, "; - reads standard input")
    check.add_argument(
        "--stdin-filename",
        type=Path,
        metavar="PATH",
        help="what standard input is called (default: stdin.py)",
    )
    _add_format(check)


def _add_graph(graph: ArgumentParser) -> None:
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


def _add_server(server: ArgumentParser) -> None:
    server.add_argument("--tcp", metavar="HOST:PORT", help="listen on a socket instead of standard input")
    server.add_argument(
        "--allow-remote", action="store_true", help="with --tcp: listen where other machines can connect"
    )
    server.add_argument("--stdio", action="store_true", help="use standard input and output (the default)")
    server.add_argument(
        "--jupyterlab", action="store_true", help="serve jupyterlab-lsp, which adds this option by itself"
    )


def _add_paths(parser: ArgumentParser, more: str = "") -> None:
    text = f"files, notebooks and folders (default: this folder){more}"
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=text)
    parser.add_argument("-q", "--quiet", action="store_true", help="print results, warnings and errors only")


def _add_format(parser: ArgumentParser, more: str = "") -> None:
    formats = ("text", "json", "github", "gitlab", "sarif")
    parser.add_argument(
        "--output-format",
        choices=formats,
        default="text",
        metavar="FORMAT",
        help="text (default), json, github (annotations), gitlab (code quality) or sarif (code scanning)"
        + more,
    )
