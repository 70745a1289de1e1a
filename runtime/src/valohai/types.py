"""What ``prepare()`` takes, for annotations."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence, Union

__all__ = ["InputDict", "ParameterDict", "ParameterValue"]

ParameterValue = Union[int, float, bool, str, List[Any], Dict[str, Any], None]
# Mappings, so that a dict of one value type is accepted: dict[str, float] is no dict[str, int | float].
ParameterDict = Mapping[str, Union[int, float, bool, str, Sequence[Any], Mapping[str, Any], None]]
InputDict = Mapping[str, Union[str, Sequence[str], Mapping[str, Any], None]]
