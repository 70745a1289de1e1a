"""Names that are reached without being written: `globals()`, `exec`, `sys.modules`, frames."""

from collections.abc import Iterator

from valohai_steps.model.patterns import pattern
from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.imports import import_uses, may_be
from valohai_steps.source.evaluation.once import once
from valohai_steps.source.evaluation.outlines.hooks.replacements import expression_around
from valohai_steps.source.evaluation.outlines.outlines import REACHES_ITSELF, places
from valohai_steps.source.evaluation.outlines.written_text import literal_text
from valohai_steps.source.evaluation.tables.reaching import MODULES, functions_of, words_of
from valohai_steps.source.evaluation.uses.imported_names import has_effects, have_effects
from valohai_steps.source.evaluation.uses.mentions import mentions
from valohai_steps.source.evaluation.uses.reached.files_run import files_run
from valohai_steps.source.evaluation.uses.reached.given_modules import given_modules
from valohai_steps.source.evaluation.uses.reached.shells import shells
from valohai_steps.source.evaluation.uses.reached.texts_run import texts_run
from valohai_steps.source.evaluation.uses.tracing.calls.callees import full_name
from valohai_steps.source.evaluation.uses.tracing.reach import Reach
from valohai_steps.source.text.ipython.marks import ANYTHING
from valohai_steps.source.tree.mutations import is_assigned
from valohai_steps.source.tree.nodes import called_at
from valohai_steps.source.tree.scope import scope_of
from valohai_steps.source.tree.syntax import Node, field, parts

_KEEPS = pattern(rf"\b(?:{'|'.join(words_of('kept'))})\b")
_NAMING = ("getattr", "hasattr", "setattr", "delattr")
_NAMES = pattern(r"[bBfFrRuU]*['\"]*[\w.:]*['\"]*")


@once
def disturbances(program: Evaluator) -> Iterator[Node]:
    """The places that may change names of the module, or what they stand for, without writing them."""
    for function in functions_of("text"):
        yield from mentions(program, *function)
    for patcher in functions_of("patches"):
        yield from (node for node in mentions(program, *patcher) if not _patches_library(program, node))
    for module, name in functions_of("names"):
        for node in mentions(program, module, name):
            if not _is_harmless(program, name, node):
                yield node
    for expression in mentions(program, "sys", "modules"):
        if has_effects(program, expression, Reach()):
            yield expression
    yield from given_modules(program)
    for module, powers in MODULES.items():
        yield from _passed_on(program, module, powers)
    yield from (*texts_run(program), *files_run(program), *kept_values(program))
    yield from (*program.syntax.names("__builtins__"), *program.syntax.names(ANYTHING), *shells(program))


@once
def kept_values(program: Evaluator) -> Iterator[Node]:
    """The places that reach what a function keeps, or names of any function or module by frames."""
    for word in (*words_of("kept"), *words_of("names")):
        program.syntax.names(word)  # an excerpt holds no word that nobody asked for
    for wanted in (_KEEPS, REACHES_ITSELF):
        for _, node in places(program.syntax, wanted):
            if not _is_idle(program, node):
                yield node


def _is_idle(program: Evaluator, node: Node) -> bool:
    """Whether a string is prose (`"see __globals__"`), or says which of `sys.modules` is meant.

    What is done with that module is followed there.
    """
    if node.type not in ("string", "string_content"):
        return False
    is_name = _NAMES.fullmatch(program.syntax.source(node)) is not None
    return not is_name or "modules" in program.syntax.source(expression_around(node))


def _patches_library(program: Evaluator, patcher: Node) -> bool:
    """`patch.object(requests, "get")`, `patch("torch.load")`: only functions of that library are others."""
    node = patcher
    while node.parent is not None and node.parent.type == "attribute":
        node = node.parent
    call = called_at(node)
    given = parts(field(call, "arguments")) if call is not None else []
    if not given:
        return False
    text = literal_text(program.syntax, given[0])
    name = full_name(program, given[0]) if text is None else text
    root = name.partition(".")[0]
    return root.isidentifier() and root not in (*MODULES, "__main__") and not program.is_of_workspace(root)


def _passed_on(program: Evaluator, module: str, names: tuple[str, ...] | None) -> Iterator[Node]:
    """Where one of these modules is passed on: `s = sys`, `vars(sys)`, `getattr(sys, "modules")`."""
    whole: list[Node] = []
    for use in import_uses(program.scopes, module.rpartition(".")[2]):
        holder = use.parent
        if holder is None or not may_be(program.scopes, use, module):
            continue
        if holder.type == "attribute":
            member = program.syntax.name(holder.children[-1])
            is_set = names is None and holder.parent is not None and is_assigned(holder.parent, holder)
            if is_set or member == "__dict__":
                yield use
        elif not _asks_for_another(program, use, names):
            whole.append(use)
    if have_effects(program, whole, Reach()):  # one trace of them all: their ways meet
        yield from whole


def _asks_for_another(program: Evaluator, use: Node, names: tuple[str, ...] | None) -> bool:
    """`getattr(sys, "frozen", False)`, `setattr(sys, "ps1", "")`."""
    call = None if use.parent is None else use.parent.parent
    function = None if call is None else field(call, "function")
    if call is None or function is None or program.syntax.source(function) not in _NAMING:
        return False
    given = parts(field(call, "arguments"))
    asked = literal_text(program.syntax, given[1]) if len(given) > 1 else None
    return names is not None and asked is not None and asked not in names


def _is_harmless(program: Evaluator, name: str, node: Node) -> bool:
    """Whether the dict of names is only read."""
    call = called_at(node)
    if call is None:
        return False
    if name == "vars" and parts(field(call, "arguments")):
        return True  # of an object: what that is counts where the object is used
    own = scope_of(node).type not in ("module", "class_definition")
    # In a function it is a copy, so that only the values in it can be changed.
    return not has_effects(program, call, Reach(1, 0) if own and name != "globals" else Reach())
