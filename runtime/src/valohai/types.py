"""What ``prepare()`` takes, for annotations."""

from __future__ import annotations

from typing import Mapping

__all__ = ["InputDict", "ParameterDict"]

# `object`, for a checker infers dict[str, object] for a dict of a number and a list that is made on a line
# of its own, as in the documentation. prepare() checks the values, and so does valohai-steps in the editor.
ParameterDict = Mapping[str, object]
InputDict = Mapping[str, object]
