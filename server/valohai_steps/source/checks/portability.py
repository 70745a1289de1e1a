"""VH102 not-portable: what is readable here, and not by the vendor's own parser behind `vh yaml step`.

That parser reads a call of exactly `valohai.prepare` that is a statement of its own; plain literals; and for
the two dicts a name, of which it takes the last plain assignment of a literal above the call, in any scope.
"""

from bisect import bisect_left
from collections.abc import Iterator

from valohai_steps.model.finding import Finding, Fix
from valohai_steps.model.step import Static
from valohai_steps.model.text import TextEdit, line_start, newline_of
from valohai_steps.source.calls.call_reading import ARGUMENTS, CallReading, GivenValue
from valohai_steps.source.checks import fixes
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.evaluation.literal_values import is_literal
from valohai_steps.source.tree.syntax import Node, Syntax, ancestors, field, is_field, parts

_TOOL = "`vh yaml step`"


def not_portable(reading: CallReading, evaluation: Evaluation) -> Iterator[Finding]:
    """VH102 of one call that is complete; a call that the vendor does not see gets one finding."""
    finding = _unseen(reading, evaluation)
    if finding is not None:
        yield finding
        return
    for given in reading.given:
        if given.name not in ARGUMENTS:
            continue
        if given.node is None:
            message = f"{_TOOL} does not see arguments that come through **; write them out"
            yield Finding("VH102", given.span, message)
        elif given.name in ("default_parameters", "default_inputs"):
            yield from _dict(reading, evaluation, given, given.node)
        elif not is_literal(reading.syntax.source(given.node)):
            yield _not_literal(reading, given.node, given.found.value)


def _unseen(reading: CallReading, evaluation: Evaluation) -> Finding | None:
    syntax, call = reading.syntax, reading.call
    if "".join(syntax.source(call.callee).split()) != "valohai.prepare":
        message = f"{_TOOL} reads only calls of valohai.prepare, by exactly that name"
        fix = _written_out(syntax, evaluation, call.callee)
        return Finding("VH102", syntax.span(call.callee), message, fixes=(fix,) if fix else ())
    child = call.node
    for parent in ancestors(child):
        if parent.type == "assignment" and is_field(parent, "right", child):
            message = f"{_TOOL} does not look for prepare() in an assignment; it returns nothing anyway"
            return Finding("VH102", syntax.span(call.callee), message)
        if parent.type == "call":
            message = f"{_TOOL} does not look for prepare() inside another call; make it a statement"
            return Finding("VH102", syntax.span(call.callee), message)
        child = parent
    return None


def _written_out(syntax: Syntax, evaluation: Evaluation, callee: Node) -> Fix | None:
    """Write `valohai.prepare`, and `import valohai` above the import that gave it another name."""
    name = callee if callee.type == "identifier" else field(callee, "object")
    bindings = evaluation.scopes.bindings(syntax.source(name), name) if name is not None else ()
    if len(bindings) != 1 or evaluation.scopes.bindings("valohai", callee):
        return None
    statement = bindings[0].statement
    span = syntax.span(statement)
    start = line_start(syntax.text, span.start)
    indent = syntax.text[start : span.start]
    if indent.strip():
        return None
    place = type(span)(span.start, span.start)
    edits = (
        TextEdit(place, f"import valohai{newline_of(syntax.text)}{indent}"),
        TextEdit(syntax.span(callee), "valohai.prepare"),
    )
    return Fix("Write valohai.prepare", edits)


def _dict(reading: CallReading, evaluation: Evaluation, given: GivenValue, node: Node) -> Iterator[Finding]:
    syntax, value = reading.syntax, given.found.value
    if node.type == "dictionary":
        yield from _display(reading, evaluation, node)
        return
    if node.type == "identifier":
        taken = _taken_by_vendor(evaluation, syntax.source(node), reading.call.node)
        bindings = evaluation.scopes.bindings(syntax.source(node), node)
        assigned = bindings[0].value if len(bindings) == 1 else None
        display = _unwrapped(assigned)
        if assigned is not None and display is not None and display.type == "dictionary":
            findings = list(_display(reading, evaluation, display))
            if findings:
                yield from findings
                return
            plain = isinstance(value, Static) and evaluation.found(assigned).value == value
            if plain and taken is not None and taken.id == assigned.id:
                return
    message = f"{_TOOL} reads a dict here, or the name of one that is assigned once above the call"
    if node.type == "identifier":
        message = f"{_TOOL} would not take the value of {syntax.source(node)} here; write the dict itself"
    yield Finding("VH102", given.span, message, fixes=_inlined(syntax, given.node, value))


def _unwrapped(node: Node | None) -> Node | None:
    """What stands in the parentheses."""
    while node is not None and node.type == "parenthesized_expression":
        node = next(iter(parts(node)), None)
    return node


def _display(reading: CallReading, evaluation: Evaluation, node: Node) -> Iterator[Finding]:
    """Every key and value of a display that is no literal."""
    syntax = reading.syntax
    if is_literal(syntax.source(node)):
        return
    for child in parts(node):
        if child.type != "pair":
            found = evaluation.found(node).value
            message = f"{_TOOL} reads only entries that are written out; it does not see what ** adds"
            yield Finding("VH102", syntax.span(child), message, fixes=_inlined(syntax, node, found))
            return
        for name in ("key", "value"):
            part = field(child, name)
            if part is None or is_literal(syntax.source(part)):
                continue
            if part.type == "dictionary":
                yield from _display(reading, evaluation, part)
            else:
                yield _not_literal(reading, part, evaluation.found(part).value)


def _not_literal(reading: CallReading, node: Node, value: object) -> Finding:
    message = (
        f"{_TOOL} cannot read this expression (it matters only if you use that command); "
        "write the value itself"
    )
    return Finding("VH102", reading.syntax.span(node), message, fixes=_inlined(reading.syntax, node, value))


def _inlined(syntax: Syntax, node: Node | None, value: object) -> tuple[Fix, ...]:
    if node is None or not isinstance(value, Static):
        return ()
    text = fixes.literal_text(syntax, value)
    return () if text is None else (fixes.inline(syntax.span(node), text),)


def _taken_by_vendor(evaluation: Evaluation, name: str, call: Node) -> Node | None:
    """The last literal that is assigned to this name above the call, whatever its scope."""
    from valohai_steps.source.evaluation.uses.mentions import literals_assigned  # for a name alone

    literals = literals_assigned(evaluation, name)
    place = bisect_left(literals, call.start_byte, key=lambda node: node.start_byte)
    return literals[place - 1] if place else None
