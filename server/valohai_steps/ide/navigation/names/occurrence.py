"""What has a name in a valohai.yaml and the Python files beside it, and the places that name it."""

from enum import Enum
from pathlib import Path

from msgspec import Struct

from valohai_steps.config.reader import Node
from valohai_steps.model.text import Span, TextEdit


class SymbolKind(Enum):
    """What a name stands for; the value is the word for people."""

    STEP = "step"
    PARAMETER = "parameter"
    INPUT = "input"
    PIPELINE = "pipeline"
    PIPELINE_PARAMETER = "pipeline parameter"
    NODE = "node"
    TASK = "task"
    ENDPOINT = "endpoint"
    ARGUMENT = "argument"  # of a script's own command line; its owner is the script


class OccurrenceRole(Enum):
    """What a place does with the name."""

    PYTHON = "declared in Python"
    YAML = "declared in valohai.yaml"
    READ = "read"
    USE = "used"


class Spelling(Enum):
    """How a place writes the name of an argument: as it is, as argparse makes a `dest` of it, or otherwise.

    What is `KEPT` names it by a word of its own, which a rename leaves alone.
    """

    NAME = "name"
    DEST = "dest"
    KEPT = "kept"


class Symbol(Struct, frozen=True):
    """One name in one valohai.yaml. `owner` is the step, or the pipeline, that it belongs to; else empty."""

    kind: SymbolKind
    name: str
    owner: str = ""


class Occurrence(Struct, frozen=True):
    """One place that names a symbol.

    `span` is the name alone, without quotes, where it can be told from them; `literal` is the text that it
    stands in, quotes included, and `part` the name's place in what that says, None when it is all of it.
    `whole` is what a declaration declares (an entry, a call, an item). `fixed` says why another name cannot
    be written here. `node` is the scalar, or the key, of a valohai.yaml. `added` is what another name needs
    beside it.
    """

    symbol: Symbol
    role: OccurrenceRole
    path: Path
    span: Span
    whole: Span
    literal: Span
    fixed: str = ""
    node: Node | None = None
    part: Span | None = None
    spelling: Spelling = Spelling.NAME
    added: TextEdit | None = None

    @property
    def is_declaration(self) -> bool:
        """Whether the symbol is declared here."""
        return self.role in (OccurrenceRole.PYTHON, OccurrenceRole.YAML)

    def is_quoted_at(self, offset: int) -> bool:
        """Whether a cursor is on the quotes of the name, or of the text that the name begins or ends."""
        if self.part is None:
            return self.literal.contains(offset)
        begins = offset == self.literal.start and self.span.start == offset + 1
        return begins or (offset == self.literal.end and self.span.end == offset - 1)

    @property
    def is_attribute(self) -> bool:
        """Whether it is a name of Python's, without quotes: an attribute of a namespace, a parameter."""
        is_read = self.role is OccurrenceRole.READ or self.spelling is Spelling.DEST
        return is_read and self.symbol.kind is SymbolKind.ARGUMENT and self.literal == self.span
