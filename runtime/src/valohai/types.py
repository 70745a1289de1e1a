"""What ``prepare()`` takes, for annotations."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence, Union

__all__ = ["InputDict", "ParameterDict", "ParameterValue"]

ParameterValue = Union[int, float, bool, str, None, List[Any], Dict[str, Any]]
# Mappings, so that a dict of one value type is accepted: dict[str, float] is no dict[str, int | float].
ParameterDict = Mapping[str, Union[int, float, bool, str, None, Sequence[Any], Mapping[str, Any]]]
InputDict = Mapping[str, Union[str, None, Sequence[str], Mapping[str, Any]]]
