"""VH121 for what Python reads and only valohai.yaml declares: with the declaration as its fix."""

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from valohai_steps.config.reader import YamlFile, YamlItem
from valohai_steps.ide.update.drift_fixes import as_python
from valohai_steps.model.finding import Finding, Fix, Related
from valohai_steps.model.step import PythonValue, StepFact
from valohai_steps.model.text import Span
from valohai_steps.project.disk.files import readable
from valohai_steps.project.python.python_source import PythonSource
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.checks.fixes import add_argument, add_entry, quoted_text
from valohai_steps.source.python_file import PythonFile


def with_yaml_declarations(
    snapshot: Snapshot, path: Path, python: PythonFile, file: YamlFile, yaml: Path
) -> Iterator[Finding]:
    """The problems of a Python file, those about names that valohai.yaml declares told as what they are."""
    kinds = {read.name_span: read for read in python.reads}
    for problem in python.problems:
        read = kinds.get(problem.span) if problem.code == "VH121" else None
        found = None
        if read is not None:
            pairs = ((step, file.step(step.name)) for step in python.steps)
            found = next(
                (
                    (step, item)
                    for step, known in pairs
                    if known is not None
                    for item in known.items(read.kind)
                    if item.name == read.name
                ),
                None,
            )
        if found is None or read is None:
            yield problem
            continue
        step, item = found
        source = readable(snapshot.source(path))
        fix = None if source is None else _declaration(source, path, step, read.kind, item)
        message = (
            f"only {yaml.name} declares the {read.kind} {read.name!r}, and an update would remove it there; "
            f"declare it in default_{read.kind}s"
        )
        related = Related(item.name_span, f"declared here, in step {step.name!r}", yaml)
        yield replace(problem, message=message, related=(related,), fixes=() if fix is None else (fix,))


def _declaration(source: PythonSource, path: Path, step: StepFact, kind: str, item: YamlItem) -> Fix | None:
    """The entry in the dict of the step's defaults, which is made where there is none."""
    value = _default(item)
    literal = as_python(value)
    if literal is None:
        return None
    said = "" if value is None else f" (default {literal if len(literal) <= 40 else literal[:39] + '…'})"
    title = f"Declare it in {path.name}{said}"
    stated = step.inputs_span if kind == "input" else step.parameters_span
    display = None if stated is None else source.into(stated)
    arguments = source.into(Span(step.callee_span.end, step.call_span.end))
    if display is not None:
        found = add_entry(source.syntax.text, display, item.name, literal, title)
    elif arguments is None or stated is not None or step.items(kind):
        return None  # the dict is somewhere else
    else:
        argument = f"default_{kind}s={{{quoted_text(item.name)}: {literal}}}"
        found = add_argument(source.syntax.text, arguments, argument, title)
    return None if found is None else replace(source.fix(found), preferred=True)


def _default(item: YamlItem) -> PythonValue:
    """The default as Valohai casts it to the type of the parameter."""
    stated, kind = item.get("default"), item.get("type")
    value = stated.value if stated is not None else None
    casts = {"integer": int, "float": float, "string": str}
    cast = casts.get(str(kind.value)) if kind is not None else None
    if cast is None or value is None or isinstance(value, (bool, list, dict)):
        return value
    try:
        return cast(str(value))
    except ValueError:
        return value
