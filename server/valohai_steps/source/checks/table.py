"""The rules that judge one call, one row each; and those that judge a whole file."""

from collections.abc import Callable, Iterator, Sequence

from valohai_steps.model.finding import Finding, Related
from valohai_steps.model.rules import Severity
from valohai_steps.model.step import StepFact
from valohai_steps.source.calls.call_reading import CallReading
from valohai_steps.source.checks.arguments import missing_step_name, positional_argument, unknown_argument
from valohai_steps.source.checks.defaults import local_input, unsupported_default
from valohai_steps.source.checks.definitions import invalid_definition
from valohai_steps.source.checks.names import duplicate_key, invalid_name, name_clash
from valohai_steps.source.checks.portability import not_portable
from valohai_steps.source.checks.values import changed_after_definition, not_static
from valohai_steps.source.evaluation.evaluation import Evaluation

Check = Callable[[CallReading], Iterator[Finding]]

CALL_CHECKS: tuple[Check, ...] = (
    not_static,  # VH101
    changed_after_definition,  # VH103
    missing_step_name,  # VH104
    unknown_argument,  # VH105
    positional_argument,  # VH106
    unsupported_default,  # VH107
    duplicate_key,  # VH109
    name_clash,  # VH110
    invalid_name,  # VH111
    invalid_definition,  # VH112
    local_input,  # VH113
)


def judge(reading: CallReading, evaluation: Evaluation) -> tuple[tuple[Finding, ...], bool]:
    """The findings of one call, and whether all of it may be written to valohai.yaml."""
    found = [finding for check in CALL_CHECKS for finding in check(reading)]
    complete = not any(reading.unknowns) and not any(
        finding.rule.severity is Severity.ERROR for finding in found
    )
    if complete:
        found += not_portable(reading, evaluation)
    return tuple(found), complete


def duplicate_steps(text: str, steps: Sequence[StepFact]) -> Iterator[Finding]:
    """VH108 within a file, and VH102 for what the vendor makes of several calls that it sees."""
    first: dict[str, StepFact] = {}
    for step in steps:
        known = first.setdefault(step.name, step)
        if known is not step:
            message = f"step {step.name!r} is declared twice in this file; give each call a name of its own"
            yield Finding("VH108", step.name_span, message, (Related(known.name_span, "the first one"),))
    for step in steps[1:]:
        seen = text[step.callee_span.start : step.callee_span.end] == "valohai.prepare"
        if step.complete and seen:
            message = (
                "`vh yaml step` makes one step of all calls in a file; here each is a step of its own, and "
                "valohai-steps writes it so"
            )
            related = (Related(steps[0].callee_span, "the first one"),)
            yield Finding("VH102", step.callee_span, message, related)
