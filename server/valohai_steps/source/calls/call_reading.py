"""One `prepare()` call, read: its arguments, parameters and inputs, each with its value and place."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from valohai_steps.model.step import (
    Attribute,
    InputFact,
    ParameterFact,
    Static,
    StepFact,
    Unknown,
    Value,
)
from valohai_steps.model.text import Span
from valohai_steps.source.calls.prepare_calls import Call
from valohai_steps.source.calls.replacement import replacements
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.evaluation.evaluator import not_static
from valohai_steps.source.evaluation.forms.displays import unknowns_of
from valohai_steps.source.evaluation.result import Evaluated, EvaluatedEntry, effective
from valohai_steps.source.tree.syntax import Node, Syntax, field, parts

# The arguments of prepare() in valohai-utils 0.8, in its order.
ARGUMENTS = (
    "step",
    "default_parameters",
    "default_inputs",
    "image",
    "environment",
    "multifile",
    "upload_store",
)


class GivenValue(Struct, frozen=True):
    """One argument that the call gives by name. `node` is its expression; None when `**` brings it."""

    name: str
    name_span: Span
    span: Span
    found: Evaluated
    node: Node | None


class DefaultItem(Struct, frozen=True):
    """One parameter or input: its entry, and the fact that it makes when its name is usable."""

    kind: str
    entry: EvaluatedEntry
    fact: ParameterFact | None


class CallReading(Struct, frozen=True):
    """What one call says, before it is judged.

    `given` are all arguments by name, also unknown ones and repeated ones; `positional` those without a
    name; `holes` what `**` adds that cannot be known.
    """

    syntax: Syntax
    call: Call
    given: tuple[GivenValue, ...]
    positional: tuple[Node, ...]
    holes: tuple[Unknown, ...]
    items: tuple[DefaultItem, ...]

    def argument(self, name: str) -> GivenValue | None:
        """The argument of this name; the last one, should it stand twice."""
        return next((given for given in reversed(self.given) if given.name == name), None)

    @property
    def name(self) -> Static | None:
        """The step's name, when it is one."""
        given = self.argument("step")
        value = None if given is None else given.found.value
        usable = isinstance(value, Static) and isinstance(value.value, str) and bool(value.value.strip())
        return value if usable and isinstance(value, Static) else None

    def facts(self, kind: str) -> Iterator[ParameterFact]:
        """The facts of the parameters or the inputs, those that count, in order."""
        by_name: dict[str, ParameterFact] = {}
        for item in self.items:
            if item.kind == kind and item.fact is not None:
                by_name[item.fact.name] = item.fact
        yield from by_name.values()

    @property
    def unknowns(self) -> Iterator[Unknown]:
        """Everything in the call that cannot be known, the smallest parts."""
        yield from self.holes
        for given in self.given:
            if given.name in ARGUMENTS:
                yield from unknowns_of(given.found)


def read_call(evaluation: Evaluation, call: Call) -> CallReading:
    """Read one call. Never raises."""
    evaluation.read_at(call.node)
    given: list[GivenValue] = []
    positional: list[Node] = []
    holes = list(replacements(evaluation, call.callee))
    for child in parts(field(call.node, "arguments")):
        name, value = field(child, "name"), field(child, "value")
        if child.type == "keyword_argument" and name is not None and value is not None:
            span = evaluation.syntax.span
            found = evaluation.found(value)
            given.append(GivenValue(evaluation.syntax.name(name), span(name), span(value), found, value))
        elif child.type == "dictionary_splat":
            _take_spread(evaluation, child, given, holes)
        else:
            positional.append(child)
    items = (*_items(given, "parameter"), *_items(given, "input"))
    return CallReading(evaluation.syntax, call, tuple(given), tuple(positional), tuple(holes), items)


def fact_of(reading: CallReading, *, complete: bool) -> StepFact | None:
    """The step's facts; None without a usable name."""
    name = reading.name
    if name is None:
        return None
    values: Mapping[str, GivenValue] = {given.name: given for given in reading.given}
    plain = {key: values[key].found.value if key in values else None for key in ARGUMENTS[3:]}
    return StepFact(
        name=str(name.value),
        name_span=name.span,
        call_span=reading.syntax.span(reading.call.node),
        callee_span=reading.syntax.span(reading.call.callee),
        parameters=tuple(reading.facts("parameter")),
        inputs=tuple(fact for fact in reading.facts("input") if isinstance(fact, InputFact)),
        image=plain["image"],
        environment=plain["environment"],
        upload_store=plain["upload_store"],
        multifile=plain["multifile"],
        parameters_span=_display(values.get("default_parameters")),
        inputs_span=_display(values.get("default_inputs")),
        complete=complete,
    )


def _take_spread(evaluation: Evaluation, child: Node, given: list[GivenValue], holes: list[Unknown]) -> None:
    inner = child.named_children
    found = evaluation.found(inner[0]) if inner else not_static(evaluation, child)
    if found.entries is None:
        value = found.value if isinstance(found.value, Unknown) else not_static(evaluation, child).value
        holes += [value] if isinstance(value, Unknown) else []
        return
    holes += found.holes
    for entry in effective(found.entries):
        if isinstance(entry.key, Unknown):
            holes.append(entry.key)
        elif isinstance(entry.key.value, str):
            given.append(
                GivenValue(entry.key.value, entry.key.span, entry.found.value.span, entry.found, None)
            )


def _items(given: list[GivenValue], kind: str) -> Iterator[DefaultItem]:
    wanted = f"default_{kind}s"
    argument = next((each for each in reversed(given) if each.name == wanted), None)
    for entry in (argument.found.entries or ()) if argument is not None else ():
        yield DefaultItem(kind, entry, _fact(entry, kind))


def _fact(entry: EvaluatedEntry, kind: str) -> ParameterFact | None:
    if not isinstance(entry.key, Static) or not isinstance(entry.key.value, str) or not entry.key.value:
        return None
    default: Value | None = entry.found.value
    attributes: list[Attribute] = []
    nested = entry.found.entries is not None
    if nested:
        default = None
        for each in effective(entry.found.entries or ()):
            if not isinstance(each.key, Static) or not isinstance(each.key.value, str):
                continue
            if each.key.value == "default":
                default = each.found.value
            else:
                attributes.append(Attribute(each.key.value, each.key.span, each.found.value))
    make = InputFact if kind == "input" else ParameterFact
    return make(entry.key.value, entry.key.span, entry.span, default, tuple(attributes), nested)


def _display(given: GivenValue | None) -> Span | None:
    return None if given is None else given.found.display
