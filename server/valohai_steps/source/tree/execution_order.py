"""Order: whether one place in a text has certainly run before another."""

from collections.abc import Iterator

from valohai_steps.source.tree.binding import Binding, statement_of
from valohai_steps.source.tree.scope import function_of
from valohai_steps.source.tree.syntax import Node, Syntax, ancestors, field, is_field

_LOOPS = ("for_statement", "while_statement")


def is_certain(syntax: Syntax, binding: Binding, use: Node) -> bool:
    """Whether the binding has run whenever `use` runs, as far as branches go.

    It has when nothing makes it conditional, or when the use stands in the same branch. What
    `if __name__ == "__main__":` holds counts as unconditional: no other run reaches a step.
    """
    if _is_in_part_of_expression(binding) or not _holds(function_of(binding.node), use):
        return False
    for compound, block in _blocks(binding.statement):
        if _holds(block, use):
            return True
        if not _always_runs(syntax, compound, block):
            return False
    return True


def is_before(first: Node, use: Node) -> bool:
    """Whether `first` stands before `use` where both run in one body; a function runs later than its text."""
    if function_of(first).id != function_of(use).id:
        return True
    return first.end_byte <= use.start_byte or use.parent is None


def loops_around(node: Node) -> Iterator[Node]:
    """The loops of the same function that repeat a node, from the inside out."""
    for parent in ancestors(node):
        if parent.type in ("function_definition", "lambda"):
            return
        if parent.type in _LOOPS:
            yield parent


def block_of(node: Node) -> Node | None:
    """The block (or module) whose statement the node stands in."""
    return statement_of(node).parent


def outermost_within(node: Node, function: Node) -> Node:
    """The statement of `function`'s own body that holds a node of a function nested in it."""
    statement = statement_of(node)
    for parent in ancestors(node):
        if parent.id == function.id:
            break
        if parent.type in ("function_definition", "lambda"):
            statement = statement_of(parent)
    return statement


def _blocks(statement: Node) -> Iterator[tuple[Node, Node]]:
    """The compound statements around a statement of one function, each with its block that holds it."""
    child = statement
    for parent in ancestors(statement):
        if parent.type in ("module", "function_definition", "lambda", "class_definition"):
            return
        if child.type == "block":
            yield parent, child
        child = parent


def _holds(block: Node, use: Node) -> bool:
    return block.start_byte <= use.start_byte < block.end_byte


def _always_runs(syntax: Syntax, compound: Node, block: Node) -> bool:
    match compound.type:
        case "with_statement":
            return is_field(compound, "body", block)
        case "finally_clause":
            return True
        case "if_statement":
            condition = field(compound, "condition")
            source = "" if condition is None else "".join(syntax.source(condition).split())
            is_main = source in ("__name__=='__main__'", '__name__=="__main__"')
            return is_main and is_field(compound, "consequence", block)
        case _:
            return False


def _is_in_part_of_expression(binding: Binding) -> bool:
    """`:=` inside an expression may be skipped; only as its statement's whole value it surely runs."""
    if not binding.is_walrus:
        return False
    for parent in ancestors(binding.node):
        if parent.id == binding.statement.id:
            return binding.statement.type not in ("expression_statement", "return_statement")
        if parent.type in ("conditional_expression", "boolean_operator", "lambda") or parent.type.endswith(
            ("comprehension", "generator_expression")
        ):
            return True
    return True
