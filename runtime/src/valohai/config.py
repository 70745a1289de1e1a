"""Where this code is running, by Valohai's environment variables."""

from __future__ import annotations

import os

__all__ = ["is_flat_output_path", "is_running_in_valohai", "is_valohai_deployment"]


def is_running_in_valohai() -> bool:
    """Whether this is an execution on Valohai (``VH_JOB_ID`` is set)."""
    return bool(os.environ.get("VH_JOB_ID"))


def is_valohai_deployment() -> bool:
    """Whether this serves a Valohai deployment (``VALOHAI_PORT``, or the file that its image carries)."""
    return bool(os.environ.get("VALOHAI_PORT")) or os.path.exists("/valohai/valohai-metadata.json")


def is_flat_output_path() -> bool:
    """Whether local outputs go straight to ``.valohai/outputs`` (``VH_FLAT_LOCAL_OUTPUTS`` is set)."""
    return bool(os.environ.get("VH_FLAT_LOCAL_OUTPUTS"))
