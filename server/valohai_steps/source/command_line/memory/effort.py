"""How much one reading may cost, and has."""

from msgspec import Struct

from valohai_steps.source.tree.syntax import ExcessiveText

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
