"""One thing that can be written at the cursor."""

from enum import Enum

from msgspec import Struct

from valohai_steps.model.text import Span, TextEdit


class CompletionKind(Enum):
    """What is offered, which decides how it looks."""

    ARGUMENT = "argument"
    KEY = "key"
    VALUE = "value"
    PARAMETER = "parameter"
    INPUT = "input"
    STEP = "step"
    IMAGE = "image"
    TASK = "task"
    ENDPOINT = "endpoint"
    NODE = "node"
    FILE = "file"
    FOLDER = "folder"
    ANCHOR = "anchor"
    FUNCTION = "function"
    SNIPPET = "snippet"


class KnownName(Struct, frozen=True):
    """A name with what is known of it. `default` is its default as Python writes it, where there is one.

    `below` are lines of valohai.yaml that come with it: further keys of what it names.
    """

    name: str
    detail: str = ""
    documentation: str = ""
    default: str | None = None
    below: tuple[str, ...] = ()


class Completion(Struct, frozen=True):
    """`text` takes the place of `typed`, or of `whole`, which goes on behind the cursor; each on one line.

    `snippet` is the same with places to fill in (`$0`), for editors that have them; None when there are
    none. `whole_only`: the text is made for `whole` alone. `also` are edits elsewhere that belong to it.
    `filter_text` is what the editor compares with what is typed, where that is not the label. `is_last`:
    behind what others offer, so that no Enter takes it by accident. `goes_on`: what belongs behind it is
    offered as well. A text of several lines has its indentation: editors that would add their own are told
    not to.
    """

    label: str
    kind: CompletionKind
    typed: Span
    whole: Span
    text: str
    snippet: str | None = None
    detail: str = ""
    documentation: str = ""
    whole_only: bool = False
    also: tuple[TextEdit, ...] = ()
    filter_text: str = ""
    is_last: bool = False
    goes_on: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether who types its label to the end has written all of it."""
        return self.snippet is None and not self.also and self.text == self.label

    def is_written(self, text: str, offset: int) -> bool:
        """Whether all of it stands in a file's `text` before `offset`, in code points: it changes nothing."""
        here = text[self.whole.start : self.whole.end]
        return self.is_plain and self.whole.end == offset and here == self.text
