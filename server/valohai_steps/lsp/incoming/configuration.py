"""The editor's settings: as they are pushed, as they are asked for."""

import logging
from pathlib import Path

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from valohai_steps.lsp.incoming.scanning import scan
from valohai_steps.lsp.session import Session
from valohai_steps.project.settings.settings import SETTING_NAMES, Settings, merge_settings
from valohai_steps.project.snapshot import Snapshot

SECTION = "valohai-steps"

logger = logging.getLogger(__name__)


def take_settings(session: Session, settings: object) -> None:
    """Settings that count from now on; None when the client has none."""
    if isinstance(settings, dict):
        session.workspace.set_overrides(settings)
    elif settings is not None:
        logger.warning("the editor's settings are not a table and are ignored: %r", settings)


async def ask_settings(session: Session) -> None:
    """Ask the client for its settings; when it cannot say, those that it sent before stay."""
    item = lsp.ConfigurationItem(section=SECTION)
    try:
        answer = await session.client.workspace_configuration_async(lsp.ConfigurationParams([item]))
    except JsonRpcException as error:
        logger.warning("the client does not send its settings: %s", error)
        return
    take_settings(session, answer[0] if answer else None)


def did_change_configuration(session: Session, params: lsp.DidChangeConfigurationParams) -> None:
    """The editor's settings changed; a client that does not say how is asked."""
    before = excludes(session)
    pushed = _pushed(params.settings)
    if pushed is None and session.capabilities.configuration:
        session.spawn(_ask_again(session))
    else:
        take_settings(session, pushed)
        show_settings(session, before)


def show_settings(session: Session, before: list[tuple[str, ...]]) -> None:
    """Show what follows from settings that have just changed; `before` is what was excluded until then."""
    report_problems(session, loud=True)
    session.show_all()
    if excludes(session) != before:
        session.spawn(scan(session, session.workspace.roots))


def excludes(session: Session) -> list[tuple[str, ...]]:
    """What is not looked at in each workspace folder. Nothing where its settings cannot be read."""
    return [_excluded(session.workspace.snapshot, root) for root in session.workspace.roots]


def report_problems(session: Session, *, loud: bool) -> None:
    """Say once what is wrong with the settings: to a person who has just changed them, else in the log."""
    problems = _problems(session)
    new = [problem for problem in problems if problem not in session.settings_problems]
    session.settings_problems = problems
    for problem in new:
        logger.warning("%s", problem)
        message = f"valohai-steps: {problem}"
        if loud:
            session.client.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, message))
        else:
            session.client.window_log_message(lsp.LogMessageParams(lsp.MessageType.Warning, message))


async def _ask_again(session: Session) -> None:
    before = excludes(session)
    await ask_settings(session)
    show_settings(session, before)


def _pushed(settings: object) -> object:
    """What a notification says of our settings; None when it says nothing."""
    if not isinstance(settings, dict):
        return None
    if SECTION in settings:
        return settings[SECTION]
    return settings if settings.keys() & set(SETTING_NAMES) else None


def _problems(session: Session) -> tuple[str, ...]:
    snapshot = session.workspace.snapshot
    found = list(merge_settings(Settings(), snapshot.overrides, "editor settings")[1])
    for root in snapshot.roots:
        found += _problems_in(snapshot, root)
    return tuple(dict.fromkeys(found))


def _problems_in(snapshot: Snapshot, folder: Path) -> tuple[str, ...]:
    inside = folder / "pyproject.toml"
    refused = (f"[tool.valohai-steps]: {each.reason}" for each in snapshot.refused_settings(inside))
    return (*snapshot.settings_problems(inside), *refused)


def _excluded(snapshot: Snapshot, folder: Path) -> tuple[str, ...]:
    return snapshot.settings(folder / "pyproject.toml").exclude
