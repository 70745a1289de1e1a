"""workspace/codeLens/refresh and that of hints: a module of its own, because a keystroke asks whether to send
them, and what makes lenses is loaded with the first one that is asked for."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from valohai_steps.lsp.session import Session

# Seconds without a change that count as a rest.
_REST = 0.3


def refresh_lenses(session: Session, paths: Iterable[Path]) -> None:
    """Make the client ask again: the steps of these files stand differently, and nobody typed in them.

    Lenses and hints are drawn over the text: they follow when the typing on the other side rests.
    """
    client = session.capabilities
    if not (client.refresh_code_lenses or client.refresh_inlay_hints):
        return
    if any(session.open.of(path) for path in paths):
        if session.lens_refresh is not None:
            session.lens_refresh.cancel()
        session.lens_refresh = asyncio.get_running_loop().call_later(_REST, _refresh, session)


def _refresh(session: Session) -> None:
    session.lens_refresh = None
    if session.capabilities.refresh_code_lenses:
        session.client.workspace_code_lens_refresh(None)
    if session.capabilities.refresh_inlay_hints:
        session.client.workspace_inlay_hint_refresh(None)
