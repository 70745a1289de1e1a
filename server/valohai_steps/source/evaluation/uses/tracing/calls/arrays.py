"""Which parts of a value numpy copies as numbers: others it keeps as objects."""

from valohai_steps.model.step import PythonValue, Static
from valohai_steps.source.evaluation.result import Evaluated


def arrays_from(found: Evaluated) -> int:
    """How deep in a value every list is an array of numbers or strings, with rows of one length.

    0 for `[[1, 2], [3, 4]]`, 1 for `{"x": [1, 2]}`; a dict is no array, whatever is in it.
    """
    if found.entries is not None:
        return 1 + max((arrays_from(entry.found) for entry in found.entries), default=0)
    return _from(found.value.value) if isinstance(found.value, Static) else 1


def _from(value: PythonValue) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_from, value.values()), default=0)
    if isinstance(value, (list, tuple)) and _shape(value) is None:
        return 1 + max(map(_from, value))
    return 1 if isinstance(value, (set, frozenset)) else 0


def _shape(value: PythonValue) -> tuple[int, ...] | None:
    """The lengths of an array by its dimensions; None when it is none."""
    if not isinstance(value, (list, tuple)):
        return None if isinstance(value, (dict, set, frozenset)) else ()
    shapes = {_shape(each) for each in value}
    inner = shapes.pop() if len(shapes) == 1 else None
    return (0,) if not value else None if inner is None else (len(value), *inner)
