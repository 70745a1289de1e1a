"""Libraries that are only detected: the script reads its own command line, and nothing is compared."""

import re

from valohai_steps.model.command_line import CommandLineFact
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span

_IMPORTS = pattern(
    r"^[ \t]*(?:from|import)[ \t]+(hydra|omegaconf|jsonargparse|pydantic_settings|configargparse|docopt|"
    r"optparse|plac|cappa|cyclopts|defopt|datargs|sacred|gin)\b",
    re.MULTILINE,
)
_LIGHTNING = pattern(r"\bLightningCLI\b")
_ARGV = pattern(r"\bsys\.argv\b")


def detected_library(text: str) -> CommandLineFact | None:
    """The library that a script is seen to use for its command line; None when it uses none."""
    for searched, name in ((_IMPORTS, None), (_LIGHTNING, "jsonargparse"), (_ARGV, "sys.argv")):
        found = searched.search(text)
        if found is not None:
            return CommandLineFact(name or found[1], Span(*found.span(1 if name is None else 0)))
    return None
