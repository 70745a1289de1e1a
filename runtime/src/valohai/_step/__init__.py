"""A step at run time: ``prepare()`` declares it; here are its definitions, and the values that reach it.

``prepare()`` stands in this file, not in one of its own, for each file costs every run a tenth of a
millisecond.
"""

from .state import Step, declare, load_step, process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from valohai.types import InputDict, ParameterDict


def prepare(  # noqa: PLR0913  # the public signature
    *,
    step: str,
    default_parameters: "Optional[ParameterDict]" = None,
    default_inputs: "Optional[InputDict]" = None,
    image: "Optional[str]" = None,
    environment: "Optional[str]" = None,
    multifile: bool = False,
    upload_store: "Optional[str]" = None,
) -> None:
    """Declare a step, and take the values of its parameters and inputs.

    A value comes from the command line (``--name=value``), else from Valohai's ``parameters.json`` and
    ``inputs.json``, else it is the default given here. ``valohai-steps update`` writes the same declaration
    to ``valohai.yaml``. A second call replaces the first.

    step: name of the step in ``valohai.yaml``.
    default_parameters: name -> int, float, str, bool, None, a list or tuple of one of these, or a nested
        definition with the keys of a parameter in ``valohai.yaml`` (``default``, ``type``, ``min``, ...).
    default_inputs: name -> URI or path, a list of these, None, or a nested definition (``default``, ...).
    image, environment, upload_store, multifile: for ``valohai.yaml`` only; without effect at run time.

    Raises ValueError that names two names that clash, or an impossible definition. Ends the process with
    exit code 2 and one line on standard error for an invalid value on the command line, with 0 after
    ``--help``. Unknown arguments cause one warning, and ``sys.argv`` stays as it is.
    """
    del environment, multifile, upload_store
    prepared = Step(step, image)
    declare(prepared, default_parameters or {}, default_inputs or {})
    process.step = load_step(prepared)
