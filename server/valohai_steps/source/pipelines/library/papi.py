"""What valohai-papi does (0.1.3), which is what `valohai.Pipeline` is: nodes, names, ends, edges."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from msgspec import Struct

from valohai_steps.model.pipeline import EdgeFact, LeftOut, NamedInStep, NodeParameterFact, SocketFact
from valohai_steps.model.step import PythonValue
from valohai_steps.model.text import Span
from valohai_steps.source.pipelines.memory.frames import Frame
from valohai_steps.source.pipelines.memory.objects import (
    Bound,
    Config,
    Given,
    NodeObject,
    PaperValue,
    PipelineObject,
    Raises,
    Socket,
)
from valohai_steps.source.tree.syntax import Node

PIPELINES = frozenset({"valohai.Pipeline", "papi.Papi", "valohai.internals.pipeline.Papi"})
# Bound by name: the value with its place; None for one that is left out.
_Bound = Mapping[str, tuple[PaperValue, Span]]


def make_pipeline(frame: Frame, node: Node, given: Given) -> PaperValue:
    """`Pipeline(config, *, name="Pipeline")`."""
    bound = _SIGNATURES["Pipeline"].bound(frame.span(node), given)
    frame.reading.operations += 1
    if not isinstance(frame.known(bound["config"][0]), Config):
        raise Raises(bound["config"][1], "a Pipeline needs what main() is given; write config=config")
    found, span = bound.get("name", ("Pipeline", frame.span(node)))
    found = frame.known(found)
    if not isinstance(found, (str, int, float)):  # str() of them is the name
        frame.refuse(node)
    return PipelineObject(str(found), span, frame.span(node))


def method(frame: Frame, node: Node, callee: Bound, given: Given) -> PaperValue:
    """A method of a pipeline, a node, or the end of an edge."""
    handler = _METHODS[callee.name]
    return handler(frame, node, callee, given)


class _Signature(Struct, frozen=True):
    """A function of valohai-papi: what it must get, what it may get, how many without their names."""

    word: str
    required: tuple[str, ...]
    possible: tuple[str, ...]
    positional: int

    def bound(self, span: Span, given: Given) -> _Bound:
        """Arguments by name, as Python gives them. Raises Raises for others; `span` is the call."""
        word, possible = self.word, self.possible
        if len(given.positional) > self.positional:
            place = given.positional[self.positional][1]
            raise Raises(place, f"{word}() takes no argument more; remove this one, or say its name")
        bound = dict(zip(possible, given.positional, strict=False))
        for name, value in given.named.items():
            if name not in possible:
                what = f"it takes {' and '.join(possible)}" if possible else "remove it"
                raise Raises(value[1], f"{word}() takes no {name}; {what}")
            if name in bound:
                raise Raises(value[1], f"{word}() gets {name} twice; remove one")
            bound[name] = value
        for name in self.required:
            if name not in bound:
                raise Raises(span, f"{word}() needs {name}; pass it")
        return bound


def _text(frame: Frame, found: tuple[PaperValue, Span], what: str) -> str:
    value = frame.known(found[0])
    if not isinstance(value, str):
        raise Raises(found[1], f"{what} is a string, and this is none; write one")
    return value


def _add_node(frame: Frame, node: Node, callee: Bound, given: Given) -> PaperValue:
    pipeline = callee.receiver
    if not isinstance(pipeline, PipelineObject):
        return frame.unknown(node)
    bound = _given(frame, node, callee, given)
    step = _text(frame, bound["step"], "the name of a step")
    stated = bound.get("name")
    if stated is not None and not frame.known(stated[0]):
        stated = None
    if stated is None:
        count = pipeline.counted[step] = pipeline.counted.get(step, 0) + 1
        name = f"{step.lower().replace(' ', '_')}_{count}"
    else:
        name = _text(frame, stated, "the name of a node")
    span = frame.span(node)
    if name in pipeline.nodes:
        place = stated[1] if stated is not None else bound["step"][1]
        raise Raises(place, f"the pipeline has a node {name!r} already; give this one another name")
    made = NodeObject(
        pipeline, name, callee.name, step, span, bound["step"][1], None if stated is None else stated[1]
    )
    pipeline.nodes[name] = made
    return made


def _make_socket(frame: Frame, node: Node, callee: Bound, given: Given) -> PaperValue:
    holder = callee.receiver
    if not isinstance(holder, NodeObject):
        return frame.unknown(node)
    bound = _given(frame, node, callee, given)
    key = _text(frame, bound["key"], f"what {callee.name}() names")
    if callee.name == "input":
        holder.pipeline.demanded.append(NamedInStep(holder.step, "input", key, bound["key"][1]))
    return Socket(holder, SocketFact(holder.name, callee.name, key, frame.span(node), bound["key"][1]))


def _connect(frame: Frame, node: Node, callee: Bound, given: Given) -> PaperValue:
    source = callee.receiver
    bound = _given(frame, node, callee, given)
    target = frame.known(bound["dest"][0])
    if not isinstance(source, Socket) or not isinstance(target, Socket):
        raise Raises(bound["dest"][1], "an edge leads to the input of a node; write to(node.input(...))")
    if source.node.pipeline is not target.node.pipeline:
        raise Raises(bound["dest"][1], "this node is of another pipeline; an edge stays in one")
    source.node.pipeline.edges.append(EdgeFact(source.fact, target.fact, frame.span(node)))
    return None


def _set_parameter(frame: Frame, node: Node, callee: Bound, given: Given) -> PaperValue:
    holder = callee.receiver
    if not isinstance(holder, NodeObject):
        return frame.unknown(node)
    bound = _given(frame, node, callee, given)
    name = _demand(frame, node, holder, bound)
    value, span = frame.known(bound["value"][0]), bound["value"][1]
    if not _is_written(value):
        holder.pipeline.left_out.append(LeftOut(holder.name, "parameter", name, frame.span(node)))
        return holder
    holder.parameters[name] = NodeParameterFact(name, bound["name"][1], value, span)
    return holder


def _is_written(value: PythonValue) -> bool:
    """Whether valohai.yaml can hold a value for a parameter."""
    if isinstance(value, (list, tuple)):
        return all(isinstance(each, (str, int, float)) for each in value)
    return isinstance(value, (str, int, float))


def _demand(frame: Frame, node: Node, holder: NodeObject, bound: _Bound) -> str:
    name = _text(frame, bound["name"], "the name of a parameter")
    holder.pipeline.demanded.append(NamedInStep(holder.step, "parameter", name, bound["name"][1]))
    return name


def _vary(frame: Frame, node: Node, callee: Bound, given: Given) -> PaperValue:
    """A method of a task node for one parameter."""
    holder = callee.receiver
    if not isinstance(holder, NodeObject):
        return frame.unknown(node)
    name = _demand(frame, node, holder, _given(frame, node, callee, given))
    holder.parameters.pop(name, None)
    holder.pipeline.left_out.append(LeftOut(holder.name, callee.name, name, frame.span(node)))
    return holder


def _search(frame: Frame, node: Node, callee: Bound, given: Given) -> PaperValue:
    """A method of a task node for how it searches."""
    holder = callee.receiver
    if not isinstance(holder, NodeObject):
        return frame.unknown(node)
    _given(frame, node, callee, given)
    if callee.name == "bayesian_tpe":
        raise Raises(frame.span(node), "valohai-papi has no bayesian_tpe() yet; use random_search()")
    holder.pipeline.left_out.append(LeftOut(holder.name, callee.name, "", frame.span(node)))
    return holder


def _given(frame: Frame, node: Node, callee: Bound, given: Given) -> _Bound:
    return _SIGNATURES[callee.name].bound(frame.span(node), given)


_RANDOM = ("name", "min", "max", "count", "integerify", "seed")
_SIGNATURES: Mapping[str, _Signature] = MappingProxyType(
    {
        each.word: each
        for each in (
            _Signature("Pipeline", ("config",), ("config", "name"), 1),
            _Signature("execution", ("step",), ("step", "name"), 2),
            _Signature("task", ("step",), ("step", "name"), 2),
            _Signature("output", ("key",), ("key",), 1),
            _Signature("input", ("key",), ("key",), 1),
            _Signature("to", ("dest",), ("dest",), 1),
            _Signature("parameter", ("name", "value"), ("name", "value"), 2),
            _Signature("linear_parameter", ("name", "min", "max"), ("name", "min", "max", "step"), 1),
            _Signature("multiple_parameter", ("name", "choices"), ("name", "choices"), 2),
            _Signature("random_parameter", ("name", "min", "max"), _RANDOM, 1),
            _Signature("grid_search", (), (), 0),
            _Signature("random_search", ("executions",), ("executions",), 1),
            _Signature("bayesian_tpe", (), (), 0),
        )
    }
)
_Handler = Callable[[Frame, Node, Bound, Given], PaperValue]
_METHODS: Mapping[str, _Handler] = MappingProxyType(
    {
        "execution": _add_node,
        "task": _add_node,
        "output": _make_socket,
        "input": _make_socket,
        "to": _connect,
        "parameter": _set_parameter,
        "linear_parameter": _vary,
        "multiple_parameter": _vary,
        "random_parameter": _vary,
        "grid_search": _search,
        "random_search": _search,
        "bayesian_tpe": _search,
    }
)
