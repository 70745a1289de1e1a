"""Facts and findings of a Python text in the words of a test."""

from collections.abc import Iterable, Iterator

from valohai_steps.model.step import StepFact, Unknown, Value
from valohai_steps.model.text import Span, replacement
from valohai_steps.source.incremental.reader import PythonReader, start_reading
from valohai_steps.source.python_file import PythonFile, read_module


def typed(states: Iterable[str]) -> Iterator[PythonFile]:
    """Read each state on top of the one before, as an editor's session does."""
    reader: PythonReader | None = None
    for text in states:
        if reader is None:
            reader = start_reading(text)
        else:
            reader = reader.after(text, (replacement(reader.file.text, text),))
        yield reader.file


def last(states: Iterable[str]) -> PythonFile:
    """The reading of the last state."""
    *_, file = typed(states)
    return file


def default_of(expression: str, before: str = "") -> Value:
    """The value of an expression at the place of a parameter's default, in a list: no dict defines there."""
    call = f'valohai.prepare(step="s", default_parameters={{"x": [{expression}]}})\n'
    (step,) = read_module(f"import valohai\n{before}{call}").steps
    value = step.parameters[0].default
    assert value is not None
    return value


def summary(file: PythonFile) -> str:
    """`train(lr=0.001, data='s3://x') stale`, one step after the other."""
    return "; ".join(_step(step) for step in file.steps)


def render_facts(file: PythonFile) -> str:
    """The steps, a line for each fact, with the text that its span covers."""
    return "".join(f"{line}\n" for step in file.steps for line in _lines(file.text, step))


def _step(step: StepFact) -> str:
    facts = ", ".join(f"{fact.name}={_plain(fact.default)}" for fact in (*step.parameters, *step.inputs))
    return f"{step.name}({facts})" + (" stale" if step.stale else "")


def _plain(value: Value | None) -> str:
    match value:
        case None:
            return "-"
        case Unknown():
            return "?"
        case _:
            return repr(value.value)


def _lines(text: str, step: StepFact) -> Iterator[str]:
    marks = ("" if step.complete else " incomplete") + (" stale" if step.stale else "")
    yield f"step {step.name}{marks}"
    for name in ("image", "environment", "upload_store", "multifile"):
        value = getattr(step, name)
        if value is not None:
            yield f"  {name} {_value(text, value)}"
    for kind, facts in (("parameter", step.parameters), ("input", step.inputs)):
        for fact in facts:
            yield f"  {kind} {fact.name} {_value(text, fact.default)}"
            for attribute in fact.attributes:
                yield f"    {attribute.name} {_value(text, attribute.value)}"


def _value(text: str, value: Value | None) -> str:
    if value is None:
        return "has no default"
    if isinstance(value, Unknown):
        return f"unknown at {_shown(text, value.span)}"
    shown = "" if value.literal else " (computed)"
    return f"= {value.value!r} at {_shown(text, value.span)}{shown}"


def _shown(text: str, span: Span) -> str:
    return f"{span.start}-{span.end} `{ascii(text[span.start : span.end])[1:-1]}`"
