"""Folders and files of a run: ``/valohai/...`` on Valohai, ``.valohai/...`` elsewhere.

``VH_CONFIG_DIR``, ``VH_INPUTS_DIR``, ``VH_OUTPUTS_DIR`` and ``VH_REPOSITORY_DIR`` take precedence.
"""

from __future__ import annotations

import os

from . import consts
from ._step.state import config_folder, process
from .config import is_flat_output_path, is_running_in_valohai

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

__all__ = [
    "get_api_config_path",
    "get_config_path",
    "get_distributed_config_path",
    "get_inputs_config_path",
    "get_inputs_path",
    "get_outputs_path",
    "get_parameters_config_path",
    "get_repository_path",
]


def get_config_path() -> str:
    """The folder of Valohai's configuration files."""
    return config_folder()


def get_inputs_path(input_name: Optional[str] = None) -> str:
    """The folder of the input ``input_name``, or the one of all inputs of the current step."""
    path = _folder("VH_INPUTS_DIR", "inputs", f"{consts.VH_LOCAL_INPUTS_DIR}/{_step_folder()}")
    return os.path.join(path, input_name) if input_name else path


def get_outputs_path() -> str:
    """The folder of all outputs; locally a new one for each run, unless ``VH_FLAT_LOCAL_OUTPUTS`` is set."""
    local = consts.VH_LOCAL_OUTPUTS_DIR
    if not (is_flat_output_path() or is_running_in_valohai()):
        local = f"{local}/{_run_folder()}/{_step_folder()}"
    return _folder("VH_OUTPUTS_DIR", "outputs", local)


def get_repository_path() -> str:
    """The folder of the project's code."""
    return _folder("VH_REPOSITORY_DIR", "repository", consts.VH_LOCAL_REPOSITORY_DIR)


def get_inputs_config_path() -> str:
    """The file in which Valohai lists the inputs and their files."""
    return f"{get_config_path()}/inputs.json"


def get_parameters_config_path() -> str:
    """The file in which Valohai gives the parameters' values."""
    return f"{get_config_path()}/parameters.json"


def get_distributed_config_path() -> str:
    """The file in which Valohai describes the members of a distributed task."""
    return f"{get_config_path()}/distributed.json"


def get_api_config_path() -> str:
    """The file that says how this execution may call Valohai."""
    return f"{get_config_path()}/api.json"


def _folder(variable: str, on_valohai: str, local: str) -> str:
    return os.environ.get(variable) or (f"/valohai/{on_valohai}" if is_running_in_valohai() else local)


def _step_folder() -> str:
    name = process.step and process.step.name
    return name or "default"


def _run_folder() -> str:
    """One name for the outputs of this process, chosen when it is first needed."""
    if process.run is None:
        import time
        import uuid

        process.run = f"{time.strftime('%Y%m%d-%H%M%S')}-{uuid.uuid4().hex[:6]}"
    return process.run
