"""A finding: which rule, where, and what to do about it."""

from pathlib import PurePath

from msgspec import Struct

from valohai_steps.model.rules import RULES, Rule
from valohai_steps.model.text import Span, TextEdit


class Related(Struct, frozen=True):
    """Another place that explains a finding. `path` is None in the finding's own file."""

    span: Span
    message: str
    path: PurePath | None = None


class Fix(Struct, frozen=True):
    """A quick fix inside the finding's own file. `preferred` marks the one an editor may apply unasked."""

    title: str
    edits: tuple[TextEdit, ...]
    preferred: bool = False


class Finding(Struct, frozen=True):
    """A row of the Problems panel. `message` says what, why and what to do; `code` names a row of RULES.

    `is_echo`: another file has the same finding, and it counts there; here it is no more than a hint.
    """

    code: str
    span: Span
    message: str
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()
    is_echo: bool = False

    @property
    def rule(self) -> Rule:
        """The row of the table of rules that `code` names."""
        return RULES[self.code]
