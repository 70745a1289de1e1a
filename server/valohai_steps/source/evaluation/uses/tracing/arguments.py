"""Values that are given to calls: which functions are known, which are read here, which may do anything."""

from msgspec import Struct

from valohai_steps.source.evaluation.evaluator import Evaluator, shortened
from valohai_steps.source.evaluation.modules.whole_program import is_replaced, related, says
from valohai_steps.source.evaluation.tables.harmless import (
    ACTIONS,
    ADDING,
    BUILTINS,
    CODE,
    FUNCTIONS,
    ITERATING,
    STORING,
)
from valohai_steps.source.evaluation.uses.tracing import attributes, meetings
from valohai_steps.source.evaluation.uses.tracing.calls import applications
from valohai_steps.source.evaluation.uses.tracing.calls.callees import (
    Callee,
    builtin_method,
    callee_of,
    culprit_of,
    definition_of,
    encoder_of,
    is_logger,
    is_valohai,
    is_writer,
    only_writes,
)
from valohai_steps.source.evaluation.uses.tracing.calls.parameters import parameters_of
from valohai_steps.source.evaluation.uses.tracing.calls.results import given as given_of
from valohai_steps.source.evaluation.uses.tracing.calls.results import gives_whole, holds_named
from valohai_steps.source.evaluation.uses.tracing.reach import Reach, Why
from valohai_steps.source.evaluation.uses.tracing.trace import (
    Frame,
    Trace,
    class_of,
    entered,
    uses_of,
)
from valohai_steps.source.tree.binding import bound_at
from valohai_steps.source.tree.nodes import call_given, called_at
from valohai_steps.source.tree.syntax import Node, field, parts


class Argument(Struct, frozen=True):
    """One argument of a call; `name` is its keyword."""

    call: Node
    node: Node
    name: str | None = None

    @property
    def index(self) -> int | None:
        """Its place among those without a name; None when `*` may move it."""
        for index, each in enumerate(parts(field(self.call, "arguments"))):
            if each.id == self.node.id:
                return index
            if each.type in ("list_splat", "dictionary_splat"):
                return None
        return None


def argument(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    """`f(p)`."""
    call = call_given(node)
    if call is None:  # the bases of a class
        trace.harm(node, reach, frame, "is given to a class", "give")
    else:
        passed(trace, Argument(call, node), reach, frame)


def keyword(trace: Trace, parent: Node, node: Node, reach: Reach, frame: Frame) -> None:
    """`f(name=p)`."""
    call, name = call_given(parent), field(parent, "name")
    if call is not None and name is not None and name.id != node.id:
        passed(trace, Argument(call, node, frame.program.syntax.name(name)), reach, frame)
    elif name is None or name.id != node.id:
        trace.harm(node, reach, frame, "is given to a class", "give")


def spread(trace: Trace, parent: Node, splat: Node, reach: Reach, frame: Frame) -> None:
    """`f(*p)`, `f(**p)`: the call gets the elements."""
    call = parent.parent
    is_keys = splat.type == "list_splat" and trace.is_dict and reach == Reach()
    if call is None or reach.part.inside >= trace.levels or is_keys:
        return
    callee = callee_of(frame.program, call)
    if is_valohai(frame.program, callee) or kind_of(frame.program, callee) == "reads":
        return
    kind = kind_of(frame.program, callee)
    if kind is not None and splat.type == "list_splat" and (callee.builtin or callee.full_name) in ITERATING:
        result = given_of(kind, reach.part)
        if result is not None:
            trace.follow(call, result, frame)
        return
    if callee.builtin == "dict" and splat.type == "dictionary_splat":
        trace.follow(call, reach.copied, frame)
        return
    _unknown(trace, Argument(call, splat.named_children[0]), reach.part, frame)


def passed(trace: Trace, argument: Argument, reach: Reach, frame: Frame) -> None:
    """A call gets the value as an argument."""
    program = frame.program
    callee = callee_of(program, argument.call)
    if is_valohai(program, callee) or is_logger(program, callee) or is_writer(program, callee):
        return
    if only_writes(program, callee, argument.call):
        return
    kind = kind_of(program, callee)
    if kind is not None:
        kind = "reads" if kind == "numbers" and trace.is_array(reach) else kind
        _known(trace, kind, argument, reach, frame)
        return
    if callee.owner is not None and _of_owner(trace, callee, argument, reach, frame):
        return
    if not _entered(trace, callee, argument, reach, frame):
        _unknown(trace, argument, reach, frame)


def handed_out(trace: Trace, function: Node, node: Node, reach: Reach, frame: Frame) -> None:
    """A function that returns the value gives it to all who call it."""
    name = field(function, "name")
    program = frame.program
    bindings = () if name is None else bound_at(name)
    is_plain = function.type == "function_definition" and not is_decorated(function)
    if name is None or not bindings or class_of(function) is not None or not is_plain:
        trace.harm(node, reach, frame, "is returned by a function, whose caller may change it", "return")
        return
    frame = Frame(program, frame.origin, frame.at)
    for use in uses_of(program, bindings[0]):
        call = called_at(use)
        if call is not None:
            trace.follow(call, reach, frame)
        else:
            source = program.syntax.source(name)
            trace.harm(
                node, reach, frame, f"is returned by `{source}()`, whose caller may change it", "return"
            )


def is_decorated(function: Node) -> bool:
    """Whether another function gets this one, and may wrap it."""
    return function.parent is not None and function.parent.type == "decorated_definition"


def kind_of(program: Evaluator, callee: Callee) -> str | None:
    """What the table of harmless calls says."""
    row = BUILTINS.get(callee.builtin) if callee.builtin else FUNCTIONS.get(callee.full_name)
    if row is None or (callee.full_name and is_replaced(program, callee.full_name)):
        return None
    return None if encoder_of(program, callee) is not None else row[0]


def _known(trace: Trace, kind: str, argument: Argument, reach: Reach, frame: Frame) -> None:
    callee = callee_of(frame.program, argument.call)
    given = parts(field(argument.call, "arguments"))
    met = meetings.in_call(frame, callee, argument.call, argument.node, reach)
    if met is not None:
        trace.blame(argument.node, reach, frame, met)
        return
    is_alone = sum(each.type != "keyword_argument" for each in given) < 2
    whole = gives_whole(callee, kind, argument.name, argument.index, is_alone=is_alone)
    if whole:
        _applied(trace, argument, reach, frame)
        trace.follow(argument.call, reach, frame)
    keys = trace.is_dict and reach == Reach() and argument.name is None
    if not keys or (kind == "element" and not is_alone):  # `max(p, key=f)` gives `f` the keys
        _applied(trace, argument, reach if keys else reach.part, frame)
    if callee.builtin == "map" or (keys and kind in ("lists", "pairs", "element")):
        return  # what the function gives is followed; iterating a dict gives its keys
    if argument.name is not None and not whole:  # dict(k=p)
        trace.follow(argument.call, reach.held, frame)
    result = given_of(kind, reach)
    if result is not None and (argument.name is None or not holds_named(callee)):
        trace.follow(argument.call, result, frame)
    if kind in ("copies", "lists") and reach.above > 1:  # dict([("k", p)]) takes the pairs apart
        trace.follow(argument.call, reach.part, frame)


def _applied(trace: Trace, argument: Argument, reach: Reach, frame: Frame) -> None:
    """`map(f, p)`, `sorted(p, key=f)`: what `f` does to an element."""
    is_reached = reach.inside < trace.levels
    if is_reached and not applications.applied(trace, argument.call, argument.node, reach, frame):
        _unknown(trace, argument, reach, frame)


def _of_owner(trace: Trace, callee: Callee, argument: Argument, reach: Reach, frame: Frame) -> bool:
    """`holder.append(p)`, `dict.update(p)`, `", ".join(p)`; False when it is none of these."""
    owner, call = callee.owner, argument.call
    if owner is None:
        return False
    if owner.type in ("string", "concatenated_string"):
        return True
    if builtin_method(frame.program, callee):
        if argument.index == 0:
            attributes.method(trace, callee.method, call, reach, frame)
        return argument.index == 0
    if callee.method not in STORING:
        return _is_choices(frame.program, callee, argument)
    copies = STORING[callee.method] == "copies" and argument.name is None
    kept = reach if not copies else Reach(max(reach.above - 1, 0), reach.inside + (not reach.above))
    holder = attributes.holder_of(trace, owner, kept, frame, call)
    if holder is not None:
        keys = parts(field(call, "arguments"))[:1] if callee.method == "__setitem__" else []
        for held in attributes.stored_by(trace, frame, keys, kept):
            trace.name(holder, held, frame)
        if copies and reach.above > 1:  # h.update([("k", p)])
            trace.name(holder, kept, frame)
    if callee.method == "setdefault":
        trace.follow(call, reach, frame)
    return True


def _is_choices(program: Evaluator, callee: Callee, argument: Argument) -> bool:
    """`parser.add_argument("--x", choices=p)`: argparse only looks into it."""
    if callee.method not in ADDING or argument.name != "choices" or says(program, (*ADDING, *ACTIONS)):
        return False
    outer = argument.call.parent
    return outer is not None and outer.type == "expression_statement"


def _entered(trace: Trace, callee: Callee, argument: Argument, reach: Reach, frame: Frame) -> bool:
    """Follow the parameter of a function that is read here; False when it is not."""
    found = definition_of(frame.program, callee.node)
    if found is None or says(frame.program, CODE):
        return False
    program, function, skipped = found
    inner = entered(frame, program, argument.call, function)
    index = argument.index if argument.name is None else None
    if inner is None or (argument.name is None and index is None):
        return False
    targets = list(parameters_of(inner, function, argument.name, None if index is None else index + skipped))
    for target, held in targets:
        trace.name(target, reach.held if held else reach, inner)
    return bool(targets)


def _unknown(trace: Trace, argument: Argument, reach: Reach, frame: Frame) -> None:
    function = field(argument.call, "function")
    source = "" if function is None else shortened(frame.program.syntax.source(function))
    how = f"is passed to `{source}()`, which may change it"
    culprit = culprit_of(frame.program, callee_of(frame.program, argument.call))
    because = "" if culprit is None else f" because of `{culprit.what}` {culprit.where}"
    others = related(culprit, f"`{source}()` may do something else because of this")
    trace.blame(argument.node, reach, frame, Why(how + because, "pass", others))
