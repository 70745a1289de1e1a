"""`read_python`: a text in, the facts and findings of its `prepare()` calls out. Never raises."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from valohai_steps.model.finding import Finding, Related
from valohai_steps.model.step import Read, StepFact
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.source.calls import (
    Call,
    PrepareCall,
    described,
    find_calls,
    is_intact,
    is_module,
    module_names,
)
from valohai_steps.source.stale import kept_steps
from valohai_steps.source.static_eval import Evaluation
from valohai_steps.source.steps import read_step
from valohai_steps.source.syntax import Node, Syntax

_IGNORE = re.compile(r"#\s*valohai:\s*ignore(?:\[([^\]\n]*)\])?")


@dataclass(frozen=True, slots=True)
class PythonFile:
    """What a Python text says. `syntax` is the parser's state, for the next parse to start from."""

    text: str
    steps: tuple[StepFact, ...] = ()
    calls: tuple[PrepareCall, ...] = ()
    reads: tuple[Read, ...] = ()
    problems: tuple[Finding, ...] = ()
    syntax: Syntax | None = field(default=None, repr=False, compare=False)


def read_python(
    text: str, *, previous: PythonFile | None = None, edits: Sequence[TextEdit] = ()
) -> PythonFile:
    """Read a text.

    `previous` and `edits` are the state before and what led from it to `text`: the tree is parsed again only
    where it changed, and a call that is half-typed keeps its last good facts, marked stale.
    """
    if "valohai" not in text:
        return PythonFile(text)
    syntax = Syntax(text, previous.syntax if previous is not None else None, tuple(edits))
    evaluation = Evaluation(syntax)
    steps: list[StepFact] = []
    problems: list[Finding] = []
    calls = list(find_calls(syntax))
    for call in calls:
        if not is_intact(syntax, call):
            problems.append(_broken(syntax, call))
            continue
        step, found = read_step(syntax, evaluation, call)
        problems += found
        if step is not None:
            steps.append(step)
    if previous is not None:
        steps = kept_steps(previous.steps, steps, edits, text, broken=syntax.root.has_error)
    problems += _duplicates(steps)
    return PythonFile(
        text=text,
        steps=tuple(steps),
        calls=tuple(described(syntax, call) for call in calls),
        reads=tuple(_reads(syntax)),
        problems=tuple(sorted(_not_ignored(text, problems), key=lambda finding: finding.span)),
        syntax=syntax,
    )


def _broken(syntax: Syntax, call: Call) -> Finding:
    """The finding at the break of a call that is not complete Python."""
    node = next(_errors(call.node), call.callee)
    span = syntax.span(node)
    if span.start == span.end:
        span = Span(max(span.start - 1, 0), span.end)
    message = "this prepare() call is not complete Python; close its brackets and quotes, and mind the commas"
    return Finding("VH101", span, message)


def _errors(node: Node) -> Iterator[Node]:
    if node.is_error or node.is_missing:
        yield node
    elif node.has_error:
        for child in node.children:
            yield from _errors(child)


def _duplicates(steps: list[StepFact]) -> Iterator[Finding]:
    first: dict[str, StepFact] = {}
    for step in steps:
        known = first.setdefault(step.name, step)
        if known is not step:
            message = f"step {step.name!r} is declared twice in this file; give each call a name of its own"
            yield Finding("VH108", step.name_span, message, (Related(known.name_span, "the first one"),))


def _reads(syntax: Syntax) -> Iterator[Read]:
    """`valohai.parameters("x")` and `valohai.inputs("x")`."""
    for kind in ("parameters", "inputs"):
        for node in syntax.names(kind):
            attribute = node.parent
            call = attribute.parent if attribute is not None and attribute.type == "attribute" else None
            if attribute is None or call is None or call.type != "call":
                continue
            module = attribute.child_by_field_name("object")
            arguments = call.child_by_field_name("arguments")
            if (
                module is None
                or module.type != "identifier"
                or arguments is None
                or not arguments.named_children
            ):
                continue
            if syntax.source(module) in module_names(syntax) and is_module(syntax, module):
                found = Evaluation(syntax).value(arguments.named_children[0])
                value = getattr(found, "value", None)
                if isinstance(value, str):
                    yield Read(kind.removesuffix("s"), value, found.span)


def _not_ignored(text: str, problems: list[Finding]) -> Iterator[Finding]:
    """Findings whose line does not say `# valohai: ignore[CODE]`; without codes it silences all."""
    for finding in problems:
        end = text.find("\n", finding.span.start)
        line = text[text.rfind("\n", 0, finding.span.start) + 1 : end if end >= 0 else len(text)]
        match = _IGNORE.search(line)
        codes = None if match is None else match[1]
        if match is None or (codes is not None and finding.code not in codes.replace(" ", "").split(",")):
            yield finding
