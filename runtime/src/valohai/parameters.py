"""``valohai.parameters(name).value``."""

from ._step.state import current_step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Parameter", "parameters"]


class Parameter:
    """A parameter of the current step, by its declared name."""

    def __init__(self, name: str, default: "Any" = None) -> None:
        """``default`` is the value if neither ``prepare()`` nor Valohai knows the name."""
        self.name = str(name)
        self.default = default

    @property
    def value(self) -> "Any":
        """The value in the declared type: the command line's, else Valohai's, else the declared default.

        Without ``prepare()``, Valohai's ``parameters.json`` alone declares names and types.
        """
        return current_step().parameters.get(self.name, self.default)


parameters = Parameter
