"""Functions that make a value: `def get(): return {"lr": 0.1}`."""

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.modules.whole_program import says
from valohai_steps.source.evaluation.tables.harmless import CODE
from valohai_steps.source.evaluation.uses.effects import levels_of
from valohai_steps.source.evaluation.uses.tracing.calls.callees import defined_at
from valohai_steps.source.evaluation.uses.tracing.trace import uses_of
from valohai_steps.source.tree.binding import Binding, BindingKind
from valohai_steps.source.tree.execution_order import loops_around
from valohai_steps.source.tree.nodes import descendants
from valohai_steps.source.tree.scope import function_of, is_use
from valohai_steps.source.tree.syntax import Node, field, parts

_LEAVING = ("return_statement", "yield", "await")


def returned_by(program: Evaluator, bindings: tuple[Binding, ...]) -> Node | None:
    """The expression that every call of a function gives; None when it is no plain function of the text.

    It is the last statement of the body, and the function is left nowhere else.
    """
    if len(bindings) != 1 or bindings[0].kind is not BindingKind.FUNCTION:
        return None
    found = defined_at(program, bindings[0].node)
    body = None if found is None else field(found[1], "body")
    statements = [each for each in parts(body) if each.type != "comment"]
    if found is None or not statements or statements[-1].type != "return_statement":
        return None
    function = found[1]
    is_async = bool(function.children) and function.children[0].type == "async"
    leaving = [each for each in descendants(function) if each.type in _LEAVING]
    own = [each for each in leaving if function_of(each).id == function.id]
    if is_async or len(own) != 1 or says(program, CODE) is not None:
        return None
    return next(iter(parts(statements[-1])), None)


def shares(program: Evaluator, binding: Binding, call: Node) -> bool:
    """Whether another call of the function may give, and so may have changed, parts of what this one gives.

    It does where what can be changed is made outside of the function, and this is not the only call of it.
    """
    is_only = len(uses_of(program, binding)) == 1 and function_of(call).parent is None
    function = binding.node.parent
    if function is None or (is_only and not any(True for _ in loops_around(call))):
        return False
    body = field(function, "body") or function
    return any(_is_from_outside(program, each, function) for each in descendants(body))


def _is_from_outside(program: Evaluator, name: Node, function: Node) -> bool:
    if name.type == "attribute":
        return levels_of(program.found(name)) > 0
    if name.type != "identifier" or not is_use(name):
        return False
    bindings = program.scopes.bindings(program.syntax.name(name), name)
    is_own = bool(bindings) and all(function_of(each.node).id == function.id for each in bindings)
    return not is_own and not program.is_builtin(name) and levels_of(program.found(name)) > 0
