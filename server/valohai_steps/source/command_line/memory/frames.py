"""Where names have their values: scripts, frames, what is defined in them, and what one reading shares."""

from pathlib import PurePath
from typing import Protocol

from msgspec import Struct, field

from valohai_steps.model.step import Unknown
from valohai_steps.model.text import Span
from valohai_steps.source.command_line.memory.effort import Effort
from valohai_steps.source.command_line.memory.objects import Argument, Arguments, Object
from valohai_steps.source.command_line.memory.words import Words
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.evaluation.imports import Imported, Imports
from valohai_steps.source.evaluation.modules.evaluation_path import EvaluationPath
from valohai_steps.source.evaluation.outlines.dependencies import Dependency
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node, Syntax


class Function(Object, eq=False):
    """A function or lambda of the workspace, with the frame in which it was defined."""

    node: Node
    frame: "Frame"
    owner: "ClassObject | None" = None


class ClassObject(Object, eq=False):
    """A class of the workspace."""

    node: Node
    frame: "Frame"


class Parser(Object, eq=False):
    """A parser while it is being made. `cls` is the class of the workspace that it is an object of."""

    library: str = "argparse"
    cls: ClassObject | None = None
    attributes: dict[str, Evaluated] = field(default_factory=dict)
    arguments: list[Argument] = field(default_factory=list)
    indexed: int = 0  # so many of the arguments have their flags among `flags`
    flags: set[str] = field(default_factory=set)
    groups: list[bool] = field(default_factory=list)
    defaults: dict[str, Evaluated] = field(default_factory=dict)
    types: dict[str, Evaluated] = field(default_factory=dict)
    commands: "Commands | None" = None
    argument_default: Evaluated | None = None
    prefixes: str = "-"
    abbreviations: bool = True
    helps: bool = True
    files: str = ""
    program: str = ""
    open: bool = False


class Command(Struct, frozen=True, eq=False):
    """A sub-command: the words for it, and its parser."""

    names: tuple[str, ...]
    span: Span
    parser: Parser


class Commands(Object, eq=False):
    """`add_subparsers(...)`."""

    parser: Parser
    required: bool = False
    at: int = 0
    commands: list[Command] = field(default_factory=list)


class Parse(Struct, frozen=True, eq=False):
    """A call that reads the command line. `rest`: the words that another parser left.

    `leftovers_used`: the words that this one leaves are looked at, or may be.
    """

    parser: Parser
    span: Span
    script: "Script"
    leftovers: bool
    rest: Parser | None = None
    leftovers_used: bool = False


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

    def expressions(self, frame: "Frame") -> Evaluation:
        """What evaluates the expressions of a frame, with its names as they are now."""

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
    """The names of one run of a module, function or comprehension.

    `shared` are the names that a `global` statement takes from the top of the file. `evaluation` keeps what
    the expressions gave; without it they are evaluated anew.
    """

    script: Script
    scope: Node
    outer: "Frame | None" = None
    names: dict[str, Evaluated] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()
    receiver: object = None
    owner: object = None
    evaluation: Evaluation | None = None

    @property
    def reading(self) -> Reading:
        """What was found so far."""
        return self.script.machine.reading

    @property
    def expressions(self) -> Evaluation:
        """What evaluates the expressions of this frame."""
        if self.evaluation is None:
            self.evaluation = self.script.machine.expressions(self)
        return self.evaluation

    def found(self, node: Node) -> Evaluated:
        """The value of an expression, or the object that it stands for. Never raises."""
        return self.expressions.found(node)

    def source(self, node: Node) -> str:
        """The text of a node."""
        return self.script.syntax.source(node)

    def span(self, node: Node) -> Span:
        """Where a node stands in its file."""
        return self.script.syntax.span(node)

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
