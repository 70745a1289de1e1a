"""Where a value is kept out of sight: defaults of parameters, errors, what a cell or a generator gives."""

from collections.abc import Iterator

from valohai_steps.model.patterns import pattern
from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.modules.whole_program import related, says
from valohai_steps.source.evaluation.tables.harmless import CAUGHT, DEFAULTS
from valohai_steps.source.evaluation.uses.tracing.reach import Reach, Why
from valohai_steps.source.evaluation.uses.tracing.trace import Frame, Trace
from valohai_steps.source.tree.scope import is_use, scope_of
from valohai_steps.source.tree.syntax import Node, field, is_field, parts

# Where a `yield` belongs to another function.
_OWN_BODIES = frozenset(("function_definition", "class_definition", "lambda", "generator_expression"))
# Names by which IPython keeps what the cells of a notebook give.
_OUTPUTS = ("_", "__", "___", "_oh", "Out")
_NUMBERED = pattern(r"\b_\d+\b")
# An excerpt holds no word that nobody asked for; cells are seldom run more often than that.
_MOST_NUMBERS = 100


def default(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    """`def f(d=p)`: the parameter may be the value."""
    name = field(parent, "name")
    if name is None or not is_field(parent, "value", node):
        return
    trace.name(name, reach, frame)
    _kept_for(trace, node, reach, frame, (DEFAULTS, "is the default of a parameter"))


def asserted(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    """`assert x, p`: the error has the message itself."""
    if parts(parent)[0].id != node.id:
        _kept_for(trace, node, reach, frame, (CAUGHT, "is the message of an assertion"))


def stated(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    """`p` alone: a notebook keeps what a cell ends with in `_`, `_3` and `Out[3]`."""
    if scope_of(parent).type == "module":
        for word in _outputs_read(frame.program):
            how = f"is what a cell gives, so that it may be changed through `{word}`"
            trace.harm(node, reach, frame, how, "end the cell with")
            return


def is_generator(function: Node) -> bool:
    """Whether the body of a function, without those within it, has a `yield`."""
    body = field(function, "body")
    waiting = [] if body is None else [body]
    while waiting:
        node = waiting.pop()
        if node.type == "yield":
            return True
        waiting += (each for each in node.named_children if each.type not in _OWN_BODIES)
    return False


def _kept_for(
    trace: Trace, node: Node, reach: Reach, frame: Frame, kept: tuple[tuple[str, ...], str]
) -> None:
    """A value that is kept where only what mentions one of some words finds it."""
    words, where = kept
    found = says(frame.program, words)
    if found is not None:
        how = f"{where}, which `{found.what}` {found.where} may give, so that it may be changed"
        trace.blame(node, reach, frame, Why(how, related=related(found, "the value may be reached here")))


def _outputs_read(program: Evaluator) -> Iterator[str]:
    """The names by which a text uses what IPython keeps of cells, unless it binds them itself."""
    numbered = (f"_{number}" for number in range(1, _MOST_NUMBERS))
    found = (each[0] for each in _NUMBERED.finditer(program.syntax.text))
    for name in dict.fromkeys((*_OUTPUTS, *numbered, *found)):
        for node in program.syntax.names(name):
            bindings = program.scopes.bindings(name, node)
            is_bound = bool(bindings) and name in ("Out", "_oh")
            if is_use(node) and not is_bound:
                yield name
