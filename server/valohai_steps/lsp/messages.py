"""What is said to a person who asked for something: never after a keystroke (STYLE rule 10)."""

import functools
import inspect
import logging
from collections.abc import Callable
from typing import Any

from lsprotocol import types as lsp

from valohai_steps.ide.update.update import Refused
from valohai_steps.lsp.session import Session
from valohai_steps.project.files import FileError

logger = logging.getLogger(__name__)


def inform(session: Session, text: str) -> None:
    """Say that something was done, or that there was nothing to do."""
    session.client.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, text))


def refuse(session: Session, why: Refused, effect: str = "") -> None:
    """Say what stands in the way, and the `effect` that this has."""
    tell_error(session, f"{why.path.name}: {why.reason}{f' ({effect})' if effect else ''}")


def tell_error(session: Session, text: str) -> None:
    """Say that something went wrong."""
    session.client.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, text))


def spoken(handle: Callable[..., Any]) -> Callable[..., Any]:
    """A command that says which file it could not read, and then answers with null."""

    @functools.wraps(handle)
    def answer(session: Session, *arguments: Any) -> Any:
        try:
            return handle(session, *arguments)
        except FileError as error:
            tell_error(session, str(error))
            return None

    @functools.wraps(handle)
    async def answer_later(session: Session, *arguments: Any) -> Any:
        try:
            return await handle(session, *arguments)
        except FileError as error:
            tell_error(session, str(error))
            return None

    return answer_later if inspect.iscoroutinefunction(handle) else answer
