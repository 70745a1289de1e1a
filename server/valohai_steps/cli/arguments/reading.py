"""From the words of a command line to the options of one command, or a line about the mistake."""

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from valohai_steps import __version__
from valohai_steps.cli.arguments.options import add_options
from valohai_steps.cli.arguments.words import COMMANDS, INSTEAD, MAIN, SAME_AS
from valohai_steps.cli.outcomes import REFUSED


class Parser(argparse.ArgumentParser):
    """An argument parser that names the nearest right word and says where to read on."""

    def error(self, message: str) -> NoReturn:
        """End with one line about the mistake, and exit code 2."""
        wrong = re.match(r"argument COMMAND: invalid choice: '([^']*)'", message)
        if wrong:
            message = f"no command {wrong[1]!r}{_instead(wrong[1], COMMANDS)}"
        self.exit(REFUSED, f"{self.prog}: {message}; `{self.prog} --help` tells more\n")


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options of one command. Ends the process (SystemExit) on a mistake, `--help` and `--version`."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["help"]:
        words = [*words[1:2], "--help"]
    words = [SAME_AS.get(word, word) if index == 0 else word for index, word in enumerate(words)]
    if not words or words[0] not in COMMANDS:
        parser = _parser()
        options = parser.parse_args(words)
        if options.command is None:
            parser.exit(REFUSED, parser.format_help())
        return options
    # The parsers of the other commands would cost more than most updates.
    command = Parser(prog=f"valohai-steps {words[0]}", **_form(words[0]))
    add_options(words[0], command)
    options, unknown = command.parse_known_args(words[1:])
    options.command = words[0]
    if unknown:
        known = tuple(re.findall(r"--[a-z-]+", command.format_help()))
        word = unknown[0].partition("=")[0]
        what = "no option" if word.startswith("-") else "too many arguments at"
        command.error(f"{what} {word}{_one_file(words[0], word) or _instead(word, known)}")
    return options


def _one_file(command: str, word: str) -> str:
    return "; it takes one file" if command == "show" and not word.startswith("-") else ""


def _instead(word: str, known: Iterable[str]) -> str:
    """What to write instead: what is meant by a word of other tools, or the nearest known one."""
    if word.endswith((".py", ".ipynb")):
        return f"; use `valohai-steps update {word}`"
    if word in INSTEAD:
        return f"; use `{INSTEAD[word]}`"
    from valohai_steps.project.settings.settings import nearest  # with the first mistake

    return nearest(word, tuple(known))


def _parser() -> Parser:
    """The parser of the whole command line, for its help and its mistakes."""
    parser = Parser(
        prog="valohai-steps",
        description="Keep valohai.yaml in step with valohai.prepare() calls, without running your code.",
        epilog=MAIN,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"valohai-steps {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, (text, _) in COMMANDS.items():
        add_options(name, commands.add_parser(name, help=text[:1].lower() + text[1:], **_form(name)))
    return parser


def _form(name: str) -> dict[str, Any]:
    text, epilog = COMMANDS[name]
    return {
        "description": f"{text}.",
        "epilog": epilog,
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "allow_abbrev": False,
    }
