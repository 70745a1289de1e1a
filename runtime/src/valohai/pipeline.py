"""``valohai.Pipeline``: pipelines written in Python, by the vendor's package valohai-papi."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Pipeline"]


class _MissingPipeline:
    """Stands in where valohai-papi is not installed, so that ``from valohai import *`` works without it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise ImportError(
            "valohai.Pipeline needs valohai-papi: pip install 'valohai-steps-runtime[pipeline]'", name="papi"
        )


def _pipeline_class() -> Any:
    try:
        from papi import Papi  # type: ignore[import-not-found,unused-ignore]  # optional
    except ImportError as error:
        if error.name != "papi":
            raise  # it is installed, and something in it is missing
        return _MissingPipeline
    return Papi


Pipeline: Any = _pipeline_class()
