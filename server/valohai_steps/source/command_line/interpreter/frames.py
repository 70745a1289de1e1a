"""Where names have their values: scripts, frames, and what all of one reading share."""

from pathlib import PurePath
from typing import Protocol

from msgspec import Struct, field

from valohai_steps.model.step import Unknown
from valohai_steps.source.command_line.interpreter.objects import (
    Argument,
    Arguments,
    Object,
    Parse,
    Parser,
)
from valohai_steps.source.command_line.interpreter.relevance import Words
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.evaluation.imports import Imported, Imports
from valohai_steps.source.evaluation.modules.dependencies import Dependency
from valohai_steps.source.evaluation.modules.workspace import EvaluationPath
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import ExcessiveText, Node, Syntax

# The bounds of one reading (COMMAND-LINES 4.3): counted, so that the same text always reads the same.
MOST_SCRIPTS = 25
MOST_CALLS = 400
MOST_ROUNDS = 300
MOST_STEPS = 60_000
MOST_COMMANDS = 2_000
DEEPEST_CALL = 14
DEEPEST_NESTING = 60
DEEPEST_NESTING_OF_CALLS = 40


class Effort(Struct):
    """How much one reading has cost so far."""

    scripts: int = 0
    calls: int = 0
    rounds: int = 0
    steps: int = 0
    commands: int = 0
    depth: int = 0
    nesting: int = 0  # blocks, annotations and patterns that the reading is inside of, over all calls
    exceeded: bool = False

    def step(self) -> bool:
        """Count a statement or call; False when there were too many."""
        self.steps += 1
        self.exceeded = self.exceeded or self.steps > MOST_STEPS
        return self.steps <= MOST_STEPS

    @property
    def may_call(self) -> bool:
        """Whether one more call is followed from here."""
        near = self.depth < DEEPEST_CALL and self.nesting < DEEPEST_NESTING_OF_CALLS
        return near and self.calls < MOST_CALLS

    def go_in(self) -> None:
        """Go into a block, annotation or pattern. Raises ExcessiveText below the deepest."""
        self.nesting += 1
        if self.nesting > DEEPEST_NESTING:
            raise ExcessiveText

    def go_out(self) -> None:
        """Leave it again."""
        self.nesting -= 1


class Reading(Struct):
    """What was found so far, in order. `conditional` is above 0 where it is not certain that code runs."""

    effort: Effort = field(default_factory=Effort)
    path: EvaluationPath = field(default_factory=EvaluationPath)  # one depth for all expressions
    parsers: list[Parser] = field(default_factory=list)
    parses: list[Parse] = field(default_factory=list)
    unknowns: dict[Unknown, None] = field(default_factory=dict)
    dependencies: dict[tuple[tuple[str, int], ...], Dependency] = field(default_factory=dict)
    words: Words = field(default_factory=Words)
    conditional: int = 0
    open: bool = False  # some declaration had a parser that is not known
    flags: Parser | None = None  # absl: one set of flags for the whole program


class Machine(Protocol):
    """What frames and expressions need of the interpreter."""

    @property
    def reading(self) -> Reading:
        """What was found so far."""

    def call(self, frame: "Frame", node: Node, function: Evaluated, arguments: Arguments) -> Evaluated | None:
        """What a call gives; None when it is none that is followed."""

    def script(self, importing: "Script", imported: Imported) -> "Script | None":
        """The file of the workspace that an import means; None when it is none, or of no interest."""

    def enter(self, script: "Script") -> None:
        """Run the top of a file, once."""

    def decorated(self, frame: "Frame", defined: Object) -> Object:
        """What the decorators of a function or class make of it: itself, or a command."""

    def change_argument(self, argument: Argument, name: str, found: Evaluated) -> None:
        """`action.default = 3` on what `add_argument` gave."""

    def change_external(self, name: str) -> None:
        """`argparse.ArgumentParser.add_argument = f`, by its dotted name: something from outside changes."""


class Script(Struct, eq=False):
    """One file. `path` is None for the script itself; `route` are the imports that lead to it."""

    machine: Machine
    path: PurePath | None
    syntax: Syntax
    imports: Imports | None
    scopes: Scopes
    route: tuple[tuple[str, int], ...] = ()
    words: frozenset[str] = frozenset()
    entered: bool = False
    frame: "Frame | None" = None

    @property
    def top(self) -> "Frame":
        """The frame of its names."""
        if self.frame is None:
            self.frame = Frame(self, self.syntax.root)
        return self.frame


class Frame(Struct, eq=False):
    """The names of one run of a module, function or comprehension. `expressions` evaluates in it.

    `shared` are the names that a `global` statement takes from the top of the file.
    """

    script: Script
    scope: Node
    outer: "Frame | None" = None
    names: dict[str, Evaluated] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()
    receiver: object = None
    owner: object = None
    expressions: Evaluation | None = None

    @property
    def reading(self) -> Reading:
        """What was found so far."""
        return self.script.machine.reading

    def holder(self, name: str) -> "Frame":
        """The frame that an assignment to a name goes to."""
        return self.script.top if name in self.shared else self

    def lookup(self, name: str) -> Evaluated | None:
        """What a name stands for, if this reading has bound it; an inner scope hides an outer one."""
        frame: Frame | None = self
        while frame is not None:
            known = frame.names.get(name)
            if known is not None:
                return known
            if frame.outer is not None and frame.script.scopes.in_scope(name, frame.scope):
                return None
            frame = frame.outer
        return None
