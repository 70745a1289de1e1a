"""Notebooks, by the variables that Jupyter and Valohai set."""

from __future__ import annotations

import os


def is_in_notebook() -> bool:
    """Whether a Jupyter kernel, or Valohai running a notebook, started this process."""
    return any(
        os.environ.get(name)
        for name in ("JPY_PARENT_PID", "JPY_SESSION_NAME", "VALOHAI_NOTEBOOK_INSTANCE_ID")
    )
