"""However deep a text is nested, our own bounds end its reading, never Python's stack: frames are counted.

What is read must not depend on how deep the stack of the reader's caller is, nor on Python's version.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from valohai_steps.source.command_line.reader import read_command_line
from valohai_steps.source.pipelines.reader import read_pipeline
from valohai_steps.source.python_file import read_module

MOST_FRAMES = 600  # of Python's 1,000; the caller has the others
DEPTHS = (240, 600)  # below the deepest that is parsed, and below that
ADD = "p.add_argument('--x', default=x)\n"


def blocks(opening: str) -> Callable[[int], str]:
    """`opening` as often as asked, each inside of the one before."""

    def text(depth: int) -> str:
        lines = [f"{' ' * level}{opening}\n" for level in range(depth)]
        return "".join([*lines, f"{' ' * depth}x = p\n", f"{' ' * depth}{ADD}"])

    return text


def around(front: str, back: str = "") -> Callable[[int], str]:
    """An expression with `front` and `back` around it."""
    return lambda depth: f"x = {front * depth}1{back * depth}\n{ADD}"


def behind(more: str) -> Callable[[int], str]:
    """A name with something behind it, again and again."""
    return lambda depth: f"x = p{more * depth}\n{ADD}"


def bound(depth: int) -> str:
    """Names that are each bound to the one before."""
    return "".join(f"log{number + 1} = log{number}\n" for number in range(depth))


def logged(text: str) -> str:
    """What is done before a message is logged with a dict that is to be known."""
    return f"import logging\n{text}x = {{'a': 1}}\nlogging.info('%s', x)\n"


def chain(first: str, step: str, last: str = "y = list(x{0})\n") -> Callable[[int], str]:
    """Statements that each name what the one before made: `{0}` is its number, `{1}` the next one's."""
    return lambda depth: "".join(
        [first, *(step.format(number, number + 1) for number in range(depth)), last.format(depth), ADD]
    )


FORMS: dict[str, Callable[[int], str]] = {
    **{
        opening: blocks(opening)
        for opening in (
            *("if p:", "if u:", "for i in [1]:", "for i in u:", "while u:", "with p as q:", "class A:"),
            *("def f(p=p):", "if 1:", "async def f():"),
        )
    },
    **{
        f"{front}...{back}": around(front, back)
        for front, back in (
            *(("(", ")"), ("[", "]"), ("{1:", "}"), ("-", ""), ("not ", ""), ("1+", ""), ("1 or ", "")),
            *(
                ("1 if 1 else ", ""),
                ("1 < ", ""),
                ("lambda: ", ""),
                ("str(", ")"),
                ("u[", "]"),
                ("p.x(", ")"),
            ),
            *(("[i for i in [", "]]"), ("(y:=", ")"), ("f'{", "}'"), ("{**", "}"), ("[*", "]")),
            *(("(", ",)"), ("p.x(", ")")),
            *(
                ("p.add_argument(", ")"),
                ("(lambda: ", ")()"),
                ("dict(a=", ")"),
                ("'a' ", ""),
                ("[1 ", "][0]"),
            ),
        )
    },
    **{f"p{more}": behind(more) for more in (".a", ".a()", "()", "[0]")},
    "try": lambda n: "".join(
        [*(f"{' ' * i}try:\n" for i in range(n)), f"{' ' * n}x = p\n"]
        + [f"{' ' * i}except E: p\n" for i in reversed(range(n))]
    ),
    "match": lambda n: (
        "".join(f"{' ' * 2 * i}match p:\n{' ' * (2 * i + 1)}case 1:\n" for i in range(n))
        + f"{' ' * 2 * n}{ADD}"
    ),
    "else": lambda n: "".join(f"{' ' * i}if u: p\n{' ' * i}else:\n" for i in range(n)) + f"{' ' * n}{ADD}",
    "elif": lambda n: "if u: p\n" + f"elif u: {ADD}" * n,
    "a pattern": lambda n: f"{'(' * n}x,{')' * n} = p\n",
    "loops in a comprehension": lambda n: f"x = [i {'for i in [1] ' * n}]\n{ADD}",
    "conditions in a comprehension": lambda n: f"x = [i for i in [1] {'if 1 ' * n}]\n{ADD}",
    "targets": lambda n: f"{'x = ' * n}1\n{ADD}",
    "names": chain("x0 = 1\n", "x{1} = x{0}\n"),
    "generators": chain("x0 = [1]\n", "x{1} = (i for i in x{0})\n"),
    "maps": chain("x0 = [1]\n", "x{1} = map(str, x{0})\n"),
    "functions": chain("def f0(p): p.x()\n", "def f{1}(p): f{0}(p)\n", "f{0}(p)\n"),
    "functions of blocks": chain(
        "def f0(p):\n  p.add_argument('--x')\n",
        "def f{1}(p):\n if u:\n  with u:\n   for i in [1]:\n    return [f{0}(p) for i in [1]]\n",
        "f{0}(p)\n",
    ),
    "classes": chain("class A0: pass\n", "class A{1}(A{0}): pass\n", "A{0}().x(p)\nx = A{0}.y\n"),
    "partials": chain(
        "import functools\ndef x0(*a): p.add_argument('--x')\n",
        "x{1} = functools.partial(x{0}, 1)\n",
        "x{0}()\n",
    ),
    "parsers": chain("x0 = p\n", "x{1} = x{0}.add_subparsers().add_parser('x')\n", ""),
    "names of a logger": lambda n: logged(f"{bound(n)}log{n}.info = print\n"),
    "names of a logger in a circle": lambda n: logged(f"{bound(n)}log0 = log{n}\nlog0.info = print\n"),
}
COMMANDS: dict[str, Callable[[int], str]] = {
    "an annotation": lambda n: typer(f"{'list[' * n}int{']' * n}"),
    "a union": lambda n: typer(" | ".join(["int"] * n)),
    "Union": lambda n: typer(f"{'Union[int,' * n}int{']' * n}"),
    "decorators": lambda n: (
        f"import typer\napp = typer.Typer()\n{'@app.command()' * n}\ndef run(x: int): ...\napp()\n"
    ),
    "groups": chain(
        "import click\n@click.group()\ndef c0(): ...\n",
        "@click.group()\ndef c{1}(): ...\nc{0}.add_command(c{1})\n",
        "c0()\n",
    ),
    "a group that has the next one twice": chain(
        "import click\n@click.group()\ndef c0(): ...\n",
        "@click.group()\ndef c{1}(): ...\nc{0}.add_command(c{1}, 'a')\nc{0}.add_command(c{1}, 'b')\n",
        "c0()\n",
    ),
    "a group in itself": lambda _: (
        "import click\n@click.group()\ndef cli(): ...\ncli.add_command(cli)\ncli()\n"
    ),
    "dataclasses": chain(
        "from dataclasses import dataclass\nimport tyro\n@dataclass\nclass A0:\n  x: int\n",
        "@dataclass\nclass A{1}:\n  a: A{0}\n",
        "tyro.cli(A{0})\n",
    ),
    "components": chain(
        "import fire\nclass A0:\n  def f(self, x): ...\n",
        "class A{1}:\n  def __init__(self):\n    self.a = A{0}()\n",
        "fire.Fire(A{0})\n",
    ),
}


def typer(annotation: str) -> str:
    return f"import typer\napp = typer.Typer()\n@app.command()\ndef run(x: {annotation}): ...\napp()\n"


def frames(work: Callable[[], object]) -> int:
    """How many frames of Python the work has at once, at most."""
    depth = most = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal depth, most
        depth += (event == "call") - (event == "return")
        most = max(most, depth)

    before, limit = sys.getprofile(), sys.getrecursionlimit()
    sys.setrecursionlimit(5_000)
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
        sys.setrecursionlimit(limit)
    return most


def in_script(text: str) -> str:
    return f"import argparse\np = argparse.ArgumentParser()\n{text}p.parse_args()\n"


def in_pipeline(text: str) -> str:
    body = "".join(f"    {line}\n" for line in text.splitlines())
    head = "from valohai import Pipeline\ndef main(config):\n    p = Pipeline(name='x', config=config)\n"
    return f"{head}{body}    return p\n"


def in_step(text: str) -> str:
    return f"import valohai\n{text}valohai.prepare(step='train', default_parameters={{'x': x}})\n"


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_python_goes_deeper_than_our_own_bounds(form: str) -> None:
    for depth in DEPTHS:
        text = FORMS[form](depth)
        assert frames(partial(read_command_line, in_script(text))) <= MOST_FRAMES, depth
        assert frames(partial(read_pipeline, in_pipeline(text))) <= MOST_FRAMES, depth
        assert frames(partial(read_module, in_step(text))) <= MOST_FRAMES, depth


@pytest.mark.parametrize("form", COMMANDS)
def test_no_command_line_goes_deeper_than_our_own_bounds(form: str) -> None:
    for depth in DEPTHS:
        text = COMMANDS[form](depth)
        assert frames(partial(read_command_line, text)) <= MOST_FRAMES, depth


def test_what_is_read_does_not_depend_on_the_stack() -> None:
    def lower(depth: int) -> object:
        return read_command_line(in_script(FORMS["if u:"](95))).fact if depth == 0 else lower(depth - 1)

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        assert lower(0) is lower(300) is None
    finally:
        sys.setrecursionlimit(limit)


def test_the_page_on_trust_states_how_many_forms_there_are() -> None:
    page = Path(__file__).parents[2] / "docs" / "trust.md"
    assert f"| {len(FORMS) + len(COMMANDS)} forms nested" in page.read_text(encoding="utf-8")
