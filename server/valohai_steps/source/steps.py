"""From a `prepare()` call to a step's facts, and what is wrong with them (VH101, VH104-VH113)."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field

from valohai_steps.model.finding import Finding, Fix
from valohai_steps.model.step import Attribute, InputFact, ParameterFact, Static, StepFact, Unknown, Value
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.source.calls import Call
from valohai_steps.source.static_eval import Display, Entry, Evaluation
from valohai_steps.source.syntax import Node, Syntax

# The arguments of prepare() in the vendor's valohai-utils 0.8, in its order.
ARGUMENTS = (
    "step",
    "default_parameters",
    "default_inputs",
    "image",
    "environment",
    "multifile",
    "upload_store",
)
# Names that users of the older interface still write.
_FORMER = {"parameters": "default_parameters", "inputs": "default_inputs"}


@dataclass(slots=True)
class _Reading:
    """What is gathered from one call."""

    syntax: Syntax
    evaluation: Evaluation
    problems: list[Finding] = field(default_factory=list)

    def span(self, node: Node) -> Span:
        return self.syntax.span(node)

    def report(self, code: str, span: Span, message: str, *fixes: Fix) -> None:
        self.problems.append(Finding(code, span, message, fixes=fixes))

    def report_unknown(self, value: Unknown) -> None:
        advice = "write the value itself, or assign it once, plainly, in this file"
        self.problems.append(Finding("VH101", value.span, f"{value.reason}; {advice}", value.related))


def read_step(syntax: Syntax, evaluation: Evaluation, call: Call) -> tuple[StepFact | None, list[Finding]]:
    """The facts of one call, None without a usable name; and its problems."""
    reading = _Reading(syntax, evaluation)
    arguments = _arguments(reading, call.node)
    name = _step_name(reading, call, arguments.get("step"))
    parameters, parameters_span = _items(reading, arguments.get("default_parameters"), "default_parameters")
    inputs, inputs_span = _items(reading, arguments.get("default_inputs"), "default_inputs")
    texts = {key: _text(reading, key, arguments.get(key)) for key in ("image", "environment", "upload_store")}
    multifile = _flag(reading, arguments.get("multifile"))
    if name is None:
        return None, reading.problems
    step = StepFact(
        name=str(name.value),
        name_span=name.span,
        call_span=reading.span(call.node),
        callee_span=reading.span(call.callee),
        parameters=tuple(_parameter(reading, entry) for entry in parameters),
        inputs=tuple(_input(reading, entry) for entry in inputs),
        image=texts["image"],
        environment=texts["environment"],
        upload_store=texts["upload_store"],
        multifile=multifile,
        parameters_span=parameters_span,
        inputs_span=inputs_span,
        complete=not any(problem.rule.severity == 1 for problem in reading.problems),
    )
    return step, reading.problems


def _arguments(reading: _Reading, call: Node) -> dict[str, Node]:
    """The keyword arguments by name; anything else is a problem."""
    found: dict[str, Node] = {}
    holder = call.child_by_field_name("arguments")
    for child in holder.named_children if holder is not None else ():
        if child.type == "comment":
            continue
        name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
        if child.type == "keyword_argument" and name is not None and value is not None:
            key = reading.syntax.source(name)
            if key in ARGUMENTS:
                found[key] = value
            else:
                _unknown_argument(reading, key, reading.span(name))
        elif child.type == "dictionary_splat":
            reading.report(
                "VH101",
                reading.span(child),
                "only running the file would tell what ** adds here; write the arguments one by one",
            )
        else:
            _positional(reading, child, found)
    return found


def _unknown_argument(reading: _Reading, name: str, span: Span) -> None:
    near = _FORMER.get(name) or next(iter(difflib.get_close_matches(name, ARGUMENTS, n=1)), None)
    hint = f"; did you mean {near!r}?" if near else f"; it takes {', '.join(ARGUMENTS)}"
    fixes = (Fix(f"Rename to {near!r}", (TextEdit(span, near),), preferred=True),) if near else ()
    reading.report("VH105", span, f"{name!r} is not an argument of prepare(){hint}", *fixes)


def _positional(reading: _Reading, child: Node, found: dict[str, Node]) -> None:
    span = reading.span(child)
    guess = next((name for name in ARGUMENTS[:4] if name not in found), None)
    if child.type == "string":
        guess = "step" if "step" not in found else "image"
    fixes: tuple[Fix, ...] = ()
    if guess is not None and not child.type.endswith("splat"):
        edit = TextEdit(Span(span.start, span.start), f"{guess}=")
        fixes = (Fix(f"Add {guess!r}", (edit,), preferred=True),)
    reading.report("VH106", span, "prepare() takes keyword arguments only; name this one", *fixes)


def _step_name(reading: _Reading, call: Call, node: Node | None) -> Static | None:
    if node is None:
        if not any(problem.code == "VH106" for problem in reading.problems):
            message = 'this step has no name; add step="..." so that valohai.yaml can hold it'
            reading.report("VH104", reading.span(call.callee), message)
        return None
    value = reading.evaluation.value(node)
    if isinstance(value, Unknown):
        reading.report_unknown(value)
        return None
    if not isinstance(value.value, str) or not value.value.strip():
        reading.report("VH104", reading.span(node), "the name of a step must be a text that is not empty")
        return None
    return value


def _text(reading: _Reading, key: str, node: Node | None) -> Value | None:
    if node is None:
        return None
    value = reading.evaluation.value(node)
    if isinstance(value, Unknown):
        reading.report_unknown(value)
    elif value.value is not None and not isinstance(value.value, str):
        reading.report("VH107", value.span, f"{key} must be a text, not {_kind(value.value)}")
    return value


def _flag(reading: _Reading, node: Node | None) -> Value | None:
    value = None if node is None else reading.evaluation.value(node)
    if isinstance(value, Unknown):
        reading.report_unknown(value)
    return value


def _items(reading: _Reading, node: Node | None, argument: str) -> tuple[list[Entry], Span | None]:
    """The entries of a dict argument; a key given twice counts once, the last time."""
    if node is None or node.type == "none":
        return [], None
    display = reading.evaluation.display(node)
    if isinstance(display, Unknown):
        plain = reading.evaluation.value(node)
        if isinstance(plain, Static):
            message = f"{argument} must be a dict of names and defaults, not {_kind(plain.value)}"
            reading.report("VH107", reading.span(node), message)
        else:
            reading.report_unknown(display)
        return [], None
    return list(_usable(reading, display)), display.span


def _usable(reading: _Reading, display: Display) -> Iterator[Entry]:
    by_name: dict[str, Entry] = {}
    for entry in display.entries:
        if isinstance(entry.key, Unknown):
            reading.report_unknown(entry.key)
        elif not isinstance(entry.key.value, str) or not entry.key.value:
            reading.report("VH111", entry.key.span, "a name must be a text that is not empty")
        else:
            if entry.key.value in by_name:
                reading.report(
                    "VH109", entry.key.span, f"{entry.key.value!r} stands here twice; the last one counts"
                )
            by_name[entry.key.value] = entry
    return iter(by_name.values())


def _parameter(reading: _Reading, entry: Entry) -> ParameterFact:
    default, attributes, nested = _definition(reading, entry)
    if isinstance(default, Static) and (why := _unsupported(default.value)):
        reading.report("VH107", default.span, why)
    name, name_span = _name(entry)
    return ParameterFact(name, name_span, entry.span, default, attributes, nested)


def _input(reading: _Reading, entry: Entry) -> InputFact:
    default, attributes, nested = _definition(reading, entry)
    if isinstance(default, Static) and not _is_uris(default.value):
        what = _kind(default.value)
        reading.report(
            "VH107", default.span, f"an input's default must be a URI or a list of URIs, not {what}"
        )
    elif isinstance(default, Static):
        _report_local(reading, default)
    name, name_span = _name(entry)
    return InputFact(name, name_span, entry.span, default, attributes, nested)


def _report_local(reading: _Reading, default: Static) -> None:
    listed = default.value if isinstance(default.value, (list, tuple)) else [default.value]
    local = [uri for uri in listed if isinstance(uri, str) and uri and "://" not in uri]
    if local:
        message = (
            f"{local[0]!r} is a local path: it works on this machine, the platform cannot read it, and "
            "valohai.yaml gets no default from it"
        )
        reading.report("VH113", default.span, message)


def _name(entry: Entry) -> tuple[str, Span]:
    key = entry.key
    return (str(key.value) if isinstance(key, Static) else "", key.span)


def _definition(reading: _Reading, entry: Entry) -> tuple[Value | None, tuple[Attribute, ...], bool]:
    """The default and the other keys of a nested definition, or the plain default."""
    value = entry.value
    display = reading.evaluation.display(entry.node)
    if isinstance(display, Display):
        entries = list(_usable(reading, display))
        default = next((found.value for found in entries if _name(found)[0] == "default"), None)
        attributes = tuple(
            Attribute(*_name(found), found.value) for found in entries if _name(found)[0] != "default"
        )
        for part in (default, *(attribute.value for attribute in attributes)):
            if isinstance(part, Unknown):
                reading.report_unknown(part)
        return default, attributes, True
    if isinstance(value, Unknown):
        reading.report_unknown(value)
    return value, (), False


def _unsupported(value: object) -> str | None:
    """Why Valohai has no type for a default; None when it has."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return None
    if isinstance(value, (list, tuple)):
        if any(not isinstance(element, (bool, int, float, str)) for element in value):
            return "a list may hold numbers and texts only; Valohai has no type for what is in this one"
        kinds = {type(element) for element in value}
        if len(kinds) > 1 and kinds != {int, float}:
            return "the elements of a list must be of one type; write them as texts, or as numbers"
        return None
    return f"Valohai has no type for {_kind(value)}; use a number, a text, true or false, or a list of these"


def _is_uris(value: object) -> bool:
    listed = value if isinstance(value, (list, tuple)) else [value]
    return value is None or all(isinstance(uri, str) for uri in listed)


def _kind(value: object) -> str:
    names = {
        dict: "a dict",
        set: "a set",
        list: "a list",
        tuple: "a tuple",
        str: "a text",
        bytes: "bytes",
        bool: "true or false",
        int: "a number",
        float: "a number",
        complex: "a complex number",
        type(None): "None",
    }
    return names.get(type(value), type(value).__name__)
