"""Where something stands in the way, in words and as a place that the client can go to."""

from typing import Any

from valohai_steps.ide.update.update import Refused
from valohai_steps.lsp.session import Session
from valohai_steps.model.text import Span


def at_line(session: Session, obstacle: Refused) -> str:
    """`valohai.yaml:7`, lines from 1; the file alone where no one place is to blame."""
    if obstacle.span is None:
        return obstacle.path.name
    line = session.location(obstacle.path, obstacle.span).range.start.line
    return f"{obstacle.path.name}:{line + 1}"


def described(session: Session, obstacle: Refused) -> dict[str, Any]:
    """The place and the reason, as the command `valohai-steps.state` answers them."""
    place = session.location(obstacle.path, obstacle.span or Span(0, 0))
    return {
        "uri": place.uri,
        "range": place.range,
        "place": at_line(session, obstacle),
        "reason": obstacle.reason,
    }
