"""What files import, and so hand on to those that import them: `import json as j`, `e = exec`."""

from collections.abc import Iterator

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.tree.scope import HandedOn


def handed_on(program: Evaluator) -> HandedOn:
    """The names that all files hand on which the program that is run imports."""
    return HandedOn(_names(program))


def _names(program: Evaluator) -> Iterator[tuple[str, str]]:
    for _, outline in program.program_run.outlines():
        yield from outline.handed_on
