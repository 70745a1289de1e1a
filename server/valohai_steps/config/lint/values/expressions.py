"""Stop conditions: the expressions that Valohai takes (`valohai_yaml.utils.lint`, the evaluator of leval)."""

import ast
import keyword
import re

from valohai_steps.model.patterns import pattern

# What may be in an expression: names, attributes, calls of names, comparisons of two, and, or, not, sums.
_NODES = (
    ast.Expression,
    ast.Compare,
    ast.BoolOp,
    ast.BinOp,
    ast.UnaryOp,
    ast.Call,
    ast.Constant,
    ast.Name,
    ast.Attribute,
    ast.Set,
    ast.Tuple,
)
_OPERATORS: tuple[type[ast.AST], ...] = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv)
_OPERATORS += (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot, ast.In, ast.NotIn)
_WORDS = frozenset({"False", "None", "True", "and", "for", "in", "is", "not", "or"})
_DEEPEST = 8
_LONGEST = 100_000
_TOKEN = pattern(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\b([A-Za-z_]\w*)\b""")


def expression_flaw(text: str) -> str | None:
    """Why Valohai cannot use an expression, as the end of a sentence; None when it can."""
    if len(text) > _LONGEST:
        return "is too long for an expression"
    try:
        tree = ast.parse(_TOKEN.sub(_as_name, text).strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "is not an expression; write one such as metadata.accuracy > 0.9"
    return _flaw(tree, 0)


def _as_name(token: re.Match[str]) -> str:
    """Words of Python's that name metadata here: `metadata.class`."""
    word = token[2]
    return f"_{word}" if word and keyword.iskeyword(word) and word not in _WORDS else token[0]


def _flaw(node: ast.AST, depth: int) -> str | None:
    if depth >= _DEEPEST:
        return "is too deep for an expression; make it simpler"
    if not isinstance(node, _NODES):
        kind = type(node).__name__
        return (
            f"contains something that is not allowed in an expression ({kind}); use comparisons, and, or, not"
        )
    if isinstance(node, ast.Compare) and len(node.ops) != 1:
        return "compares three values at once; write two comparisons with `and`"
    if isinstance(node, ast.Call) and (not isinstance(node.func, ast.Name) or node.keywords):
        return "contains a call that is not allowed; call a function by its name, with plain values"
    if isinstance(node, ast.Attribute):
        return _flaw_of_path(node)
    for inner in _parts(node):
        flaw = _flaw(inner, depth + 1)
        if flaw is not None:
            return flaw
    return _flaw_of_operators(node)


def _parts(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.Call):
        return list(node.args)
    return [inner for inner in ast.iter_child_nodes(node) if isinstance(inner, ast.expr)]


def _flaw_of_path(node: ast.AST) -> str | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return None if isinstance(node, ast.Name) else "has a dot after something that is not a name"


def _flaw_of_operators(node: ast.AST) -> str | None:
    found: list[ast.AST] = list(node.ops) if isinstance(node, ast.Compare) else []
    if isinstance(node, ast.BinOp):
        found.append(node.op)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
        return "contains `~`, which is not allowed in an expression"
    if isinstance(node, ast.Constant) and not isinstance(node.value, (str, int, float, type(None))):
        return "contains a value that is not allowed in an expression"
    bad = next((each for each in found if not isinstance(each, _OPERATORS)), None)
    return f"has an operator that Valohai does not know ({type(bad).__name__})" if bad is not None else None
