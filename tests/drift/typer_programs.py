"""Random functions that typer makes command lines of: annotations, `Option` and `Argument`, defaults."""

import random

HEAD = """import enum
from datetime import datetime
from pathlib import Path
from typing import Annotated, List, Literal, Optional, Union
from uuid import UUID

import typer


class Mode(str, enum.Enum):
    fast = "fast"
    slow = "slow-er"


LIMIT = 3
"""
# The types, each with defaults of it.
PLAIN = {
    "int": ("3", "-1", "LIMIT", "LIMIT * 2"),
    "float": ("0.5", "1e-3", "2.0"),
    "str": ('"a"', '""', '"a b"'),
    "bool": ("True", "False"),
    "Path": ('Path("data")',),
    "Mode": ("Mode.fast", "Mode.slow"),
    'Literal["x", "y"]': ('"x"', '"y"'),
    "datetime": (),
    "UUID": (),
}
LISTED = ("int", "float", "str", "Path", "Mode")
NUMBERS = ("int", "float")
FLAGS = ("--rate", "-r", "--Big_Name", "--n-o", "-x")
SWITCHES = ("--on/--off", "-s/-S", "--yes", "/--nope", "--up/--down")


def random_program(seed: int) -> str:
    """A script; some are no program that typer takes."""
    chance = random.Random(seed)  # noqa: S311  # a test
    future = "from __future__ import annotations\n\n" if chance.random() < 0.2 else ""
    free = list(FLAGS)
    chance.shuffle(free)
    parts = [_parameter(chance, number, free) for number in range(chance.randrange(1, 5))]
    parts.sort(key=lambda each: each[1])  # those without a default first, as Python wants it
    listed = "".join(f"    {text},\n" for text, _ in parts)
    return f"{future}{HEAD}\n\ndef main(\n{listed}):\n    pass\n\n\ntyper.run(main)\n"


def _parameter(chance: random.Random, number: int, free: list[str]) -> tuple[str, bool]:
    """The text of a parameter, and whether it has a default."""
    name = chance.choice(("a{}", "long_name_{}", "Big{}", "x_{}")).format(number)
    inner = chance.choice(list(PLAIN))
    kind, default = _of_type(chance, inner)
    form = chance.choice(("plain", "plain", "option", "argument", "annotated option", "annotated argument"))
    if form == "plain":
        return (f"{name}: {kind}", False) if default is None else (f"{name}: {kind} = {default}", True)
    made, is_option = "Option" if "option" in form else "Argument", "option" in form
    said = _said(chance, inner, kind, free, is_option=is_option)
    if form.startswith("annotated"):
        text = f"{name}: Annotated[{kind}, typer.{made}({', '.join(said)})]"
        return (text, False) if default is None else (f"{text} = {default}", True)
    first = default if default is not None else chance.choice(("...", "..."))
    return f"{name}: {kind} = typer.{made}({', '.join([first, *said])})", True


def _of_type(chance: random.Random, inner: str) -> tuple[str, str | None]:
    """A type and a default of it; None for none."""
    values = PLAIN[inner]
    kind, default = inner, chance.choice(values) if values and chance.random() < 0.6 else None
    shape = chance.random()
    if inner in LISTED and shape < 0.25:
        kind = chance.choice(("list[{}]", "List[{}]")).format(inner)
        default = None if default is None else f"[{default}]"
        if chance.random() < 0.3:
            return chance.choice(("Optional[{}]", "{} | None")).format(kind), "None"
    elif shape < 0.45:
        kind = chance.choice(("Optional[{}]", "{} | None", "Union[{}, None]", "None | {}")).format(inner)
        default = "None" if default is None or chance.random() < 0.5 else default
    elif inner in NUMBERS and shape < 0.5:
        kind, default = f"tuple[{inner}, str]", None if default is None else f'({default}, "a")'
    return kind, default


def _said(chance: random.Random, inner: str, kind: str, free: list[str], *, is_option: bool) -> list[str]:
    """What `Option` or `Argument` is given beside the default."""
    found = []
    if is_option and inner == "bool" and chance.random() < 0.5:
        found.append(f'"{chance.choice(SWITCHES)}"')
    elif is_option and free and chance.random() < 0.5:
        found += [f'"{free.pop()}"' for _ in range(min(len(free), chance.choice((1, 2))))]
    if inner in NUMBERS and "tuple" not in kind and chance.random() < 0.3:
        found += chance.choice((["min=1"], ["max=9"], ["min=0", "max=5"], ["min=1", "max=5", "clamp=True"]))
    if inner in ("Mode", "str") and chance.random() < 0.2:
        found.append("case_sensitive=False")
    if chance.random() < 0.3:
        found.append(
            chance.choice(('help="Some words"', "hidden=True", "show_default=False", 'envvar="TYPER_TEST"'))
        )
    return found
