"""How an expression reaches a value that is watched, and what may happen to the value there."""

from msgspec import Struct

from valohai_steps.model.finding import Related
from valohai_steps.source.tree.mutations import Mutation
from valohai_steps.source.tree.syntax import Node


class Shape(Struct, frozen=True):
    """What counts of a value for what may be done to it.

    `levels` is how deep it can be changed, `is_dict` whether it is a dict, and `arrays` how deep in it all
    lists are arrays of numbers (`arrays_from`); None: they are taken for none.
    """

    levels: int
    is_dict: bool
    arrays: int | None = None


class Reach(Struct, frozen=True):
    """An expression's relation to the value that is watched.

    `above` counts the other containers around it: 0 for `p`, 1 for `[p]`. `inside` is how deep in the value
    the expression reaches: 0 is the value itself, 1 one of its elements, as in `p["x"]`.
    """

    above: int = 0
    inside: int = 0

    @property
    def held(self) -> "Reach":
        """In a container that holds the expression: `[p]`."""
        return Reach(self.above + 1, self.inside)

    @property
    def part(self) -> "Reach":
        """An element of the expression: `p["x"]`."""
        return Reach(self.above - 1, self.inside) if self.above else Reach(0, self.inside + 1)

    @property
    def copied(self) -> "Reach":
        """Another container with the same elements: `dict(p)`."""
        return self if self.above else Reach(1, self.inside + 1)

    @property
    def paired(self) -> "Reach":
        """An iterable of tuples that hold the elements: `p.items()`, `zip(p)`."""
        return self.copied.held


class Effect(Struct, frozen=True):
    """What may change the value, or a part of it at depth `inside`.

    `node` is where it happens, in the file of the value's use; `origin` the name or expression in that file
    from which it comes. `how` is what is said of the value ("is passed to `tune()`, which may change it"),
    empty for a plain change; `instead` begins the advice ("pass"). `mutation` is a change that may be
    followed. `related` are other places that make it so. `is_open`: so may all that is deeper in the value.
    """

    node: Node
    origin: Node
    inside: int
    how: str = ""
    instead: str = ""
    mutation: Mutation | None = None
    related: tuple[Related, ...] = ()
    is_open: bool = False


class Why(Struct, frozen=True):
    """How a value may be changed, what to do instead, and the places that make it so."""

    how: str
    instead: str = "use"
    related: tuple[Related, ...] = ()
