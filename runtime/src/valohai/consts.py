"""Names that Valohai's tools agree on."""

from __future__ import annotations

DEFAULT_DOCKER_IMAGE = "python:3.11-slim"
VH_LOCAL_CONFIG_DIR = ".valohai/config"
VH_LOCAL_INPUTS_DIR = ".valohai/inputs"
VH_LOCAL_OUTPUTS_DIR = ".valohai/outputs"
VH_LOCAL_REPOSITORY_DIR = "."
