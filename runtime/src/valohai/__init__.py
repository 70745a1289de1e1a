"""Valohai steps at run time: ``prepare()``, parameters, inputs, outputs and metadata.

A drop-in for ``valohai-utils``: the same public names with the same meaning. Nothing but this file is read at
``import valohai``; a name brings in its own module when it is first used (PEP 562).
"""

import os
import sys

# By hand, so that `typing` is not imported: a type checker takes any name TYPE_CHECKING as true. For the same
# reason annotations are quoted in the modules that every run needs: `__future__` is a file to be read, too.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from . import config as config
    from . import consts as consts
    from . import controller_api as controller_api
    from . import metadata as metadata
    from . import paths as paths
    from . import types as types
    from . import webhooks as webhooks
    from ._step import prepare
    from ._version import __version__ as __version__
    from .controller_api import set_status_detail
    from .distributed import distributed
    from .execution import execution
    from .inputs import inputs
    from .metadata import logger
    from .output_properties import output_properties
    from .outputs import outputs
    from .parameters import parameters
    from .pipeline import Pipeline
    from .triggers import triggers
else:
    ModuleType = type(sys)

__distribution__ = "valohai-steps-runtime"

__all__ = [
    "Pipeline",
    "distributed",
    "execution",
    "inputs",
    "logger",
    "output_properties",
    "outputs",
    "parameters",
    "prepare",
    "set_status_detail",
    "triggers",
]

# Public name -> the module that defines it under the same name.
_HOMES = {
    "Pipeline": "valohai.pipeline",
    "__version__": "valohai._version",
    "distributed": "valohai.distributed",
    "execution": "valohai.execution",
    "inputs": "valohai.inputs",
    "logger": "valohai.metadata",
    "output_properties": "valohai.output_properties",
    "outputs": "valohai.outputs",
    "parameters": "valohai.parameters",
    "prepare": "valohai._step",
    "set_status_detail": "valohai.controller_api",
    "triggers": "valohai.triggers",
}
_MODULES = ("config", "consts", "controller_api", "metadata", "paths", "types", "webhooks")


if not TYPE_CHECKING:  # else a checker would take any name for one of this module

    def __getattr__(name: str) -> object:
        home = _HOMES.get(name)
        if home is not None:
            value = getattr(__import__(home, fromlist=(name,)), name)
        elif name in _MODULES:
            value = __import__(f"valohai.{name}", fromlist=(name,))
        else:
            raise AttributeError(f"module 'valohai' has no attribute {name!r}")
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*_HOMES, *_MODULES, *(name for name in globals() if name.startswith("__"))})


class _Package(ModuleType):
    """Keeps ``valohai.inputs`` the function after ``from valohai.inputs import Input``.

    The import system binds a sub-module to its package under the sub-module's name, which would hide the
    public name of the same spelling.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def _warn_beside_valohai_utils() -> None:
    """Warn when this package was installed over ``valohai-utils``, which has the same import name.

    The vendor's sub-package ``internals`` in this folder shows it at the price of one ``stat``; only then
    is the environment's folder listed to be sure.
    """
    here = os.path.dirname(__file__)
    if not os.path.exists(f"{here}/internals/__init__.py"):
        return
    siblings = os.listdir(os.path.dirname(here))
    if any(name.startswith("valohai_utils-") and name.endswith(".dist-info") for name in siblings):
        import warnings

        message = (
            "valohai-utils and valohai-steps-runtime are both installed here, and both provide "
            "`import valohai`; keep one. "
            "Run: pip uninstall -y valohai-utils valohai-steps-runtime, then install one."
        )
        warnings.warn(message, stacklevel=3)  # the line with `import valohai`


_warn_beside_valohai_utils()
