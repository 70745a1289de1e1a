"""VH141 and VH142: what a pipeline in Python names of steps, and what valohai.yaml cannot hold of it."""

from collections.abc import Iterator

from valohai_steps.config.lint.nearest import hint
from valohai_steps.config.references.catalogue import Catalogue
from valohai_steps.model.finding import Finding, Fix
from valohai_steps.model.pipeline import PipelineFact
from valohai_steps.model.text import Span, TextEdit


def unknown_names(text: str, fact: PipelineFact, catalogue: Catalogue) -> Iterator[Finding]:
    """VH141 for each step, input and parameter that is not there, each place once: main() would raise.

    `text` is the Python text, in which the spans of the fact count.
    """
    if not catalogue.complete:
        return
    for step, span in dict.fromkeys(fact.steps):
        if step not in catalogue.steps:
            near, end = hint(step, catalogue.steps, "step")
            yield _finding(text, span, f"there is no step {step!r} in valohai.yaml{end}", near)
    for each in fact.demanded:
        known = catalogue.steps.get(each.step)
        if known is None:
            continue
        listed = known.known_inputs if each.kind == "input" else known.known_parameters
        names = [item.text for item in listed or ()]
        if listed is not None and each.name not in names:
            near, end = hint(each.name, names, each.kind)
            message = f"there is no {each.kind} {each.name!r} in step {each.step!r}{end}"
            yield _finding(text, each.span, message, near)


def left_out(fact: PipelineFact) -> Iterator[Finding]:
    """VH142 for each setting of a node that valohai.yaml cannot hold."""
    for each in fact.left_out:
        said = f"{each.method}({each.name!r})" if each.name else f"{each.method}()"
        message = (
            f"a node in valohai.yaml cannot hold {said}, so it is left out; declare a task there and "
            f"let node {each.node} run it"
        )
        if each.method == "parameter":
            message = (
                f"valohai.yaml cannot hold this value for parameter {each.name!r}, so it is left out; pass a "
                "string, a number, or true or false"
            )
        yield Finding("VH142", each.span, message)


def _finding(text: str, span: Span, message: str, near: str | None) -> Finding:
    written = text[span.start : span.end]
    plain = len(written) > 1 and written[0] in "'\"" and written[-1] == written[0] and near is not None
    if not plain or near is None or not near.isprintable() or written[0] in near or "\\" in near:
        return Finding("VH141", span, message)
    edit = TextEdit(span, f"{written[0]}{near}{written[0]}")
    return Finding("VH141", span, message, fixes=(Fix(f"Change to {near}", (edit,), preferred=True),))
