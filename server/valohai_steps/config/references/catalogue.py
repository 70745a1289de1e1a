"""What the items of a file declare, by name."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from valohai_steps.config.model.items import Endpoint, Step, Task, Thing


class Catalogue(Struct, frozen=True):
    """Steps, tasks and endpoints by name. `complete`: all that there are have a name that can be read."""

    steps: Mapping[str, Step]
    tasks: Mapping[str, Task]
    endpoints: Mapping[str, Endpoint]
    complete: bool

    @staticmethod
    def of(things: Sequence[Thing | None], *, complete: bool) -> "Catalogue":
        """The catalogue of a file's items. Of two with one name the last counts, as in Valohai."""
        named = [each for each in things if each is not None and each.name is not None]
        whole = len(named) == sum(each is not None for each in things)
        return Catalogue(
            {each.name.text: each for each in named if isinstance(each, Step) and each.name},
            {each.name.text: each for each in named if isinstance(each, Task) and each.name},
            {each.name.text: each for each in named if isinstance(each, Endpoint) and each.name},
            complete and whole,
        )
