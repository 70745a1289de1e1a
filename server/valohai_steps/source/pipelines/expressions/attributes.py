"""`pipe.execution`, `os.environ`, `helpers.add`: attributes of values and objects."""

from valohai_steps.model.step import Unknown
from valohai_steps.source.pipelines.expressions.names import class_constant, in_module, top_frame
from valohai_steps.source.pipelines.memory.frames import Frame
from valohai_steps.source.pipelines.memory.functions import Function, ModuleObject
from valohai_steps.source.pipelines.memory.objects import (
    Bound,
    Config,
    External,
    Hidden,
    NodeObject,
    PaperValue,
    Partial,
    PipelineObject,
    Raises,
    Socket,
    hidden,
)
from valohai_steps.source.tree.syntax import Node, field

_PIPELINE = ("execution", "task")
_EITHER = ("output", "input", "parameter")
_TASK = (
    "grid_search",
    "random_search",
    "bayesian_tpe",
    "linear_parameter",
    "multiple_parameter",
    "random_parameter",
)
# What these objects have besides: only running would tell what it holds then.
_HELD = ("nodes", "edges", "config", "counters", "to_yaml", "to_api", "step", "inputs", "parameters", "papi")


def attribute(frame: Frame, node: Node) -> PaperValue:
    """The value of `owner.name`. Raises Raises where the object has no such attribute."""
    owner, member = field(node, "object"), field(node, "attribute")
    if owner is None or member is None:
        return frame.unknown(node)
    constant = class_constant(frame, node, owner) if owner.type == "identifier" else None
    if constant is not None:
        return constant
    name, held = frame.source(member), frame.value(owner)
    match held:
        case Unknown():
            return held
        case Config():
            return frame.unknown(node)
        case Function() | Partial():
            return hidden(frame.unknown(node))
        case External():
            return External(f"{held.name}.{name}")
        case ModuleObject():
            top = top_frame(frame.reading, held.script, frame.span(node))
            found = in_module(frame.reading, held.script, top, name)
            unknown = frame.unknown(node) if found is None or isinstance(found, Unknown) else None
            if unknown is None:
                return found
            return hidden(unknown) if found is None or isinstance(found, Hidden) else unknown
        case PipelineObject() | NodeObject() | Socket():
            return _of_object(frame, node, member, held, name)
        case _:
            return Bound(held, name)


def _of_object(
    frame: Frame, node: Node, member: Node, held: PipelineObject | NodeObject | Socket, name: str
) -> PaperValue:
    if isinstance(held, Socket):
        plain = {"key": held.fact.key, "type": held.fact.kind, "node": held.node}
        possible: tuple[str, ...] = ("to",)
    elif isinstance(held, NodeObject):
        plain = {"name": held.name, "type": held.kind, "papi": held.pipeline}
        possible = (*_EITHER, *(_TASK if held.kind == "task" else ()))
    else:
        plain, possible = {"name": held.name}, _PIPELINE
    if name in plain:
        return plain[name]
    if name in possible:
        return Bound(held, name)
    if name in _HELD or name.startswith("_"):
        return hidden(frame.unknown(node))
    raise Raises(frame.span(member), _missing(held, name, possible))


def _missing(held: PipelineObject | NodeObject | Socket, name: str, possible: tuple[str, ...]) -> str:
    if isinstance(held, NodeObject) and name in _TASK:
        return f"only a task node has {name}(); make the node with task() instead of execution()"
    what = {PipelineObject: "Pipeline", NodeObject: "node", Socket: "end of an edge"}[type(held)]
    article = "an" if what.startswith("end") else "a"
    first = ", ".join(possible[:-1])
    return f"{article} {what} has no {name}; it has {' and '.join(filter(None, (first, possible[-1])))}"
