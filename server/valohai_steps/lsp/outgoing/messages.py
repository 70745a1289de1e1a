"""What is said to a person who asked for something: never after a keystroke (STYLE rule 10)."""

import functools
import inspect
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from lsprotocol import types as lsp

from valohai_steps.ide.update.update import Refused
from valohai_steps.lsp.outgoing.obstacles import at_line
from valohai_steps.lsp.session import Session
from valohai_steps.project.disk.files import FileError, UnreadableFile

logger = logging.getLogger(__name__)


def inform(session: Session, text: str) -> None:
    """Say that something was done, or that there was nothing to do."""
    session.client.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, text))


def refuse(session: Session, why: Refused, effect: str = "") -> None:
    """Say what stands in the way, and the `effect` that this has."""
    tell_error(session, f"{at_line(session, why)}: {why.reason}{f' ({effect})' if effect else ''}")


def tell_error(session: Session, text: str) -> None:
    """Say that something went wrong."""
    session.client.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, text))


@contextmanager
def _telling(session: Session, arguments: Sequence[Any]) -> Iterator[bool]:
    """Say what keeps a command from being carried out; whether the files that it is about can be read."""
    unreadable = next(_unreadable(session, arguments), None)
    if unreadable is not None:
        tell_error(session, str(unreadable))
    try:
        yield unreadable is None
    except FileError as error:
        tell_error(session, str(error))


def _unreadable(session: Session, arguments: Sequence[Any]) -> Iterator[UnreadableFile]:
    """The file that the first argument names by its URI, and its valohai.yaml, as far as not readable."""
    snapshot = session.workspace.snapshot
    path = session.path(arguments[0]) if arguments and isinstance(arguments[0], str) else None
    for each in () if path is None else dict.fromkeys((path, snapshot.yaml_path(path))):
        text = snapshot.text(each)
        if isinstance(text, UnreadableFile):
            yield text


def spoken(handle: Callable[..., Any]) -> Callable[..., Any]:
    """A command that says which file it could not read, or may not edit, and then answers with null."""

    @functools.wraps(handle)
    def answer(session: Session, *arguments: Any) -> Any:
        with _telling(session, arguments) as goes_on:
            return handle(session, *arguments) if goes_on else None
        return None

    @functools.wraps(handle)
    async def answer_later(session: Session, *arguments: Any) -> Any:
        with _telling(session, arguments) as goes_on:
            return await handle(session, *arguments) if goes_on else None
        return None

    return answer_later if inspect.iscoroutinefunction(handle) else answer
