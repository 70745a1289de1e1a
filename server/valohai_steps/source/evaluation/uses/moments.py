"""Moments: whether code at one place can run before another place is reached.

A function's body runs where the function is called; one that leaves by any other way than a call may run at
any later time. Places are compared in the bodies that hold both; loops count as a whole.
"""

from collections.abc import Iterator
from math import inf

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.tables.harmless import DECORATORS
from valohai_steps.source.evaluation.uses.tracing.calls.callees import full_name
from valohai_steps.source.evaluation.uses.tracing.trace import class_of, uses_of
from valohai_steps.source.tree.binding import BindingKind, bound_at, statement_of
from valohai_steps.source.tree.execution_order import loops_around
from valohai_steps.source.tree.nodes import call_given, called_at, member_at
from valohai_steps.source.tree.scope import function_of, scope_of
from valohai_steps.source.tree.syntax import Node, field, parts

_COMPOUND = (
    "_definition",
    "for_statement",
    "while_statement",
    "if_statement",
    "try_statement",
    "match_statement",
)
_RUNNERS = frozenset(("asyncio.run", "anyio.run", "trio.run"))
# They call the function that they get, once, before they return.
_STARTERS = frozenset(("fire.Fire", "typer.run", "absl.app.run", "jsonargparse.CLI"))
_COMMANDS = ("command", "callback")


class Deadline:
    """The last moments at which `point` is reached, in each body on the way to it from `home`.

    `home` is the function, or the module, whose run makes the value; `birth` the statement that makes it, so
    that a loop around that makes another one each time.
    """

    def __init__(self, program: Evaluator, point: Node, home: Node, birth: Node | None) -> None:
        self.program = program
        self.home = home
        self.birth = birth
        self.is_called_from_elsewhere = False
        self._ends: dict[int, float] = {}
        if point.parent is None or _is_in_generator(point):  # for others to use; when asked for
            self.is_called_from_elsewhere = True
            self._give_up(point)
        else:
            self._climb(point)

    def is_before(self, node: Node) -> bool:
        """Whether what stands at `node` can run before the point is left."""
        waiting, seen = [node], set[int]()
        while waiting:
            place = waiting.pop()
            if place.id in seen:
                continue
            seen.add(place.id)
            function = function_of(place)
            end = self._ends.get(function.id)
            if end is not None:
                if self._start(place, function) < end:
                    return True
            elif function.parent is None or function.id == self.home.id:
                return True  # outside of what makes the value
            else:
                calls = list(_calls(self.program, function))
                if not calls and self.is_called_from_elsewhere:
                    return True
                waiting += calls
        return False

    def _climb(self, point: Node) -> None:
        place = point
        body = function_of(place)
        end: float = self._end(place, body)
        passed: list[int] = []
        while True:
            self._ends[body.id] = end
            if body.id == self.home.id or body.parent is None:
                return
            calls = _plain_calls(self.program, body)
            passed.append(body.id)
            if calls is None or any(
                map(_is_in_generator, calls)
            ):  # it may run at any time, and more than once
                self._ends.update(dict.fromkeys(passed, inf))
                self._give_up(body)
                return
            if not calls:
                self.is_called_from_elsewhere = True
                self._give_up(body)
                return
            outer = function_of(calls[0])
            if len(calls) > 1 or any(True for _ in self._loops(calls[0], outer)):
                self._ends.update(dict.fromkeys(passed, inf))  # it may run again, and all of it has run then
            if any(function_of(call).id != outer.id for call in calls) or outer.id in self._ends:
                self._ends.update(dict.fromkeys(passed, inf))
                self._give_up(calls[0])
                return
            end = max(self._end(call, outer) for call in calls)
            body = outer

    def _give_up(self, node: Node) -> None:
        """The point may be reached at any time, as far as the bodies around `node` go."""
        function = function_of(node)
        while True:
            self._ends.setdefault(function.id, inf)
            if function.parent is None:
                return
            function = function_of(function)

    def _end(self, place: Node, body: Node) -> float:
        end = _end_of_statement(place)
        return max([end, *(loop.end_byte for loop in self._loops(place, body))])

    def _start(self, place: Node, body: Node) -> int:
        return min([place.start_byte, *(loop.start_byte for loop in self._loops(place, body))])

    def _loops(self, place: Node, body: Node) -> Iterator[Node]:
        """The loops around a place that do not make the value anew each time."""
        for loop in loops_around(place):
            holds = self.birth is not None and loop.start_byte <= self.birth.start_byte < loop.end_byte
            if not (holds and body.id == self.home.id):
                yield loop


def _is_in_generator(point: Node) -> bool:
    """Whether a generator expression reaches the point: when somebody asks for its next element."""
    scope = scope_of(point)
    while scope.type.endswith("_comprehension"):
        scope = scope_of(scope)
    return scope.type == "generator_expression"


def _end_of_statement(place: Node) -> int:
    statement = statement_of(place)
    return place.end_byte if statement.type.endswith(_COMPOUND) else statement.end_byte


def _calls(program: Evaluator, function: Node) -> Iterator[Node]:
    """The places from which a function can run: where it is named, or where it is made."""
    name = field(function, "name")
    owner = class_of(function)
    if name is None:
        yield function.parent or function  # a lambda: from where it stands on
    elif owner is not None:
        yield from _of_class(program, owner)
        yield from (use for binding in bound_at(name) for use in uses_of(program, binding))
    else:
        if not has_known_decorators(program, function):
            yield function.parent or function
        for binding in bound_at(name):
            yield from uses_of(program, binding)


def _of_class(program: Evaluator, owner: Node) -> Iterator[Node]:
    """A method runs where its class is named, or, when others get the class, where that is made.

    `Outer.Inner()`: where the class is named that holds its class, as well.
    """
    around: Node | None = owner
    while around is not None:
        outer, name = around.parent, field(around, "name")
        is_decorated = outer is not None and outer.type == "decorated_definition"
        if is_decorated or parts(field(around, "superclasses")):
            yield outer if outer is not None and is_decorated else around
        for binding in () if name is None else bound_at(name):
            yield from uses_of(program, binding)
        around = class_of(around)


def _plain_calls(program: Evaluator, function: Node) -> list[Node] | None:
    """Every call of a function, when nothing else can run it; None when something may."""
    name = field(function, "name")
    if name is None or _is_lazy(function) or not has_known_decorators(program, function):
        return None
    owner = class_of(function)
    if owner is not None:
        return _method_calls(program, owner, name)
    calls: list[Node] = []
    for use in (each for binding in bound_at(name) for each in uses_of(program, binding)):
        if use.parent is not None and _is_started(program, use):
            calls.append(use.parent)
            continue
        call = called_at(use)
        if call is None:
            return None
        if _is_async(function) and not _is_awaited(program, call):
            return None
        calls.append(call)
    return calls


def _method_calls(program: Evaluator, owner: Node, name: Node) -> list[Node] | None:
    member = program.syntax.name(name)
    if member.startswith("__") or parts(field(owner, "superclasses")):
        return None
    if any(uses_of(program, binding) for binding in bound_at(name)):  # called, or passed on, by the class
        return None
    calls: list[Node] = []
    for node in program.syntax.names(member):
        holder = member_at(node)
        if holder is None:
            continue
        call = called_at(holder)
        if call is None:
            return None
        calls.append(call)
    return calls


def has_known_decorators(program: Evaluator, function: Node) -> bool:
    """Whether all decorators of a function leave it to its callers."""
    outer = function.parent
    if outer is None or outer.type != "decorated_definition":
        return True
    return all(
        _is_known(program, child.named_children[0]) for child in outer.children if child.type == "decorator"
    )


def _is_known(program: Evaluator, decorator: Node) -> bool:
    node = field(decorator, "function") if decorator.type == "call" else decorator
    if node is None:
        return False
    if node.type == "identifier" and not program.scopes.bindings(program.syntax.name(node), node):
        return program.syntax.name(node) in DECORATORS
    return full_name(program, node) in DECORATORS or _is_command(program, node)


def _is_command(program: Evaluator, node: Node) -> bool:
    """`@app.command()` of a `typer.Typer()`, `@cli.command()` of a function that is a click group."""
    owner, member = field(node, "object"), field(node, "attribute")
    if owner is None or member is None or owner.type != "identifier":
        return False
    bindings = program.scopes.bindings(program.syntax.name(owner), owner)
    if len(bindings) != 1 or program.syntax.name(member) not in _COMMANDS:
        return False
    value = bindings[0].value
    made = field(value, "function") if value is not None and value.type == "call" else None
    is_app = made is not None and full_name(program, made) in ("typer.Typer", "click.Group")
    return is_app or bindings[0].kind is BindingKind.FUNCTION


def _is_started(program: Evaluator, given: Node) -> bool:
    call = call_given(given)
    function = None if call is None else field(call, "function")
    return function is not None and full_name(program, function) in _STARTERS


def _is_lazy(function: Node) -> bool:
    """Whether a call only makes a generator, whose body runs later."""
    waiting = [field(function, "body")]
    while waiting:
        node = waiting.pop()
        if node is None:
            continue
        if node.type == "yield":
            return True
        waiting += [
            child
            for child in node.named_children
            if child.type not in ("function_definition", "lambda", "class_definition", "string")
        ]
    return False


def _is_async(function: Node) -> bool:
    return bool(function.children) and function.children[0].type == "async"


def _is_awaited(program: Evaluator, call: Node) -> bool:
    outer = call.parent
    if outer is None:
        return False
    if outer.type == "await":
        return True
    runner = call_given(call)
    function = None if runner is None else field(runner, "function")
    return function is not None and full_name(program, function) in _RUNNERS
