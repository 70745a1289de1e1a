"""Statements, one after the other, as Python runs them. Where it is not known what runs, the reading ends."""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from types import MappingProxyType

from msgspec import Struct

from valohai_steps.model.step import Cause, Unknown
from valohai_steps.source.pipelines.expressions.annotations import demand_harmless_annotations
from valohai_steps.source.pipelines.expressions.comparisons import truth
from valohai_steps.source.pipelines.expressions.effects import called_name, forget, is_quiet, pass_over
from valohai_steps.source.pipelines.expressions.loops.binding import bind, mutable
from valohai_steps.source.pipelines.expressions.loops.iteration import items_of
from valohai_steps.source.pipelines.expressions.names import local_import, looked_up
from valohai_steps.source.pipelines.memory.frames import Frame
from valohai_steps.source.pipelines.memory.functions import function
from valohai_steps.source.pipelines.memory.objects import External, Hidden, PaperValue, hidden
from valohai_steps.source.pipelines.running.assignments import assign, augment
from valohai_steps.source.tree.nodes import if_branches, single_key
from valohai_steps.source.tree.syntax import Node, field, parts


class Flow(Enum):
    """What follows a statement."""

    ON = "on"
    RETURN = "return"
    BREAK = "break"
    CONTINUE = "continue"


class Done(Struct, frozen=True, eq=False):
    """How a block ended, and what it returned."""

    flow: Flow = Flow.ON
    value: PaperValue = None


_ON = Done()
_HARMLESS_DECORATORS = frozenset({"cache", "lru_cache", "contextmanager", "staticmethod", "classmethod"})


def run_block(frame: Frame, statements: Iterable[Node]) -> Done:
    """Run statements in order, until one of them leads elsewhere. Raises Refused and Raises."""
    done = _ON
    frame.reading.depth += 1
    try:
        for statement in statements:
            frame.step(statement)
            run = _RUN.get(statement.type)
            if run is None:
                frame.refuse_statement(statement)
            done = run(frame, statement)
            if done.flow is not Flow.ON:
                break
    finally:
        frame.reading.depth -= 1
    return done


def _expression(frame: Frame, statement: Node) -> Done:
    for node in parts(statement):
        if node.type == "assignment":
            assign(frame, node)
        elif node.type == "augmented_assignment":
            augment(frame, node)
        else:
            frame.value(node)
    return _ON


def _if(frame: Frame, statement: Node) -> Done:
    branches = if_branches(statement)
    for place, (condition, body) in enumerate(branches):
        found = True if condition is None else frame.value(condition)
        if isinstance(found, Unknown):
            others = [node for pair in branches[place:] for node in pair if node and node is not condition]
            pass_over(frame, found, others)
            return _ON
        if condition is None or truth(frame, condition, found):
            return run_block(frame, parts(body))
    return _ON


def _for(frame: Frame, statement: Node) -> Done:
    left, right, body = (field(statement, name) for name in ("left", "right", "body"))
    if left is None or right is None or body is None or statement.children[0].type == "async":
        frame.refuse(statement)
    found = frame.value(right)
    if isinstance(found, Unknown):
        pass_over(frame, found, [statement])
        return _ON
    for each in items_of(frame, right, found):
        bind(frame, left, each)
        done = run_block(frame, parts(body))
        if done.flow is Flow.BREAK:
            return _ON
        if done.flow is Flow.RETURN:
            return done
    return _otherwise(frame, statement)


def _while(frame: Frame, statement: Node) -> Done:
    condition, body = field(statement, "condition"), field(statement, "body")
    if condition is None or body is None:
        frame.refuse(statement)
    while truth(frame, condition, frame.value(condition)):
        done = run_block(frame, parts(body))
        if done.flow is Flow.BREAK:
            return _ON
        if done.flow is Flow.RETURN:
            return done
    return _otherwise(frame, statement)


def _otherwise(frame: Frame, statement: Node) -> Done:
    """The `else` of a loop that was not left."""
    clause = field(statement, "alternative")
    return _ON if clause is None else run_block(frame, parts(field(clause, "body")))


def _with(frame: Frame, statement: Node) -> Done:
    """`with open(...) as file`: of what it gives nothing is known. Others may swallow what is raised."""
    for clause in (child for child in statement.named_children if child.type == "with_clause"):
        for item in parts(clause):
            inner = field(item, "value")
            target = None
            if inner is not None and inner.type == "as_pattern":
                target, inner = field(inner, "alias"), parts(inner)[0]
            if inner is None or inner.type != "call" or called_name(frame, inner) != "open":
                frame.refuse(item)
            found = frame.value(inner)
            if not isinstance(found, Unknown) or isinstance(found, Hidden):
                frame.refuse(item)  # what it does when it begins and ends is not followed
            for name in [] if target is None else parts(target):
                bind(frame, name, found)
    return run_block(frame, parts(field(statement, "body")))


def _try(frame: Frame, statement: Node) -> Done:
    """Only what cannot raise is run where it would be caught."""
    clauses = [child for child in statement.named_children if child.type.endswith("_clause")]
    if all(clause.type == "finally_clause" for clause in clauses):
        done = run_block(frame, parts(field(statement, "body")))
        last = run_block(frame, [node for clause in clauses for node in parts(clause.named_children[-1])])
        return last if last.flow is not Flow.ON else done
    if not is_quiet(frame, statement.named_children[0]) or not all(is_quiet(frame, each) for each in clauses):
        frame.refuse_statement(statement)
    forget(frame, statement, lambda name: frame.unknown(statement, Cause.CONDITIONAL, name))
    return _ON


def _assert(frame: Frame, statement: Node) -> Done:
    inner = parts(statement)
    found = frame.value(inner[0])
    if not isinstance(found, Unknown) and not truth(frame, inner[0], found):
        frame.refuse(inner[0])
    return _ON


def _return(frame: Frame, statement: Node) -> Done:
    inner = parts(statement)
    return Done(Flow.RETURN, frame.value(inner[0]) if inner else None)


def _define(frame: Frame, statement: Node) -> Done:
    name = field(statement, "name")
    if name is None:
        return _ON
    made = function(frame, statement)
    demand_harmless_annotations(frame, statement)
    frame.names[frame.source(name)] = made
    return _ON


def _class(frame: Frame, statement: Node) -> Done:
    """A class in a function: its body runs here. Of one that does nothing else, nothing is known."""
    name = field(statement, "name")
    if name is None or not all(is_quiet(frame, each) for each in statement.named_children):
        frame.refuse_statement(statement)
    frame.names[frame.source(name)] = hidden(frame.unknown(name))
    return _ON


def _decorated(frame: Frame, statement: Node) -> Done:
    inner = field(statement, "definition")
    decorators = [each for each in statement.named_children if each.type == "decorator"]
    for each in decorators:  # each is called with what it decorates
        word = frame.source(each).rpartition(".")[2].strip("@ \t\r\n()")
        if word not in _HARMLESS_DECORATORS or not isinstance(looked_up(frame, _root(each)), External):
            frame.refuse(each)
    if inner is not None and inner.type == "class_definition":
        return _class(frame, inner)
    name = None if inner is None else field(inner, "name")
    if inner is not None and name is not None:
        function(frame, inner)  # its defaults are evaluated
        demand_harmless_annotations(frame, inner)
        frame.names[frame.source(name)] = hidden(frame.unknown(name))
    return _ON


def _root(node: Node) -> Node:
    """The first name of `@name`, `@module.name`, `@name()`."""
    while node.type != "identifier" and node.named_children:
        node = node.named_children[0]
    return node


def _import(frame: Frame, statement: Node) -> Done:
    """An import in a function: names of files of the workspace are looked up as those at the top are."""
    for name, found in local_import(frame, statement):
        frame.names[name] = found
    return _ON


def _delete(frame: Frame, statement: Node) -> Done:
    for target in parts(statement):
        if target.type == "identifier":
            frame.names.pop(frame.source(target), None)
            continue
        holder, inner = field(target, "value"), parts(target)[1:]
        if target.type != "subscript" or holder is None or single_key(target) is None:
            frame.refuse(target)
        held, place = frame.known(frame.value(holder)), frame.known(frame.value(inner[0]))
        mutable(frame, target, held)
        if not isinstance(held, dict) or place not in held:
            frame.refuse(target)
        del held[place]
    return _ON


_RUN: Mapping[str, Callable[[Frame, Node], Done]] = MappingProxyType(
    {
        "assert_statement": _assert,
        "break_statement": lambda _frame, _statement: Done(Flow.BREAK),
        "class_definition": _class,
        "continue_statement": lambda _frame, _statement: Done(Flow.CONTINUE),
        "decorated_definition": _decorated,
        "delete_statement": _delete,
        "expression_statement": _expression,
        "for_statement": _for,
        "function_definition": _define,
        "if_statement": _if,
        "import_from_statement": _import,
        "import_statement": _import,
        "pass_statement": lambda _frame, _statement: _ON,
        "return_statement": _return,
        "try_statement": _try,
        "while_statement": _while,
        "with_statement": _with,
    }
)
