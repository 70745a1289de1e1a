"""Pipelines written in Python: `valohai.Pipeline(...)`, its nodes, and what they name of the steps they run.

    pipe = Pipeline(name="nightly", config=config)
    node = pipe.execution("train")
    node.parameter("rate").to(other.parameter("rate"))

The methods are those of valohai-papi, which is what `valohai.Pipeline` is.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct

from valohai_steps.model.text import Span
from valohai_steps.source.calls.prepare_calls import find_calls
from valohai_steps.source.evaluation.literal_values import read_literal
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import ExcessiveText, Node, Syntax, field, is_field, parts

_NODES = ("execution", "task")
_METHODS: Mapping[str, str] = MappingProxyType(
    {
        "parameter": "parameter",
        "linear_parameter": "parameter",
        "multiple_parameter": "parameter",
        "random_parameter": "parameter",
        "input": "input",
    }
)
_KEYWORDS = ("step", "name", "key")  # what the first argument of these methods is called


class PipelineName(Struct, frozen=True):
    """A literal that names a step, or a parameter or an input of `step`. `kind` is the word for it."""

    kind: str
    name: str
    span: Span
    step: str


def pipeline_names(syntax: Syntax) -> Iterator[PipelineName]:
    """What the pipelines of a text name, node by node."""
    if "Pipeline" not in syntax.text:
        return
    try:
        yield from _names(Scopes(syntax))
    except ExcessiveText:
        return  # its one finding says so


def _names(scopes: Scopes) -> Iterator[PipelineName]:
    pipelines = [call.node for call in find_calls(scopes, "Pipeline")]
    if not pipelines:
        return
    methods = {method: _calls_by_maker(scopes, method) for method in (*_NODES, *_METHODS)}
    nodes = (node for word in _NODES for maker in pipelines for node in methods[word].get(maker.id, ()))
    for node in nodes:
        step = _first(scopes.syntax, node)
        if step is None:
            continue
        yield PipelineName("step", step[0], step[1], "")
        for method, kind in _METHODS.items():
            for call in methods[method].get(node.id, ()):
                named = _first(scopes.syntax, call)
                if named is not None:
                    yield PipelineName(kind, named[0], named[1], step[0])


def _calls_by_maker(scopes: Scopes, method: str) -> Mapping[int, list[Node]]:
    """The calls of a method, each by the identity of the expressions that may have made its object."""
    calls: dict[int, list[Node]] = {}
    for word in scopes.syntax.names(method):
        attribute = word.parent
        if attribute is None or attribute.type != "attribute" or not is_field(attribute, "attribute", word):
            continue
        call, maker = attribute.parent, field(attribute, "object")
        if call is None or maker is None or not is_field(call, "function", attribute):
            continue
        values = [maker]
        if maker.type == "identifier":
            bindings = scopes.bindings(scopes.syntax.source(maker), maker)
            values = [binding.value for binding in bindings if binding.value is not None]
        for value in values:
            calls.setdefault(value.id, []).append(call)
    return calls


def _first(syntax: Syntax, call: Node) -> tuple[str, Span] | None:
    """The text that the first argument is, with its place."""
    for argument in parts(field(call, "arguments"))[:1]:
        value: Node | None = argument
        if argument.type == "keyword_argument":
            name = field(argument, "name")
            known = name is not None and syntax.source(name) in _KEYWORDS
            value = field(argument, "value") if known else None
        if value is not None and value.type == "string":
            try:
                said = read_literal(syntax.source(value))
            except ValueError:
                return None
            return (said, syntax.span(value)) if isinstance(said, str) else None
    return None
