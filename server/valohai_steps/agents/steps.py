"""The tool `describe_step`: both sides of a step, how they differ, and the command line that runs it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, Struct, field

from valohai_steps.agents.answer import Answer, ToolError
from valohai_steps.agents.findings import FoundProblem, problem_line, problems_of
from valohai_steps.agents.scripts import DescribedScript, script_lines, scripts_of
from valohai_steps.agents.surroundings import Surroundings, named_roots
from valohai_steps.agents.values import plain
from valohai_steps.config.reader import YamlItem, YamlStep, read_yaml
from valohai_steps.drift.command_line.passing.parameter_words import default_flags
from valohai_steps.drift.command_line.passing.passed_lines import built_command
from valohai_steps.drift.compare import Drift
from valohai_steps.drift.declaration import ABSENT, Claim, DeclaredItem, Strength
from valohai_steps.drift.findings import drift_message
from valohai_steps.ide.hover.words import step_text
from valohai_steps.ide.running.run_command import RunCommand, run_command
from valohai_steps.ide.update.comparison import compare_step
from valohai_steps.ide.update.update import Refused, preview
from valohai_steps.model.step import StepFact
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import demand, readable
from valohai_steps.project.settings.settings import nearest


class StepInput(Struct, frozen=True, forbid_unknown_fields=True):
    """Which step."""

    step: Annotated[str, Meta(description="The name of the step, as in valohai.yaml and prepare(step=...).")]
    path: Annotated[
        str | None,
        Meta(
            description="The valohai.yaml, or a Python file that declares the step; needed only when several "
            "valohai.yaml files have a step of that name."
        ),
    ] = None


class DescribedItem(Struct, frozen=True):
    """A parameter or an input, on one side."""

    name: str
    line: int
    settings: Annotated[dict[str, Any], Meta(description="Its keys, as valohai.yaml spells them.")]


class DescribedSide(Struct, frozen=True):
    """A step in one file."""

    path: str
    line: Annotated[int, Meta(description="The line of the step, from 1.")]
    settings: Annotated[dict[str, Any], Meta(description="Image, command, environment and the like.")]
    parameters: list[DescribedItem]
    inputs: list[DescribedItem]
    complete: Annotated[
        bool, Meta(description="False: some values cannot be known without running the file.")
    ] = True


class DescribedDifference(Struct, frozen=True):
    """One difference between the two sides; update removes it."""

    subject: Annotated[str, Meta(description="step, parameter or input.")]
    name: str
    key: Annotated[str | None, Meta(description="The key that differs; null: the whole of it is missing.")]
    python: Annotated[Any, Meta(description="The value in Python; null where there is none.")]
    yaml: Annotated[Any, Meta(description="The value in valohai.yaml; null where there is none.")]
    message: str


class DescribedStep(Struct, frozen=True):
    """A step on both sides."""

    step: str
    yaml: Annotated[str, Meta(description="The valohai.yaml that the step belongs to.")]
    in_python: Annotated[list[DescribedSide], Meta(description="Each prepare() call that declares it.")]
    in_yaml: Annotated[DescribedSide | None, Meta(description="null: update would add it.")]
    yaml_text: Annotated[
        str, Meta(description="The step in valohai.yaml; of one that is not there, what update would add.")
    ]
    differences: list[DescribedDifference]
    command: Annotated[list[str], Meta(description="What Valohai runs when every parameter has its default.")]
    findings: list[FoundProblem] = field(default_factory=list)
    scripts: Annotated[
        list[DescribedScript], Meta(description="The scripts without prepare() that it runs.")
    ] = field(default_factory=list)
    run_here: Annotated[
        str | None, Meta(description="The command that runs it on this machine, in the folder of its yaml.")
    ] = None
    run_on_valohai: str | None = None


def describe_step(around: Surroundings, asked: StepInput) -> Answer:
    """The step. Raises ToolError when there is none of that name, and FileError."""
    yaml = _yaml_of(around, asked.step)
    snapshot = around.snapshot
    file = demand(snapshot.yaml(yaml))
    found = file.step(asked.step) if file is not None else None
    declaring = [each for each in snapshot.steps_named(yaml, asked.step) if not around.leaves(each[0])]
    text = step_text(file, found, None) if file is not None and found is not None else ""
    if found is None:
        text = _would_be(around, declaring)
    as_added = found or read_yaml(text).step(asked.step)
    run = run_command(snapshot, declaring[0][0], asked.step) if declaring else None
    content = DescribedStep(
        asked.step,
        around.shown(yaml),
        [_python_side(around, path, step, yaml) for path, step in declaring],
        None if found is None else _yaml_side(around, yaml, found),
        text,
        [each for path, step in declaring for each in _differences(around, path, step, yaml)],
        [] if as_added is None else built_command(as_added, default_flags(as_added)),
        list(_findings(around, yaml, found, declaring)),
        [] if found is None else list(scripts_of(around, yaml, found)),
        run.command if isinstance(run, RunCommand) else None,
        run.vh if isinstance(run, RunCommand) else None,
    )
    return Answer(content, "\n".join(_lines(content)) + "\n")


def _yaml_of(around: Surroundings, name: str) -> Path:
    """The one valohai.yaml with the step, on either side. Raises ToolError, and FileError."""
    snapshot, names = around.snapshot, dict[str, None]()
    wanted = {path if path.suffix in (".yaml", ".yml") else snapshot.yaml_path(path) for path in around.named}
    having: list[Path] = []
    for yaml in around.yaml_files():
        if wanted and yaml not in wanted:
            continue
        file = readable(snapshot.yaml(yaml))
        here = [step.name for step in (file.steps if file is not None else ())]
        here += [step.name for path, step in snapshot.steps_of(yaml) if not around.leaves(path)]
        names.update(dict.fromkeys(here))
        having += [yaml] if name in here else []
    if len(having) > 1:
        places = " and ".join(map(around.shown, having))
        raise ToolError(f"step {name!r} is in {places}; name one of them as path")
    if not having:
        for yaml in around.yaml_files():
            demand(snapshot.yaml(yaml))  # the step may be in one that cannot be read
        names.update(_steps_of_others(around, name))
        listed = f"; the steps are: {', '.join(names)}" if names else "; no file here declares a step"
        raise ToolError(f"no step {name!r}{nearest(name, tuple(names)) or listed}")
    return having[0]


def _steps_of_others(around: Surroundings, name: str) -> dict[str, None]:
    """The steps whose valohai.yaml is not in the workspace. Raises ToolError for the one asked for."""
    found: dict[str, None] = {}
    for path in around.files:
        yaml = around.snapshot.yaml_path(path)
        python = None if is_yaml(path) or not around.leaves(yaml) else readable(around.snapshot.python(path))
        for step in () if python is None else python.steps:
            if step.name == name:
                why = f"{yaml}, which it belongs to, lies outside of {named_roots(around.roots)}"
                raise ToolError(f"{around.shown(path)}: {why}; work in a folder that holds both")
            found[step.name] = None
    return found


def _would_be(around: Surroundings, declaring: list[tuple[Path, StepFact]]) -> str:
    generated = preview(around.snapshot, declaring[0][0], declaring[0][1].name) if declaring else ""
    return "" if isinstance(generated, Refused) else generated


def _python_side(around: Surroundings, path: Path, step: StepFact, yaml: Path) -> DescribedSide:
    declared = compare_step(around.snapshot, path, step, yaml, readable(around.snapshot.yaml(yaml))).declared

    def item(each: DeclaredItem) -> DescribedItem:
        return DescribedItem(each.name, around.line(path, each.name_span), _stated(each.claims))

    return DescribedSide(
        around.shown(path),
        around.line(path, step.call_span),
        _stated(declared.claims),
        [item(each) for each in declared.parameters],
        [item(each) for each in declared.inputs],
        step.is_certain,
    )


def _stated(claims: Iterable[Claim]) -> dict[str, object]:
    """What Python says, without what a new step or item would begin with."""
    said = (claim for claim in claims if claim.strength is Strength.STATED and claim.value is not ABSENT)
    return {claim.key: plain(claim.value) for claim in said}


def _yaml_side(around: Surroundings, yaml: Path, step: YamlStep) -> DescribedSide:
    def settings(node: YamlStep | YamlItem, without: tuple[str, ...]) -> dict[str, object]:
        return {
            str(each.key): plain(each.value) for each in node.node.entries if str(each.key) not in without
        }

    def item(each: YamlItem) -> DescribedItem:
        return DescribedItem(each.name, around.line(yaml, each.name_span), settings(each, ("name",)))

    return DescribedSide(
        around.shown(yaml),
        around.line(yaml, step.name_span),
        settings(step, ("name", "parameters", "inputs")),
        [item(each) for each in step.parameters],
        [item(each) for each in step.inputs],
    )


def _differences(
    around: Surroundings, path: Path, step: StepFact, yaml: Path
) -> Iterator[DescribedDifference]:
    for drift in compare_step(around.snapshot, path, step, yaml, readable(around.snapshot.yaml(yaml))).drifts:
        yield DescribedDifference(
            drift.subject,
            drift.name,
            drift.key,
            None if drift.python is None else plain(drift.python.value),
            None if drift.yaml is None else plain(drift.yaml.value),
            _message(drift, path, yaml),
        )


def _message(drift: Drift, path: Path, yaml: Path) -> str:
    if drift.subject == "step" and drift.key is None:
        return f"step {drift.name!r} is not in {yaml.name}; update {yaml.name} to add it"
    return drift_message(drift, f"in {path.name}", f"in {yaml.name}")


def _findings(
    around: Surroundings, yaml: Path, found: YamlStep | None, declaring: list[tuple[Path, StepFact]]
) -> Iterator[FoundProblem]:
    """The findings of the step, where they count: a difference is said on the side of Python."""
    if found is not None:
        yield from (each for each in problems_of(around, yaml, found.span) if each.severity != "hint")
    for path, step in declaring:
        yield from problems_of(around, path, step.call_span)


def _lines(found: DescribedStep) -> Iterator[str]:
    for side in found.in_python:
        known = "" if side.complete else "; some values cannot be known without running it"
        yield f"step {found.step!r} is declared in {side.path}:{side.line}{known}"
    if not found.in_python:
        yield f"no prepare() call declares step {found.step!r}: {found.yaml} is written by hand"
    if found.in_yaml is not None:
        yield f"in {found.in_yaml.path}:{found.in_yaml.line}:"
    elif found.yaml_text:
        yield f"it is not in {found.yaml}; update would add:"
    else:
        yield f"it is not in {found.yaml}; update would refuse to add it, for the reason below"
    yield from (f"\n{found.yaml_text.rstrip()}\n",) if found.yaml_text else ()
    if found.in_python and found.in_yaml is not None:
        yield "both sides agree" if not found.differences else "differences, which update removes:"
    yield from (f"- {each.message}" for each in found.differences if found.in_yaml is not None)
    yield from (problem_line(each).rstrip("\n") for each in found.findings)
    yield from (line for script in found.scripts for line in script_lines(script))
    if found.command:
        yield from ("with the defaults Valohai runs:", *(f"  {line}" for line in found.command))
    yield from () if found.run_here is None else (f"to run it here: {found.run_here}",)
    yield from () if found.run_on_valohai is None else (f"to run it on Valohai: {found.run_on_valohai}",)
