"""Modules that are given by name: `import_module("config")`, `resolve_name(name)`."""

from collections.abc import Iterator
from typing import TypeAlias

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.outlines.import_statements import module_named, modules_of
from valohai_steps.source.evaluation.outlines.loads import loaded_by
from valohai_steps.source.evaluation.outlines.written_text import written_text
from valohai_steps.source.evaluation.tables.harmless import ASKING, CHANGING, STORING, TAKING
from valohai_steps.source.evaluation.tables.loaders import MODULE_LOADERS
from valohai_steps.source.evaluation.tables.reaching import FUNCTIONS, MODULES, functions_of, words_of
from valohai_steps.source.evaluation.uses.imported_names import has_effects
from valohai_steps.source.evaluation.uses.mentions import mentions
from valohai_steps.source.evaluation.uses.tracing.reach import Reach
from valohai_steps.source.evaluation.uses.tracing.trace import uses_of
from valohai_steps.source.tree.binding import bound_at
from valohai_steps.source.tree.mutations import is_assigned
from valohai_steps.source.tree.nodes import call_given, called_at
from valohai_steps.source.tree.syntax import Node, field, is_field, parts

# What gives more of a module than one function that is then called.
_POWERS = frozenset((*(name for _, name in FUNCTIONS), *words_of("any"), *words_of("names"), "modules"))
_CHANGES = frozenset((*STORING, *TAKING, *CHANGING))
_SETTING = frozenset(("setattr", "delattr", "vars"))

# The names that were looked at, by their first use, and how deep in a module they are.
_Seen: TypeAlias = set[tuple[int, int]]


def given_modules(program: Evaluator) -> Iterator[Node]:
    """Where what gives modules by name is passed on, gives the file that is run, or what is then changed."""
    seen = _Seen()  # what is done with a name is looked at once, however many modules it gets
    for giver in functions_of("module", "object"):
        for expression in mentions(program, *giver):
            call = called_at(expression)
            name = None if call is None else _name_given(program, call, giver[1])
            if call is None or name is None or _is_unread(program, name):
                yield expression
            elif _is_powerful(program, call, name, seen, is_object=FUNCTIONS[giver][0] == "object"):
                yield call


def _name_given(program: Evaluator, call: Node, giver: str) -> Node | None:
    """The name that a call gives a module by; None where the call hides it."""
    if giver in MODULE_LOADERS:
        return loaded_by(program.syntax, call, giver)
    return next(iter(parts(field(call, "arguments"))), None)


def _is_unread(program: Evaluator, name: Node) -> bool:
    """Whether a module of the workspace is named that the text's outline does not list: nothing counts it."""
    text = written_text(program.scopes, name)
    module = None if text is None else module_named(text)
    if module is None or module in modules_of(program.syntax):
        return False
    return program.is_of_workspace(module[0])


def _is_powerful(program: Evaluator, call: Node, name: Node, seen: _Seen, *, is_object: bool) -> bool:
    root = _root(program, name)
    if root in ("__name__", *MODULES) or (is_object and has_effects(program, call, Reach())):
        return True
    return _is_passed(program, call) or (root is None and _is_changed(program, call, seen))


def _root(program: Evaluator, name: Node) -> str | None:
    """The package that an argument names; None when it is computed."""
    text = written_text(program.scopes, name)
    if text is not None:
        return text.partition(":")[0].partition(".")[0]
    if program.syntax.source(name) == "__name__":
        return "__name__"
    begun = parts(name)[1] if name.type == "string" else name  # f"models.{name}"
    is_plain = begun.type == "string_content" and not begun.named_children
    root, dot, _ = program.syntax.source(begun).partition(".")
    return root if is_plain and dot else None


def _is_changed(program: Evaluator, module: Node, seen: _Seen) -> bool:
    """Whether something in a module is set, or taken out of it by which anything can be."""
    waiting = [(module, 0)]
    while waiting:
        each, depth = waiting.pop()
        node, words = _member(program, each)
        depth += len(words)
        outer = node.parent
        if outer is None or _POWERS.intersection(words):
            return outer is not None
        if (depth and is_assigned(outer, node)) or _is_called_to_change(program, outer, node, words, depth):
            return True
        more = _gets(program, outer, node, depth, seen)
        if more is None:
            return True
        waiting += more
    return False


def _member(program: Evaluator, node: Node) -> tuple[Node, list[str]]:
    """The whole `module.a["b"].c` around `module`, and the names and keys on the way."""
    words: list[str] = []
    while (outer := node.parent) is not None:
        if outer.type == "attribute" and is_field(outer, "object", node):
            words.append(program.syntax.name(outer.children[-1]))
        elif outer.type == "subscript" and is_field(outer, "value", node):
            words.append("[]")
        elif outer.type != "parenthesized_expression":
            break
        node = outer
    return node, words


def _is_called_to_change(program: Evaluator, outer: Node, node: Node, words: list[str], depth: int) -> bool:
    """`module.P.update(x=2)`; a function of the module itself is none of its values."""
    return called_at(node) is not None and depth > 1 and bool(words) and words[-1] in _CHANGES


def _gets(
    program: Evaluator, outer: Node, node: Node, depth: int, seen: _Seen
) -> list[tuple[Node, int]] | None:
    """The uses of the name that gets the expression, and how deep in the module; None: it is changed."""
    if outer.type in ("assignment", "named_expression") and not is_field(outer, "left", node):
        left = field(outer, "left") or field(outer, "name")
        bindings = bound_at(left) if left is not None and left.type == "identifier" else ()
        uses = uses_of(program, bindings[0]) if bindings else ()
        if not uses or (uses[0].id, depth) in seen:
            return []
        seen.add((uses[0].id, depth))
        return [(use, depth) for use in uses]
    call = call_given(node)
    function = None if call is None else field(call, "function")
    if call is None or function is None:
        return []
    name, given = program.syntax.source(function), parts(outer)
    if name == "getattr" and given[0].id == node.id:
        asked = written_text(program.scopes, given[1]) if len(given) > 1 else None
        return None if asked in _POWERS else [(call, depth + 1)]
    return None if name in _SETTING or (not depth and name not in ASKING) else []


def _is_passed(program: Evaluator, module: Node) -> bool:
    """Whether a module is given to a call, other than to take something out of it that is only called.

    `getattr(import_module("models"), "Net")()` is fine: what functions of that file change is found there.
    """
    call = call_given(module)
    function = None if call is None else field(call, "function")
    if call is None or function is None:
        return False
    if program.syntax.source(function) != "getattr" or not program.is_builtin(function):
        return True
    outer = call.parent
    target = field(outer, "left") if outer is not None and outer.type == "assignment" else None
    taken = [call] if target is None else [use for each in bound_at(target) for use in uses_of(program, each)]
    return not all(called_at(each) is not None for each in taken)
