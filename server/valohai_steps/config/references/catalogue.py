"""What the items of a file declare, by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.config.model.items import Endpoint, Step, Task, Thing

_Named = TypeVar("_Named", Step, Task, Endpoint)


class Catalogue(Struct, frozen=True):
    """Steps, tasks and endpoints by name. `complete`: all that there are have a name that can be read.

    Two of one name are one mistake: what either of them has is there, and nothing is said of what names it.
    """

    steps: Mapping[str, Step]
    tasks: Mapping[str, Task]
    endpoints: Mapping[str, Endpoint]
    complete: bool

    @staticmethod
    def of(things: Sequence[Thing | None], *, complete: bool) -> "Catalogue":
        """The catalogue of a file's items."""
        named = [each for each in things if each is not None and each.name is not None]
        whole = len(named) == sum(each is not None for each in things)
        return Catalogue(
            _by_name((each for each in named if isinstance(each, Step)), _either_step),
            _by_name((each for each in named if isinstance(each, Task)), _either_task),
            _by_name((each for each in named if isinstance(each, Endpoint)), _either_endpoint),
            complete and whole,
        )


def _by_name(things: Iterable[_Named], either: Callable[[_Named, _Named], _Named]) -> dict[str, _Named]:
    found: dict[str, _Named] = {}
    for each in things:
        if each.name is not None:
            name = each.name.text
            found[name] = either(found[name], each) if name in found else each
    return found


def _either_step(one: Step, other: Step) -> Step:
    """What either of two steps of one name has; no input is missing that one of them may not need."""
    return replace(
        other,
        parameters=(*one.parameters, *other.parameters),
        inputs=tuple(replace(each, open=False) for each in (*one.inputs, *other.inputs)),
        knows_parameters=one.knows_parameters and other.knows_parameters,
        knows_inputs=one.knows_inputs and other.knows_inputs,
        source_path=one.source_path if other.source_path is None else other.source_path,
        doubled=True,
    )


def _either_task(one: Task, other: Task) -> Task:
    same = one.step is not None and other.step is not None and one.step.text == other.step.text
    return other if same else replace(other, step=None)


def _either_endpoint(one: Endpoint, other: Endpoint) -> Endpoint:
    known = one.files is not None and other.files is not None
    return replace(other, files=(*(one.files or ()), *(other.files or ())) if known else None)
