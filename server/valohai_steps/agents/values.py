"""Values of Python and YAML as an answer can hold them."""

import math

from valohai_steps.drift.declaration import Absent
from valohai_steps.model.step import PythonValue


def plain(value: PythonValue | Absent) -> object:
    """The value as JSON has it; what JSON has no word for as Python writes it, and nothing as None."""
    match value:
        case None | bool() | int() | str():
            return value
        case float() if math.isfinite(value):
            return value
        case list() | tuple():
            return [plain(each) for each in value]
        case dict():
            return {str(key): plain(each) for key, each in value.items()}
        case Absent():
            return None
        case _:
            return repr(value)
