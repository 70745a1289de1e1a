"""Random programs that make a pipeline in `main(config)`, each by a number: loops, helpers, lists, dicts.

Most are right; some name a node twice, a step or an input that is not there, or ask the environment.
"""

import random

from tests.source.pipeline_forms import FOLLOWED, REFUSED

HEAD = """import os
from functools import partial
from itertools import product

from valohai import Pipeline

TRAIN = "train"
STEPS = ["prepare data", "train", "evaluate"]
INPUTS = {"train": "data", "evaluate": "models"}


def add(pipe, step, name=None):
    return pipe.execution(step, name=name)


def connect(*nodes, pattern="*"):
    for one, other in zip(nodes, nodes[1:]):
        one.output(pattern).to(other.input("data"))


def many(pipe, count, **options):
    made = []
    for number in range(count):
        made.append(add(pipe, TRAIN, options.get("prefix", "many") + str(number)))
    return made

"""
_STEPS = ("'train'", "TRAIN", "STEPS[1]", "'tr' + 'ain'", "f'{TRAIN}'", "'TRAIN'.lower()", "STEPS[-2]")


class Program:
    """A program while it is written."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  # repeatable
        self.lines: list[str] = []
        self.nodes: list[str] = []
        self.lists: list[str] = []
        self.count = 0
        self.before = ""
        self.is_known = True

    def name(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def add(self, *lines: str) -> None:
        self.lines += lines

    def step(self) -> str:
        if self.random.random() < 0.02:
            return self.random.choice(("'trian'", "'Train'", "STEPS[0] + 's'"))
        return self.random.choice(_STEPS)

    def node_name(self) -> str:
        if self.random.random() < 0.03:
            return "'same'"
        stem = self.name("n")
        return self.random.choice((f"'{stem}'", f"f'{{TRAIN}}-{stem}'", f"'-'.join(['a', '{stem}'])", "None"))

    def node(self) -> None:
        name = self.name("node")
        make = self.random.choice(
            (
                f"{name} = pipe.execution({self.step()})",
                f"{name} = pipe.execution({self.step()}, {self.node_name()})",
                f"{name} = pipe.execution(step={self.step()}, name={self.node_name()})",
                f"{name} = pipe.task({self.step()}, name={self.node_name()})",
                f"{name} = add(pipe, {self.step()}, {self.node_name()})",
                f"{name} = partial(pipe.execution, TRAIN)(name={self.node_name()})",
                f"{name} = (lambda step: pipe.execution(step))({self.step()})",
                f"{name} = pipe.execution({self.step()}).parameter('rate', 0.5)",
                f"{name} = pipe.task({self.step()})\n    {name}.linear_parameter('rate', min=0, max=1)",
            )
        )
        self.add(make)
        self.nodes.append(name)

    def nodes_in_list(self) -> None:
        name, other = self.name("nodes"), self.name("other")
        count = self.random.randrange(1, 4)
        stem = self.name("l")
        forms = (
            (f"{name} = [pipe.execution(TRAIN, f'{stem}{{i}}') for i in range({count})]",),
            (f"{name} = [add(pipe, s) for s in STEPS if s == {self.step()}]",),
            (f"{name} = many(pipe, {count}, prefix='{stem}')",),
            (f"{name} = list(map(str, [])) or [pipe.execution(TRAIN)]",),
            (
                f"{name} = []",
                f"{other} = {name}",
                f"for i, rate in enumerate([0.1, 0.2], start={count}):",
                f"    {other}.append(pipe.execution(TRAIN, f'{stem}-{{i}}-{{rate:.2f}}'))",
                f"{name} += [pipe.execution('train')]",
            ),
            (
                f"{name} = []",
                "i = 0",
                "while True:",
                "    i += 1",
                f"    if i > {count}:",
                "        break",
                "    if i == 2 and not len(STEPS) > 5:",
                "        continue",
                f"    {name}.insert(0, add(pipe, TRAIN))",
                f"{name}.append(pipe.execution(TRAIN))",
            ),
            (
                f"by = {{f'{stem}{{i}}': pipe.execution('train', f'{stem}{{i}}') for i in range({count})}}",
                f"by['{stem}x'] = pipe.execution(STEPS[1], name='{stem}x')",
                f"{name} = [by[key] for key in sorted(by, reverse=True)]",
            ),
            (
                f"{name} = [",
                f"    pipe.execution(TRAIN, f'{stem}-{{a}}{{b}}') for a, b in product('xy', range({count}))",
                "]",
            ),
        )
        self.add(*self.random.choice(forms))
        self.lists.append(name)

    def edge(self) -> None:
        if len(self.nodes) < 2:
            return
        one, other = self.random.sample(self.nodes, 2)
        key = "'dta'" if self.random.random() < 0.02 else self.random.choice(("'data'", "INPUTS[TRAIN]"))
        self.add(
            self.random.choice(
                (
                    f"{one}.output('*').to({other}.input({key}))",
                    f"connect({one}, {other}, pattern='{self.name('p')}.*')",
                    f"end = {one}.output(key='m' * 2)\n    end.to({other}.input({key}))",
                )
            )
        )

    def edges_of_list(self) -> None:
        if not self.lists or not self.nodes:
            return
        name, node = self.random.choice(self.lists), self.random.choice(self.nodes)
        self.add(
            *self.random.choice(
                (
                    (f"for each in {name}:", f"    each.output('*').to({node}.input('data'))"),
                    (f"connect(*{name})",),
                    (
                        f"for each in {name}[::-1]:",
                        "    if each.name.endswith('1'):",
                        "        continue",
                        f"    each.output(f'{{each.name}}.txt').to({node}.input('weights'))",
                    ),
                    (
                        f"for one, other in zip({name}, {name}[1:]):",
                        "    one.output('x').to(other.input(INPUTS['train']))",
                    ),
                    (f"first, *rest = {name}", f"first.output('y').to({node}.input('data'))"),
                )
            )
        )

    def noise(self) -> None:
        self.add(
            *self.random.choice(
                (
                    ("print('made', len(STEPS))",),
                    ("home = os.environ.get('HOME')",),
                    ("if os.environ.get('DEBUG'):", "    print('debug')"),
                    ("label = 'yes' if len(STEPS) == 3 else 'no'",),
                    ("assert STEPS",),
                    ("counts = {name: len(name) for name in STEPS}", "counts.pop('train', None)"),
                )
            )
        )

    def form(self) -> None:
        """One of the forms whose moment decides; one a program."""
        if self.before:
            return
        before, lines = self.random.choice(list(FOLLOWED.values()))
        self.before = f"{before}\n\n"
        self.add(*lines.splitlines())

    def doubtful(self) -> None:
        self.is_known = False
        before, lines = self.random.choice(list(REFUSED.values()))
        self.before += before
        self.add(*lines.splitlines())

    def unknown(self) -> None:
        self.is_known = False
        node = self.name("unknown")
        self.add(
            *self.random.choice(
                (
                    (f"{node} = pipe.execution(TRAIN, os.environ.get('NODE', '{node}'))",),
                    ("for step in config.steps:", f"    {node} = pipe.execution(step)"),
                    ("if os.environ.get('MORE'):", f"    {node} = pipe.execution(TRAIN)"),
                    (f"{node} = [s for s in {{'train', 'evaluate'}}]", f"pipe.execution({node}[0])"),
                    ("class Made:", f"    {node} = pipe.execution(TRAIN, '{node}')"),
                    ("class Made:", f"    {node} = '{node}'", f"pipe.execution(TRAIN, Made.{node})"),
                    ("def made():", f"    yield pipe.execution(TRAIN, '{node}')", "made()"),
                    (
                        "def made():",
                        f"    yield pipe.execution(TRAIN, '{node}')",
                        "for _ in made():",
                        "    pass",
                    ),
                    (
                        "try:",
                        f"    pipe.execution(TRAIN, {{}}['{node}'])",
                        "except KeyError:",
                        f"    pipe.execution(TRAIN, '{node}')",
                    ),
                    (
                        "try:",
                        f"    {node} = pipe.execution(TRAIN, '{node}')",
                        "except ValueError:",
                        "    pass",
                        "else:",
                        f"    {node}.parameter('rate', 1)",
                    ),
                    (
                        "try:",
                        f"    pipe.execution(TRAIN, '{node}')",
                        "finally:",
                        f"    pipe.execution(TRAIN, 'last-{node}')",
                    ),
                    (
                        "def named(function):",
                        f"    pipe.execution(TRAIN, '{node}')",
                        "    return function",
                        "@named",
                        "def nothing():",
                        "    pass",
                    ),
                    (
                        "match len(STEPS):",
                        "    case 3:",
                        f"        pipe.execution(TRAIN, '{node}')",
                        "    case _:",
                        "        pipe.task(TRAIN)",
                    ),
                )
            )
        )


def random_program(seed: int) -> tuple[str, bool]:
    """The source of a program, and whether all of it can be known."""
    program = Program(seed)
    forms = (
        program.node,
        program.node,
        program.nodes_in_list,
        program.edge,
        program.edges_of_list,
        program.noise,
        program.form,
    )
    program.add("pipe = Pipeline(name='all', config=config)")
    program.node()
    for _ in range(program.random.randrange(2, 9)):
        program.random.choice(forms)()
    if program.random.random() < 0.3:
        program.unknown()
    elif program.random.random() < 0.3:
        program.doubtful()
    body = "\n".join(f"    {line}" for line in program.lines)
    end = "    return pipe\n" if program.random.random() > 0.03 else "    pipe\n"
    return f"{HEAD}\n{program.before}\n\ndef main(config):\n{body}\n{end}", program.is_known
