"""What the evaluations of one result share, in however many files."""

from pathlib import PurePath
from typing import TypeAlias

from msgspec import Struct, field

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.imports import Imports
from valohai_steps.source.evaluation.outlines.dependencies import Dependency

DEEPEST_NESTING = 60  # deeper values, and longer ways to them, hold no defaults of a step
Route: TypeAlias = tuple[tuple[str, int], ...]


class EvaluationPath(Struct):
    """What the evaluations of one result share: how far they went, and through which files."""

    depth: int = 0
    nodes: int = 0
    names: int = 0  # how many names were looked up, or expressions read that may hold some
    dependencies: dict[Route, Dependency] = field(default_factory=dict)
    evaluations: dict[PurePath, Evaluator] = field(default_factory=dict)
    active: set[tuple[int, int]] = field(default_factory=set)
    root: Evaluator | None = None  # the text that is run, where the first evaluation began
    finders: dict[PurePath, tuple[Route, Imports]] = field(default_factory=dict)
