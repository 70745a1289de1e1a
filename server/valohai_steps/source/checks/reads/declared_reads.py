"""VH121 undeclared-name and VH122 unused-name: what a file reads against what its steps declare."""

from collections.abc import Iterable, Iterator, Sequence

from valohai_steps.model.finding import Finding, Related
from valohai_steps.model.step import ParameterFact, StepFact, ValueRead
from valohai_steps.source.calls.value_reads import ValueReads
from valohai_steps.source.checks import fixes
from valohai_steps.source.tree.syntax import Syntax

# For more names than these no declaration is offered: each is an edit of the whole call.
_MOST_OFFERED = 50


def undeclared_names(syntax: Syntax, reads: ValueReads, steps: Sequence[StepFact]) -> Iterator[Finding]:
    """VH121, as far as the file alone decides: it declares steps, all of them readable, none shared.

    A file without `prepare()` is judged by the step in valohai.yaml whose command runs it: `undeclared`.
    """
    if not steps or any(not step.complete or step.is_multifile for step in steps):
        return
    for kind in ("parameter", "input"):
        names = [fact.name for step in steps for fact in _declared(step, kind)]
        yield from undeclared(syntax, (read for read in reads.known if read.kind == kind), names, steps)


def undeclared(
    syntax: Syntax,
    reads: Iterable[ValueRead],
    names: Sequence[str],
    steps: Sequence[StepFact] = (),
    nobody: str = "no step of this file declares",
) -> Iterator[Finding]:
    """VH121 for reads of one kind against the names that are declared; `nobody` begins the message."""
    declared = frozenset(names)
    for index, read in enumerate(each for each in reads if each.name not in declared):
        if not read.name.strip():
            message = f"the name of {_article(read.kind)} {read.kind} cannot be empty; write the name of one"
            yield Finding("VH121", read.name_span, message)
            continue
        near = fixes.nearest(read.name, names)
        hint = f"did you mean {near!r}?" if near else f"declare it in default_{read.kind}s"
        message = f"{nobody} {_article(read.kind)} {read.kind} {read.name!r}; {hint}"
        offered = [fixes.rename(read.name_span, near, quoted=True)] if near else []
        if len(steps) == 1 and index < _MOST_OFFERED:
            display = steps[0].inputs_span if read.kind == "input" else steps[0].parameters_span
            declare = fixes.add_entry(syntax.text, display, read.name) if display is not None else None
            offered += [declare] if declare is not None else []
        yield Finding("VH121", read.name_span, message, fixes=tuple(offered))


def unused_names(reads: ValueReads, steps: Sequence[StepFact]) -> Iterator[Finding]:
    """VH122, where the file reads names of that kind at all, every one of them known."""
    for kind in ("parameter", "input"):
        names = {read.name for read in reads.known if read.kind == kind}
        if not names or kind in reads.unknown_kinds:
            continue
        for step in steps:
            for fact in _declared(step, kind):
                if fact.name not in names:
                    message = f"this file declares the {kind} {fact.name!r} but never reads it"
                    related = (Related(step.name_span, f"of step {step.name!r}"),)
                    yield Finding("VH122", fact.name_span, message, related)


def _declared(step: StepFact, kind: str) -> Iterator[ParameterFact]:
    yield from step.inputs if kind == "input" else step.parameters


def _article(kind: str) -> str:
    return "an" if kind == "input" else "a"
