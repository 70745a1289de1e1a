# It runs where typer is, and not in the environment of the checks.
# mypy: ignore-errors
"""Prints what typer makes of each script of a list: its parameters, or null for one that it refuses."""

import contextlib
import enum
import io
import json
import pathlib
import sys
import types
import typing

import typer
import typer.main

KINDS = {int: "int", float: "float", bool: "truth", str: "text", pathlib.Path: "text"}


class Done(Exception):  # noqa: N818  # an outcome, not an error
    """The script has given its function to typer."""


def plain(value):
    """A default as JSON has it."""
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, enum.Enum):
        return value.value
    return value if isinstance(value, (int, float, str, type(None))) else str(value)


def meant(annotation):
    """What a word becomes, and the choices, of a type as typer has resolved it."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return meant(next(each for each in inner if each is not type(None)))
    if origin in (typing.Annotated, list):
        return meant(inner[0])
    if origin is tuple:
        return meant(inner[0])
    if origin is typing.Literal:
        return "text", list(inner)
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return "text", [each.value for each in annotation]
    return KINDS.get(annotation, "own"), None


def parameter(each):
    """One argument, as the library has it."""
    is_option = each.param_type_name == "option"
    switch = bool(getattr(each, "is_flag", False))
    kind, choices = meant(each.type_descriptor.annotation)
    clamped = each.type_descriptor.parameter_info.clamp
    return {
        "dest": each.name,
        "flags": sorted(each.opts) if is_option else [],
        "off": sorted(each.secondary_opts),
        "required": each.required,
        "several": each.multiple if is_option else each.nargs == -1,
        "words": each.nargs if each.nargs > 1 else None,
        "switch": switch,
        "kind": None if switch else kind,
        "choices": choices,
        "low": None if clamped else each.min,
        "high": None if clamped else each.max,
        "default": plain(each.default),
    }


def made(source):
    """The parameters of one script."""
    found = []

    def run(function):
        app = typer.Typer(add_completion=False)
        app.command()(function)
        found.extend(parameter(each) for each in typer.main.get_command(app).params)
        raise Done

    typer.run = run
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            exec(compile(source, "train.py", "exec"), {"__name__": "__main__"})  # noqa: S102  # the oracle
    except Done:
        return [each for each in found if each["dest"] != "help"]
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


if __name__ == "__main__":
    print(json.dumps([made(source) for source in json.load(sys.stdin)]))
