# It runs where these libraries are, and not in the environment of the checks.
# mypy: ignore-errors
"""Runs scripts with click, typer and absl where these are installed; prints what each makes of its words.

Reads a list of {"source", "words"} from standard input, and prints a list of values by name; null: refused.
"""

import contextlib
import io
import json
import subprocess
import sys


class Done(Exception):  # noqa: N818  # an outcome, not an error
    """The script has read its command line."""


def run_one(source, words):
    """The values that arrive in the script, by the names that it has for them."""
    found = {}
    sys.argv = ["train.py", *words]
    if "absl" in source:
        from absl import app, flags

        def run(main):
            flags.FLAGS(sys.argv)
            found.update(flags.FLAGS.flag_values_dict())
            raise Done

        app.run = run
    else:
        # Only now: nothing else of the run may have made a command before.
        modules = [__import__("click")]
        if "typer" in source:
            import typer.core

            modules = [module for module in (typer.core,) if module]
        for module in modules:
            command = module.Command if hasattr(module, "Command") else module.TyperCommand

            def invoke(self, context):
                if hasattr(self, "commands"):
                    return  # a group: the command behind it is what counts
                found.update(context.params)
                raise Done

            command.invoke = invoke
    try:
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            exec(compile(source, "train.py", "exec"), {"__name__": "__main__"})  # noqa: S102  # the oracle
    except Done:
        return found
    except SystemExit:
        return None
    except Exception as error:
        return (
            None
            if type(error).__name__ in ("UsageError", "IllegalFlagValueError", "UnrecognizedFlagError")
            else repr(error)
        )
    return found


def in_turn(source, lines):
    """What becomes of each line; absl's flags are those of a process, the others are declared anew."""
    if "absl" in source and len(lines) > 1:
        return [outcome for line in lines for outcome in in_a_process(source, [line])]
    return [run_one(source, line) for line in lines]


def in_a_process(source, lines):
    """The same in a process of its own: nothing else of the run may have made a command before."""
    done = subprocess.run(
        [sys.executable, __file__, json.dumps(source), json.dumps(lines)],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return json.loads(done.stdout)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(in_turn(json.loads(sys.argv[1]), json.loads(sys.argv[2])), default=str))
    else:
        asked = json.load(sys.stdin)
        outcomes = {}
        for source in dict.fromkeys(each["source"] for each in asked):
            lines = [each["words"] for each in asked if each["source"] == source]
            outcomes[source] = iter(in_a_process(source, lines))
        print(json.dumps([next(outcomes[each["source"]]) for each in asked]))
