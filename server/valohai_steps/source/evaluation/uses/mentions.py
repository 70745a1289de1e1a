"""Where a text mentions something of Python or of a library, by whatever name it goes there."""

from collections.abc import Iterator

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.imports import from_module, import_uses, may_be, may_be_builtin
from valohai_steps.source.evaluation.literal_values import is_literal
from valohai_steps.source.evaluation.once import once
from valohai_steps.source.tree.binding import Binding, bound_at
from valohai_steps.source.tree.nodes import member_at, plain
from valohai_steps.source.tree.scope import is_use
from valohai_steps.source.tree.syntax import Node, ancestors, field, is_field


@once
def mentions(program: Evaluator, module: str, name: str) -> Iterator[Node]:
    """Every expression for `exec` of `builtins`: `exec`, `b.exec`, `e` that is imported as that."""
    full_name = f"{module}.{name}"
    renamed: list[Binding] = []
    for node in program.syntax.names(name):
        holder = member_at(node)
        if holder is not None:
            if may_be(program.scopes, holder, full_name) or _is_of_builtins(program, holder, module):
                yield holder
        elif is_use(node):
            is_builtin = module == "builtins" and may_be_builtin(program.scopes, node)
            if is_builtin or may_be(program.scopes, node, full_name):
                yield node
        else:
            renamed += _renamed(program, node, module)
    yield from program.scopes.uses_of_any(renamed)
    for word in program.scopes.handed_on.words(name):
        uses = import_uses(program.scopes, word)
        yield from (use for use in uses if may_be(program.scopes, use, full_name))


def _is_of_builtins(program: Evaluator, holder: Node, module: str) -> bool:
    owner = field(holder, "object")
    return (
        module == "builtins" and owner is not None and program.syntax.source(plain(owner)) == "__builtins__"
    )


def _renamed(program: Evaluator, node: Node, module: str) -> tuple[Binding, ...]:
    """What `from module import name as other` binds."""
    named = node.parent.parent if node.parent is not None else None
    alias = field(named, "alias") if named is not None and named.type == "aliased_import" else None
    statement = next((each for each in ancestors(node) if each.type == "import_from_statement"), None)
    if alias is None or statement is None or from_module(program.syntax, statement) != (module, 0):
        return ()
    return bound_at(alias)


@once
def literals_assigned(program: Evaluator, name: str) -> Iterator[Node]:
    """The literals that a text assigns to a name, whatever its scope, in order; `a = b = 1` is none."""
    for node in program.syntax.names(name):
        assignment = node.parent
        if assignment is None or assignment.type != "assignment":
            continue
        value, outer = field(assignment, "right"), assignment.parent
        chained = outer is not None and outer.type == "assignment"
        if not is_field(assignment, "left", node) or value is None or chained:
            continue
        if is_literal(program.syntax.source(value)):
            yield value


@once
def attributes_named(program: Evaluator, name: str) -> Iterator[Node]:
    """Every `x.name` of a text."""
    yield from (holder for holder in map(member_at, program.syntax.names(name)) if holder is not None)
