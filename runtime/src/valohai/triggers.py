"""``valohai.triggers(title)``: the webhooks that a Valohai project offers to its executions."""

from __future__ import annotations

from .webhooks import Webhook, WebhookException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

__all__ = ["TriggerException", "Triggers", "triggers"]


class TriggerException(WebhookException):
    """A required trigger was not found."""


class Triggers:
    """The project's triggers, each looked up once."""

    def __init__(self) -> None:
        self._found: dict[str, Webhook] = {}

    def __call__(self, title_or_uuid: str, *, required: bool = True) -> Optional[Webhook]:
        """The trigger of that title or id; None if it cannot be looked up and is not ``required``.

        Raises TriggerException if it is required.
        """
        if title_or_uuid not in self._found:
            from ._platform.api import call_endpoint

            try:
                manifest = call_endpoint("trigger_catalog", params={"q": title_or_uuid}).json()["manifest"]
                self._found[title_or_uuid] = Webhook(**manifest)
            except (OSError, ValueError, LookupError, TypeError) as error:
                if not required:
                    return None
                why = (
                    "this is not a Valohai execution" if isinstance(error, FileNotFoundError) else str(error)
                )
                raise TriggerException(f"trigger {title_or_uuid!r} cannot be looked up: {why}") from error
        return self._found[title_or_uuid]


triggers = Triggers()
