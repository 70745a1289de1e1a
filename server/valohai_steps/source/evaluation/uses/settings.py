"""Where a text sets an attribute of whatever object: `config.lr = 1`, `setattr(config, "lr", 1)`."""

from collections.abc import Iterator

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.once import once
from valohai_steps.source.evaluation.outlines.written_text import literal_text
from valohai_steps.source.evaluation.uses.mentions import attributes_named, mentions
from valohai_steps.source.tree.binding import BindingKind
from valohai_steps.source.tree.mutations import is_assigned
from valohai_steps.source.tree.nodes import called_at, plain
from valohai_steps.source.tree.scope import scope_of
from valohai_steps.source.tree.syntax import Node, field, parts

_SETTERS = ("setattr", "delattr")


@once
def settings(program: Evaluator, name: str, *, computed: bool = True) -> Iterator[Node]:
    """The places of a text that set or delete an attribute of this name, of whatever but `self`.

    `computed`: names that are computed may be this one, whatever the object.
    """
    for holder in attributes_set(program, name):
        if not is_own_object(program, holder.children[0]):
            yield holder
    for setter in _SETTERS:
        for expression in mentions(program, "builtins", setter):
            call = called_at(expression)
            given = parts(field(call, "arguments")) if call is not None else []
            if len(given) < 2 or _may_set(program, given, name, computed=computed):
                yield expression


@once
def attributes_set(program: Evaluator, name: str) -> Iterator[Node]:
    """Every `x.name` of a text that is set or deleted there, of `self` as well."""
    for holder in attributes_named(program, name):
        if holder.parent is not None and is_assigned(holder.parent, holder):
            yield holder


def _may_set(program: Evaluator, given: list[Node], name: str, *, computed: bool) -> bool:
    """Whether `setattr` of these arguments may set an attribute of this name."""
    if is_own_object(program, given[0]) or not _may_be(program, given[1], name):
        return False
    return computed or given[1].type == "string" or plain(given[0]).type != "identifier"


def _may_be(program: Evaluator, node: Node, name: str) -> bool:
    """Whether an argument may be the string of this name: any but another string is."""
    return literal_text(program.syntax, node) in (None, name)


def is_set(program: Evaluator, name: str) -> bool:
    """Whether any file of the program that is run may set an attribute of this name."""
    reached = program.program_run.reachable
    programs = [program, program.program_run, *(other for _, other in reached or ())]
    return reached is None or any(True for each in programs for _ in settings(each, name))


def is_own_object(program: Evaluator, node: Node) -> bool:
    """Whether an expression is the first parameter of a method that objects have: `self`."""
    node = plain(node)
    if node.type != "identifier":
        return False
    bindings = program.scopes.bindings(program.syntax.name(node), node)
    if len(bindings) != 1 or bindings[0].kind is not BindingKind.PARAMETER:
        return False
    function = scope_of(bindings[0].node)
    name = field(function, "name")
    parameters = parts(field(function, "parameters"))
    if name is None or not parameters or parameters[0].id != bindings[0].node.id:
        return False
    decorated = function.parent is not None and function.parent.type == "decorated_definition"
    is_method = scope_of(function).type == "class_definition" and not decorated
    implicit = program.syntax.name(name) in ("__new__", "__init_subclass__", "__class_getitem__")
    return is_method and not implicit
