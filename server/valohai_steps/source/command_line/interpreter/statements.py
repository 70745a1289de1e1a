"""Statements, one after the other: assignments, branches, loops. What does not matter is passed over."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from valohai_steps.model.step import Cause, Unknown
from valohai_steps.source.command_line.expressions import unrolling
from valohai_steps.source.command_line.expressions.conditions import truth
from valohai_steps.source.command_line.interpreter.assignments import assign, augment
from valohai_steps.source.command_line.interpreter.endings import open_where_caught
from valohai_steps.source.command_line.interpreter.flow import Done, Flow, merged
from valohai_steps.source.command_line.interpreter.relevance import matters, may_declare
from valohai_steps.source.command_line.memory.effort import MOST_ROUNDS
from valohai_steps.source.command_line.memory.frames import ClassObject, Frame, Function
from valohai_steps.source.command_line.memory.objects import made
from valohai_steps.source.command_line.memory.words import is_marked
from valohai_steps.source.evaluation.evaluator import not_static
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.nodes import if_branches
from valohai_steps.source.tree.syntax import Node, field, parts


def run_block(frame: Frame, statements: Iterable[Node]) -> Done:
    """Run statements in order, until one of them leads elsewhere. Raises ExcessiveText."""
    frame.reading.effort.go_in()
    done = _run_in_order(frame, statements)
    frame.reading.effort.go_out()
    return done


def _run_in_order(frame: Frame, statements: Iterable[Node]) -> Done:
    returned: Evaluated | None = None
    added = 0
    for statement in statements:
        done = run_statement(frame, statement)
        if done.flow is Flow.ON:
            returned = returned or done.value
            if done.value is not None:  # it returned in a branch that may not be taken
                frame.reading.conditional += 1
                added += 1
            continue
        frame.reading.conditional -= added
        return Done(done.flow, done.value if done.value is not None else returned)
    frame.reading.conditional -= added
    return Done(Flow.ON, returned)


def run_statement(frame: Frame, statement: Node) -> Done:
    """Run one statement, if it may have to do with a command line."""
    if not frame.reading.effort.step() or not matters(frame, statement):
        return Done()
    run = _RUN.get(statement.type)
    return run(frame, statement) if run is not None else Done()


def _expression(frame: Frame, statement: Node) -> Done:
    for node in parts(statement):
        if node.type == "assignment":
            assign(frame, node)
        elif node.type == "augmented_assignment":
            augment(frame, node)
        else:
            frame.found(node)
    return Done()


def _if(frame: Frame, statement: Node) -> Done:
    return _branches(frame, if_branches(statement))


def _branches(frame: Frame, branches: Sequence[tuple[Node | None, Node | None]]) -> Done:
    """Run the branch that is taken; where that is not known, all of those that may be."""
    for place, (condition, body) in enumerate(branches):
        found = None if condition is None else frame.found(condition)
        known = True if found is None else truth(found)
        if known:
            return run_block(frame, parts(body))
        if known is None:
            if found is not None and condition is not None:
                _note_if_it_matters(frame, _why(frame, condition, found), branches[place:])
            return _either(frame, branches[place:])
    return Done()


def _why(frame: Frame, node: Node, found: Evaluated) -> Unknown:
    """Why something is not known; `node` is the expression."""
    value = found.value if isinstance(found.value, Unknown) else not_static(frame.expressions, node).value
    return value if isinstance(value, Unknown) else Unknown(value.span, Cause.NOT_RUN, "this")


def _note_if_it_matters(
    frame: Frame, why: Unknown, branches: Sequence[tuple[Node | None, Node | None]]
) -> None:
    sources = [frame.source(body) for _, body in branches if body is not None]
    if any(is_marked(frame.reading.words.of(source)) for source in sources):
        frame.reading.unknowns[why] = None


def _either(frame: Frame, branches: Sequence[tuple[Node | None, Node | None]]) -> Done:
    """Run all branches, each from the names before; what they return may not be returned."""
    before, returned, ends = dict(frame.names), None, list[Flow]()
    after: list[dict[str, Evaluated]] = []
    frame.reading.conditional += 1
    for _, body in branches:
        frame.names = dict(before)
        done = run_block(frame, parts(body))
        ends.append(done.flow)
        returned = returned or done.value
        if done.flow in (Flow.ON, Flow.CONTINUE, Flow.BREAK):
            after.append(frame.names)
    frame.reading.conditional -= 1
    if branches[-1][0] is not None:
        after.append(before)
        ends.append(Flow.ON)
    frame.names = merged(after or [before])
    if len(set(ends)) == 1 and ends[0] is not Flow.ON:
        return Done(ends[0], returned)
    return Done(Flow.ON, returned)


def _for(frame: Frame, statement: Node) -> Done:
    left, right, body = (field(statement, name) for name in ("left", "right", "body"))
    if left is None or right is None or body is None:
        return Done()
    values = unrolling.elements_at(frame, right)
    if values is None:
        return _unknown_loop(frame, statement, left, right)
    done = Done()
    for value in values:
        effort = frame.reading.effort
        effort.rounds += 1
        if effort.rounds > MOST_ROUNDS:
            effort.exceeded = True
            break
        frame.evaluation = None  # what was found in the round before counts no longer
        unrolling.bind(frame, left, value)
        done = run_block(frame, parts(body))
        if done.flow is Flow.BREAK:
            break
        if done.flow in (Flow.RETURN, Flow.RAISE):
            return done
    frame.evaluation = None
    return Done() if done.flow is Flow.BREAK else _otherwise(frame, statement, done)


def _unknown_loop(frame: Frame, statement: Node, left: Node, right: Node) -> Done:
    """A loop over something not known: what it declares is not known either."""
    why, body = _why(frame, right, frame.found(right)), parts(field(statement, "body"))
    if any(may_declare(frame, each) for each in body):
        frame.reading.unknowns[why] = None
    unrolling.bind(frame, left, Evaluated(why))
    frame.reading.conditional += 1
    done = run_block(frame, body)
    frame.reading.conditional -= 1
    return _otherwise(frame, statement, done)


def _while(frame: Frame, statement: Node) -> Done:
    frame.reading.conditional += 1
    done = run_block(frame, parts(field(statement, "body")))
    frame.reading.conditional -= 1
    return _otherwise(frame, statement, done)


def _otherwise(frame: Frame, loop: Node, before: Done) -> Done:
    """The `else` of a loop; a `break` or `return` that may have ended the loop may have ended this too."""
    clause, body = field(loop, "alternative"), field(loop, "body")
    if clause is None or body is None:
        return Done(Flow.ON, before.value)
    block = field(clause, "body")
    if before.value is None and "break" not in frame.reading.words.of(frame.source(body)):
        return run_block(frame, parts(block))
    done = _either(frame, [(clause, block)])
    return Done(Flow.ON, before.value or done.value)


def _with(frame: Frame, statement: Node) -> Done:
    for clause in (child for child in statement.named_children if child.type == "with_clause"):
        for item in parts(clause):
            value = field(item, "value")
            if value is not None:
                frame.found(parts(value)[0] if value.type == "as_pattern" else value)
    return run_block(frame, parts(field(statement, "body")))


def _try(frame: Frame, statement: Node) -> Done:
    parses = len(frame.reading.parses)
    done = run_block(frame, parts(field(statement, "body")))
    open_where_caught(frame, statement, parses)
    for child in statement.named_children:
        if child.type in ("except_clause", "except_group_clause"):
            before = dict(frame.names)
            frame.reading.conditional += 1
            run_block(frame, parts(child.named_children[-1]))
            frame.reading.conditional -= 1
            frame.names = before
        elif child.type in ("else_clause", "finally_clause") and done.flow is Flow.ON:
            done = run_block(frame, parts(child.named_children[-1]))
    return done


def _match(frame: Frame, statement: Node) -> Done:
    clauses = parts(field(statement, "body"))
    return _either(frame, [(statement, field(clause, "consequence")) for clause in clauses] or [(None, None)])


def _return(frame: Frame, statement: Node) -> Done:
    value = parts(statement)
    found = frame.found(value[0]) if value else made(None, frame.span(statement))
    return Done(Flow.RETURN, found)


def _define(frame: Frame, statement: Node) -> Done:
    inner = field(statement, "definition") if statement.type == "decorated_definition" else statement
    name = None if inner is None else field(inner, "name")
    if inner is None or name is None:
        return Done()
    kind = Function(inner, frame) if inner.type == "function_definition" else ClassObject(inner, frame)
    held = frame.script.machine.decorated(frame, kind)
    frame.names[frame.source(name)] = made(held, frame.span(name))
    return Done()


def _global(frame: Frame, statement: Node) -> Done:
    frame.shared |= {frame.source(name) for name in parts(statement)}
    return Done()


def _delete(frame: Frame, statement: Node) -> Done:
    for target in parts(statement):
        frame.names.pop(frame.source(target), None)
    return Done()


_RUN: Mapping[str, Callable[[Frame, Node], Done]] = MappingProxyType(
    {
        "expression_statement": _expression,
        "if_statement": _if,
        "for_statement": _for,
        "while_statement": _while,
        "with_statement": _with,
        "try_statement": _try,
        "match_statement": _match,
        "return_statement": _return,
        "function_definition": _define,
        "class_definition": _define,
        "global_statement": _global,
        "decorated_definition": _define,
        "delete_statement": _delete,
        "break_statement": lambda _frame, _statement: Done(Flow.BREAK),
        "continue_statement": lambda _frame, _statement: Done(Flow.CONTINUE),
        "raise_statement": lambda _frame, _statement: Done(Flow.RAISE),
    }
)
