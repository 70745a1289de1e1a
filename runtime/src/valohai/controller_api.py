"""Calls to Valohai about this execution."""

from __future__ import annotations

__all__ = ["set_status_detail"]


def set_status_detail(status_detail: str) -> None:
    """Show ``status_detail`` beside the execution on Valohai; elsewhere, do nothing.

    A call that fails is a warning, for the execution's own work is not touched by it.
    """
    from ._platform.api import call_endpoint

    try:
        call_endpoint("set_status_detail", payload={"status_detail": status_detail})
    except FileNotFoundError:
        return  # no api.json: this is not an execution
    except (OSError, ValueError) as error:
        import warnings

        warnings.warn(f"set_status_detail({status_detail!r}): not sent: {error}", stacklevel=2)
