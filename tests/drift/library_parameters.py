# It runs where these libraries are, and not in the environment of the checks.
# mypy: ignore-errors
"""Prints what click, typer or absl take in a script: each argument with its flags, as the library has it.

Reads a script from standard input; the arguments of a sub-command have its words in front.
"""

import contextlib
import io
import json
import sys


class Done(Exception):  # noqa: N818  # an outcome, not an error
    """The script has made its commands."""


def of_click(command, words=()):
    """The parameters of a command, and of those below it."""
    for each in command.params:
        on = [flag for flag in each.opts if each.param_type_name == "option"]
        name = " ".join([*words, *(on or [each.name])])
        several = each.multiple if each.param_type_name == "option" else each.nargs == -1
        plain = getattr(each, "is_flag", False) or getattr(each, "count", False)
        yield (
            name,
            {
                "dest": each.name,
                "off": sorted(each.secondary_opts),
                "required": each.required,
                "several": several,
                "switch": bool(plain) and not each.secondary_opts,
            },
        )
    for word, inner in getattr(command, "commands", {}).items():
        yield from of_click(inner, (*words, word))


def run(source):
    """The arguments."""
    found = {}
    if "absl" in source:
        from absl import app, flags

        before = set(flags.FLAGS)

        def stop(*_args, **_options):
            found.update({f"--{name}": {"dest": name} for name in set(flags.FLAGS) - before})
            raise Done

        app.run = stop
    else:
        import click

        bases = [click.Command]
        if "typer" in source:
            import typer.core

            bases += [typer.core.TyperCommand, typer.core.TyperGroup]

        def main(self, *_args, **_options):
            found.update(of_click(self))
            raise Done

        for base in bases:
            base.main = main
    with contextlib.suppress(Done), contextlib.redirect_stdout(io.StringIO()):
        exec(compile(source, "train.py", "exec"), {"__name__": "__main__"})  # noqa: S102  # the oracle
    return found


if __name__ == "__main__":
    sys.argv = ["train.py"]
    print(json.dumps(run(sys.stdin.read())))
