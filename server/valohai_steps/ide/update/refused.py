"""Why something may not be written."""

from pathlib import Path

from msgspec import Struct

from valohai_steps.model.text import Span


class Refused(Struct, frozen=True):
    """Why nothing may be written: where, and what to do. `span` is None when no one place is to blame."""

    path: Path
    reason: str
    span: Span | None = None
