"""A trace: where the references to one value go, and what they may do to it."""

from collections.abc import Iterator
from typing import TypeAlias, TypeVar

from msgspec import Struct

from valohai_steps.source.evaluation.evaluator import Evaluator, shortened
from valohai_steps.source.evaluation.uses.mentions import attributes_named
from valohai_steps.source.evaluation.uses.tracing.reach import Effect, Reach, Shape, Why
from valohai_steps.source.evaluation.uses.tracing.reflection import reflections
from valohai_steps.source.tree.binding import Binding, BindingKind, bound_at
from valohai_steps.source.tree.mutations import Mutation
from valohai_steps.source.tree.scope import function_of, scope_of
from valohai_steps.source.tree.syntax import Node, field, parts

# Longer ways than these are not followed: the value counts as handed out where they begin.
_MOST_STEPS = 20_000
_DEEPEST_CALL = 6
_MOST_ABOVE = 12
_FRESH = frozenset(
    (
        "dictionary",
        "list",
        "set",
        "list_comprehension",
        "dictionary_comprehension",
        "set_comprehension",
    )
)


# An expression, or what binds a name, by its id; how it reaches the value; the calls on the way there.
_Place: TypeAlias = tuple[int, Reach, tuple[int, ...]]
_Key = TypeVar("_Key")


class Frame(Struct, frozen=True):
    """Where a trace stands: in the text of `program`, on the way from `origin`.

    In a function that a call brought it into, `call` is that call, `function` the function, `outer` the frame
    around it, and `at` the node in the first text where it went in. `route` are the calls on the way there,
    by the ids of their nodes in the tree: what is returned goes back to each of them. With `is_each` the call
    gives a container of what the function returns: `map(f, p)`.
    """

    program: Evaluator
    origin: Node
    at: Node | None = None
    call: Node | None = None
    function: Node | None = None
    outer: "Frame | None" = None
    route: tuple[int, ...] = ()
    is_each: bool = False


class Trace:
    """Collects effects on a value of this shape."""

    def __init__(self, shape: Shape) -> None:
        self.levels = shape.levels
        self.is_dict = shape.is_dict
        self._arrays = shape.arrays
        self.effects: list[Effect] = []
        self._waiting: list[tuple[Node, Reach, Frame]] = []
        self._seen: dict[_Place, list[int]] = {}
        self._named: dict[_Place, list[int]] = {}
        self._members: dict[tuple[int, str, Reach, tuple[int, ...]], list[int]] = {}

    def is_array(self, reach: Reach) -> bool:
        """Whether an expression is a list in the value that numpy copies as numbers."""
        return self._arrays is not None and not reach.above and reach.inside >= self._arrays

    def follow(self, node: Node, reach: Reach, frame: Frame) -> None:
        """Look later at what becomes of the expression `node`."""
        if reach.inside >= self.levels:
            return  # nothing that can be changed is reached
        if not _is_new(self._seen, (node.id, reach, frame.route), frame.origin):
            return
        if len(self._seen) > _MOST_STEPS or reach.above > _MOST_ABOVE:
            self.harm(node, reach, frame, "goes on ways that are too long to follow", "use")
            return
        self._waiting.append((node, reach, frame))

    def name(self, identifier: Node, reach: Reach, frame: Frame) -> None:
        """Follow every use of the name that is bound at `identifier`."""
        scopes = frame.program.scopes
        name = frame.program.syntax.name(identifier)
        bindings = scopes.bindings(name, identifier) or bound_at(identifier)
        if not bindings or not _is_new(self._named, (bindings[0].node.id, reach, frame.route), frame.origin):
            return
        for use in scopes.uses_of_any(bindings):
            self.follow(use, reach, frame)
        if any(scope_of(binding.node).type == "class_definition" for binding in bindings):
            self.member(name, reach, frame)

    def member(self, name: str, reach: Reach, frame: Frame) -> None:
        """Follow every expression through which an attribute of this name is reached, of whatever class."""
        if _is_new(self._members, (id(frame.program), name, reach, frame.route), frame.origin):
            for holder in attributes_named(frame.program, name):
                self.follow(holder, reach, frame)
            self.reflected(name, reach, frame)

    def reflected(self, name: str, reach: Reach, frame: Frame) -> None:
        """Follow every other expression through which an attribute of this name is reached."""
        for node, above in reflections(frame.program, name):
            if above is not None:
                self.follow(node, reach.held if above else reach, frame)
            elif reach.inside < self.levels:
                self.harm(node, reach, frame, f"may be changed through the attribute `{name}`", "keep")

    def waiting(self) -> Iterator[tuple[Node, Reach, Frame]]:
        """What is still to be looked at, until nothing is left."""
        while self._waiting:
            yield self._waiting.pop()

    def harm(self, node: Node, reach: Reach, frame: Frame, how: str = "", instead: str = "") -> None:
        """The value, or the part of it that is reached, may be changed at `node`."""
        self.blame(node, reach, frame, Why(how, instead))

    def blame(self, node: Node, reach: Reach, frame: Frame, why: Why) -> None:
        """The same, with what is said of it."""
        place = node if frame.at is None else frame.at
        is_open = bool(why.how)
        if frame.at is not None and not why.how:
            function = field(frame.at, "function")
            source = "" if function is None or function.text is None else function.text.decode()
            why = Why(f"is passed to `{shortened(source)}()`, which changes it", "pass")
        self.effects.append(
            Effect(place, frame.origin, reach.inside, why.how, why.instead, None, why.related, is_open)
        )

    def change(self, node: Node, reach: Reach, frame: Frame) -> None:
        """The container at hand is changed: this counts when it is the value, or in it."""
        if not reach.above:
            self.harm(node, reach, frame)

    def mutate(self, mutation: Mutation, origin: Node) -> None:
        """A change of the value by its own name."""
        inside = max(len(mutation.keys) - (mutation.action in ("set", "delete")), int(mutation.is_deep))
        self.effects.append(Effect(mutation.node, origin, inside, mutation=mutation))


def _is_new(seen: dict[_Key, list[int]], place: _Key, origin: Node) -> bool:
    """Whether what becomes of a place is still to be looked at.

    It is for two origins: what only one use of the value leads to is not held against that use itself.
    """
    origins = seen.setdefault(place, [])
    if len(origins) > 1 or origin.id in origins:
        return False
    origins.append(origin.id)
    return True


def entered(frame: Frame, program: Evaluator, call: Node, function: Node) -> Frame | None:
    """The frame in a function that is called with the value; None when that is too deep to follow."""
    if len(frame.route) >= _DEEPEST_CALL:
        return None
    at = call if frame.at is None else frame.at
    return Frame(program, frame.origin, at, call, function, frame, (*frame.route, call.id))


def uses_of(program: Evaluator, binding: Binding) -> tuple[Node, ...]:
    """The places that use what a binding binds, in order; those that bind it are none."""
    return program.scopes.uses_of(binding)


def fresh_holder(program: Evaluator, holder: Node) -> Node | None:
    """The name of a container that is made where its name is bound, so that all its uses are seen."""
    while holder.type == "parenthesized_expression":
        holder = parts(holder)[0]
    if holder.type != "identifier":
        return None
    bindings = program.scopes.bindings(program.syntax.name(holder), holder)
    if len(bindings) != 1 or bindings[0].kind is not BindingKind.ASSIGNED or bindings[0].value is None:
        return None
    value = bindings[0].value
    if _is_shared(value):
        return None
    if value.type in _FRESH:
        return holder
    function = field(value, "function") if value.type == "call" else None
    if function is None or function.type != "identifier":
        return None
    name = program.syntax.name(function)
    is_builtin = program.is_builtin(function)
    return holder if is_builtin and name in ("dict", "list", "set") else None


def _is_shared(value: Node) -> bool:
    """Whether an expression goes elsewhere than to one name: `a = b = {}`, `f(a := {})`."""
    parent = value.parent
    if parent is None or parent.type != "assignment":
        return True
    outer = parent.parent
    return outer is None or outer.type != "expression_statement"


def own_function(node: Node) -> Node:
    """The function whose body holds the node."""
    return function_of(node)


def class_of(function: Node) -> Node | None:
    """The class whose body defines a function; None when it is no method."""
    scope = scope_of(function)
    return scope if scope.type == "class_definition" else None
