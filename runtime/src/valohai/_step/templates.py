"""How Valohai is asked to write a parameter: ``pass-as: -l {v}``, ``pass-true-as: --gpu``."""

from __future__ import annotations

from .definition import option_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Optional

    from .definition import Definition


class Spelling:
    """One spelling on the command line: its key in the table of options, and what it means.

    ``constant`` is the value of a spelling that takes none. ``greedy`` takes the next argument, whatever it
    looks like: Valohai writes ``-l -x`` for ``pass-as: -l {v}`` and the value ``-x``.
    """

    __slots__ = ("constant", "greedy", "key")

    def __init__(self, key: str, constant: Optional[bool], *, greedy: bool) -> None:
        self.key = key
        self.constant = constant
        self.greedy = greedy


def spellings(definition: Definition) -> Iterator[Spelling]:
    """The spellings that the definition's templates ask for.

    Those that are positional, hold a blank, or lack the value of what is not a flag, are for the script's
    own parser.
    """
    for key, template in definition.templates.items():
        written = template.replace("{name}", definition.name).replace("{value}", "{v}")
        flag = written.replace("={v}", "").replace("{v}", "").strip()
        if not flag.startswith("-") or " " in flag:
            continue
        if "{v}" in written:
            yield Spelling(option_key(flag), None, greedy="={v}" not in written)
        elif definition.kind == "flag":
            yield Spelling(option_key(flag), key != "pass-false-as", greedy=False)


def check_spellings(definitions: Mapping[str, Definition], inputs: Iterable[str]) -> None:
    """Raise ValueError that names two parameters or inputs which Valohai would be asked to write alike."""
    meanings = {option_key(f"--{name}"): f"input {name!r}" for name in inputs}
    meanings.update({option_key(f"--{name}"): f"parameter {name!r}" for name in definitions})
    meanings.update({"-h": "--help", "--help": "--help"})
    for name, definition in definitions.items():
        constants: dict[str, Optional[bool]] = {}
        for spelling in spellings(definition):
            other = meanings.setdefault(spelling.key, f"parameter {name!r}")
            if other != f"parameter {name!r}":
                raise ValueError(
                    f"parameter {name!r} and {other} are both {spelling.key!r} on the command line; "
                    f"change the pass-as, pass-true-as or pass-false-as of {name!r}"
                )
            if constants.setdefault(spelling.key, spelling.constant) != spelling.constant:
                raise ValueError(
                    f"parameter {name!r}: pass-true-as and pass-false-as are both {spelling.key!r}; "
                    "change one"
                )
