"""The look through the workspace folders for files with steps, with progress and a way to stop it."""

import asyncio
import logging
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from valohai_steps.lsp.session import Session
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.project.workspace import scan_folders

logger = logging.getLogger(__name__)

_TITLE = "Looking for Valohai steps"


class _StopScanError(Exception):
    """Raised inside the scan's thread when nobody waits for it any more."""


class FolderScan:
    """One look through some folders, to be run in a thread of its own; `stop` may be called from any."""

    def __init__(self, snapshot: Snapshot, folders: Sequence[Path]) -> None:
        self.folders = folders
        self.entered = 0
        self.stopped = False
        self._snapshot = snapshot
        self._stop = threading.Event()

    def stop(self) -> None:
        """Let it end at the next folder."""
        self._stop.set()

    def run(self) -> set[Path]:
        """The files with steps; when it was stopped, those that were found by then."""
        found: set[Path] = set()
        try:
            for path in scan_folders(self._snapshot, self.folders, self._enter):
                found.add(path)
        except _StopScanError:
            self.stopped = True
        return found

    def _enter(self, _folder: Path) -> None:
        if self._stop.is_set():
            raise _StopScanError
        self.entered += 1


async def scan(session: Session, folders: Iterable[Path]) -> None:
    """Find the files with steps in these workspace folders, one scan at a time, and show what follows.

    One that takes longer than `session.patience` seconds is shown as progress and can be cancelled: what was
    found by then stays, and a file that is opened or changed later is found all the same.
    """
    async with session.scanning:
        workspace = session.workspace
        looked = FolderScan(workspace.begin_scan(), tuple(folders))
        running = asyncio.ensure_future(asyncio.to_thread(looked.run))
        try:
            await asyncio.wait({running}, timeout=session.patience)
            if not running.done() and session.capabilities.progress:
                await _show_progress(session, looked, running)
            workspace.end_scan(await running, () if looked.stopped else looked.folders)
        finally:
            looked.stop()  # also when the session ends meanwhile
    session.show_all()


async def _show_progress(session: Session, looked: FolderScan, running: "asyncio.Future[set[Path]]") -> None:
    """Show the progress until the scan ends, and stop it when the person cancels."""
    progress = session.client.work_done_progress
    session.progresses += 1
    token = f"valohai-steps/scan/{session.progresses}"
    try:
        await progress.create_async(token)
    except JsonRpcException as error:
        logger.warning("the client shows no progress: %s", error)
        return
    progress.tokens[token].add_done_callback(lambda _cancelled: looked.stop())
    progress.begin(token, lsp.WorkDoneProgressBegin(_TITLE, cancellable=True, message=_message(looked)))
    while not running.done():
        await asyncio.wait({running}, timeout=session.patience)
        progress.report(token, lsp.WorkDoneProgressReport(cancellable=True, message=_message(looked)))
    progress.end(token, lsp.WorkDoneProgressEnd(message=_message(looked)))
    progress.tokens.pop(token, None)


def _message(looked: FolderScan) -> str:
    return f"{looked.entered} folder{'' if looked.entered == 1 else 's'}"
