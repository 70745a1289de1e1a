"""Where names have their values while a function is run on paper, and what all of one reading share."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePath
from typing import NoReturn

from msgspec import Struct, field

from valohai_steps.model.step import Cause, Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.evaluation.evaluator import shortened
from valohai_steps.source.evaluation.imports import Imported, Imports
from valohai_steps.source.pipelines.memory.objects import (
    Config,
    External,
    Given,
    Hidden,
    Object,
    Once,
    PaperValue,
    Refused,
    all_within,
)
from valohai_steps.source.tree.syntax import Node

# Counted, so that the same text always reads the same; real pipelines stay far below.
_MOST_STEPS = 60_000
DEEPEST = 60
MOST_ELEMENTS = 10_000
# Characters and elements that all values of one reading may have together.
_MOST_MADE = 2_000_000
COMPREHENSIONS = (
    "list_comprehension",
    "set_comprehension",
    "dictionary_comprehension",
    "generator_expression",
)


class Script(Struct, eq=False):
    """One file. `path` is None for the one that is read; `evaluation` knows the values at its end."""

    evaluation: Evaluation
    imports: Imports | None
    path: PurePath | None = None
    values: dict[str, PaperValue] = field(default_factory=dict)


class Reading(Struct, eq=False):
    """What one reading shares.

    `evaluate` gives the value of an expression in a frame, `call` what a call gives.
    `frozen` holds values that others hold as well, by identity: nothing may change them unseen.
    """

    evaluate: "Callable[[Frame, Node], PaperValue]"
    call: "Callable[[Frame, Node, PaperValue, Given], PaperValue]"
    scripts: dict[PurePath, Script] = field(default_factory=dict)
    frozen: dict[int, PaperValue] = field(default_factory=dict)
    steps: int = 0
    size: int = 0
    depth: int = 0
    operations: int = 0  # what was done to pipelines


class Frame(Struct, eq=False):
    """The names of one run of a function or comprehension. `scope` is its node.

    In another file than the one that is read, `outside` is the place in this one that led there.
    """

    script: Script
    reading: Reading
    scope: Node
    outer: "Frame | None" = None
    names: dict[str, PaperValue] = field(default_factory=dict)
    outside: Span | None = None

    def value(self, node: Node) -> PaperValue:
        """The value of an expression, or an Unknown. Raises Refused, or Raises as running it would."""
        return self.reading.evaluate(self, node)

    def call(self, node: Node, callee: PaperValue, given: Given) -> PaperValue:
        """What a call gives, or an Unknown. Raises Refused and Raises."""
        return self.reading.call(self, node, callee, given)

    def span(self, node: Node) -> Span:
        """Where a node stands in the file that is read: of another file, where that was called."""
        return self.outside if self.outside is not None else self.script.evaluation.syntax.span(node)

    def source(self, node: Node) -> str:
        """The text of a node."""
        return self.script.evaluation.syntax.source(node)

    def unknown(self, node: Node, cause: Cause = Cause.NOT_RUN, subject: str | None = None) -> Unknown:
        """Nothing, because of what stands at `node`."""
        named = shortened(self.source(node)) if subject is None else subject
        return Unknown(self.span(node), cause, named)

    def refuse(self, node: Node, cause: Cause = Cause.NOT_RUN, subject: str | None = None) -> NoReturn:
        """End the reading, because of what stands at `node`. Raises Refused."""
        raise Refused(self.unknown(node, cause, subject))

    def refuse_statement(self, node: Node) -> NoReturn:
        """End the reading, because a whole statement is not read. Raises Refused."""
        self.refuse(node, Cause.STATEMENT, node.type.partition("_")[0])

    def known(self, value: PaperValue) -> PaperValue:
        """The value. Raises Refused when it is not known."""
        if isinstance(value, Unknown):
            raise Refused(value)
        return value

    def step(self, node: Node) -> None:
        """Count a statement or expression. Raises Refused when there were too many."""
        self.reading.steps += 1
        if self.reading.steps > _MOST_STEPS or self.reading.depth > DEEPEST:
            self.refuse(node, Cause.TOO_MUCH)

    def charge(self, node: Node, size: int) -> None:
        """Count characters or elements that are made or looked at. Raises Refused if too many."""
        self.reading.size += size
        if self.reading.size > _MOST_MADE:
            self.refuse(node, Cause.TOO_MUCH)

    def is_mutable(self, node: Node, value: PaperValue) -> bool:
        """Whether something unknown that gets the value may change it, or the pipeline by it.

        Raises Refused when there is too much to look at, as `holds_iterator` does.
        """
        return any(
            isinstance(each, (list, dict, set, Object, Hidden)) and not isinstance(each, (Config, External))
            for each in all_within(value, partial(self.charge, node))
        )

    def holds_iterator(self, node: Node, value: PaperValue) -> bool:
        """Whether looking through a value may use something up."""
        return any(isinstance(each, Once) for each in all_within(value, partial(self.charge, node)))

    def of_function(self) -> "Frame":
        """The frame in which `:=` binds: that of the function, also within its comprehensions."""
        return next(each for each in self.holders() if each.scope.type not in COMPREHENSIONS)

    def holders(self) -> Iterator["Frame"]:
        """This frame and those around it."""
        frame: Frame | None = self
        while frame is not None:
            yield frame
            frame = frame.outer


def module_script(reading: Reading, importing: Script, imported: Imported) -> Script | None:
    """The file of the workspace that an import means; None when it is none."""
    finder = importing.evaluation.program_of(imported)
    module = None if importing.imports is None else importing.imports.module(imported.module, imported.level)
    if module is None or not isinstance(finder, Evaluation):
        return None
    known = reading.scripts.get(module.path)
    if known is None:
        known = reading.scripts[module.path] = Script(finder, module.imports, module.path)
    return known
