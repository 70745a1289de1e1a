"""VH303 across items, VH306, VH311, VH312: over the facts of all items, without their places."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from valohai_steps.config.model.items import Deployment, Endpoint, Step, Task, Thing
from valohai_steps.config.model.pipelines import Pipeline
from valohai_steps.config.references.catalogue import Catalogue
from valohai_steps.config.references.verdict import At, Verdict, unknown, unknown_names

_NOUNS = (
    (Step, "step"),
    (Task, "task"),
    (Endpoint, "endpoint"),
    (Deployment, "deployment"),
    (Pipeline, "pipeline"),
)


class ItemFacts(Struct, frozen=True):
    """What an item declares and uses; `clean` when nothing is wrong with it by itself."""

    thing: Thing | None
    clean: bool = True


def judge(facts: Sequence[ItemFacts]) -> tuple[Verdict, ...]:
    """Everything that is wrong between items, in no order."""
    things = [each.thing for each in facts]
    # An item that is nothing, and not right, may be what others name.
    catalogue = Catalogue.of(things, complete=all(each.thing is not None or each.clean for each in facts))
    found = list(_repeated(things))
    for number, each in enumerate(facts):
        if isinstance(each.thing, Task):
            found += _task(number, each.thing, catalogue)
        elif isinstance(each.thing, Pipeline):
            from valohai_steps.config.references.pipelines import judge_pipeline  # with one

            found += judge_pipeline(number, each.thing, catalogue, clean=each.clean)
    return tuple(found)


def _repeated(things: Sequence[Thing | None]) -> Iterator[Verdict]:
    first: dict[tuple[str, str], At] = {}
    for number, thing in enumerate(things):
        if thing is None or thing.name is None:
            continue
        noun = next(noun for kind, noun in _NOUNS if isinstance(thing, kind))
        at, name = At(number, thing.name.place), thing.name.text
        known = first.setdefault((noun, name), at)
        if known is not at:
            message = f"there are two {noun}s named {name}; rename or remove one"
            yield Verdict("VH303", at, message, ((known, f"the first {name}"),))


def _task(number: int, task: Task, catalogue: Catalogue) -> Iterator[Verdict]:
    if task.step is None:
        return
    step = catalogue.steps.get(task.step.text)
    if step is None:
        if catalogue.complete:
            yield unknown(number, task.step, list(catalogue.steps), "step")
        return
    yield from unknown_names(number, task.parameters, step, "parameter")
