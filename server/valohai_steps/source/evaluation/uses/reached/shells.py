"""IPython's shell, which reaches all names of a notebook: `get_ipython().push({"lr": 2})`."""

from collections.abc import Iterator

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.tables.harmless import ASKING
from valohai_steps.source.evaluation.uses.mentions import mentions
from valohai_steps.source.evaluation.uses.tracing.trace import uses_of
from valohai_steps.source.text.ipython.lines import statement
from valohai_steps.source.tree.binding import bound_at
from valohai_steps.source.tree.nodes import called_at
from valohai_steps.source.tree.syntax import Node, field, is_field, parts

_GIVERS = (
    *(("builtins", "get_ipython"), ("IPython", "get_ipython"), ("IPython.core.getipython", "get_ipython")),
    *(("InteractiveShell", "instance"), ("IPython", "embed"), ("IPython", "start_ipython")),
)
_LOOKS = frozenset(
    (
        *("comparison_operator", "not_operator", "if_statement", "expression_statement", "interpolation"),
        *("boolean_operator", "while_statement", "assert_statement"),
    )
)
_READ = frozenset(("__class__", "config", "has_trait", "colors", "version"))
_LINES = {"run_line_magic": "%{} {}", "magic": "%{}", "system": "!{}", "getoutput": "!{}"}


def shells(program: Evaluator) -> Iterator[Node]:
    """The uses of the shell that may do more than ask what it is."""
    for giver in _GIVERS:
        for expression in mentions(program, *giver):
            call = called_at(expression)
            is_asked = call is None and expression.parent is not None and expression.parent.type in _LOOKS
            if call is not None:
                yield from _powers(program, call, set())
            elif not is_asked:
                yield expression


def _powers(program: Evaluator, shell: Node, seen: set[int]) -> Iterator[Node]:
    outer = shell.parent
    if outer is None or outer.type in _LOOKS:
        return
    target = field(outer, "left") if outer.type == "assignment" else None
    if target is not None and target.type == "identifier":
        for use in (use for binding in bound_at(target) for use in uses_of(program, binding)):
            if use.id not in seen:
                seen.add(use.id)
                yield from _powers(program, use, seen)
    elif outer.type == "argument_list" and outer.parent is not None:
        function = field(outer.parent, "function")
        if function is None or program.syntax.source(function) not in ASKING:
            yield shell
    elif outer.type != "attribute" or not is_field(outer, "object", shell) or not _is_read(program, outer):
        yield outer


def _is_read(program: Evaluator, member: Node) -> bool:
    """`get_ipython().config`, `get_ipython().run_line_magic("matplotlib", "inline")`."""
    name = program.syntax.name(member.children[-1])
    if name in _READ:
        return True
    call = called_at(member)
    given = [] if call is None else parts(field(call, "arguments"))
    words = [program.syntax.source(each)[1:-1] for each in given if each.type == "string"]
    line = _LINES.get(name, "")
    if not words or len(words) != len(given) or len(words) != line.count("{}"):
        return False
    return not statement(line.format(*words)).strip()
