"""What the value of a key can be: words that the key takes, and names that the file or the workspace has."""

from collections.abc import Iterator

from valohai_steps.config.cursor.expected import key_at
from valohai_steps.config.cursor.named import text_of
from valohai_steps.config.cursor.outline.pieces import Entry, Mapping, Scalar, Sequence
from valohai_steps.ide.completion.item import Completion, CompletionKind, KnownName
from valohai_steps.ide.completion.yaml.arguments import arguments_of_script
from valohai_steps.ide.completion.yaml.commands import files_at, in_command
from valohai_steps.ide.completion.yaml.edges import edge_ends, is_edge, parameter_targets, side_of
from valohai_steps.ide.completion.yaml.page import Page, declared_in, written_values
from valohai_steps.ide.completion.yaml.text.writing import offered_value
from valohai_steps.ide.completion.yaml.usage import values_used
from valohai_steps.model.schema.shape import Refers, Takes
from valohai_steps.model.schema.shape import Scalar as Kind

_USED = {Refers.IMAGE: "image", Refers.ENVIRONMENT: "environment", Refers.STORE: "upload-store"}
_NAMED = {
    Refers.STEP: ("step", CompletionKind.STEP),
    Refers.TASK: ("task", CompletionKind.TASK),
    Refers.ENDPOINT: ("endpoint", CompletionKind.ENDPOINT),
    Refers.DEPLOYMENT: ("deployment", CompletionKind.VALUE),
}
_ITEMS = {"parameters": CompletionKind.PARAMETER, "inputs": CompletionKind.INPUT}


def values_at(page: Page, takes: Takes) -> Iterator[Completion]:
    """What can be written where `takes` is expected."""
    refers = takes.refers
    if page.place.slot.style in ("|", ">") and refers is not Refers.COMMAND:
        return
    if refers is Refers.COMMAND:
        yield from in_command(page)
    elif page.typed[-1:].isspace():
        return  # a value that is whole, and another word behind it
    elif refers is Refers.FILE:
        slot = page.place.slot
        yield from files_at(page, page.place.outline.text[slot.start : slot.cursor], (".py", ".ipynb"))
    elif refers in (Refers.EDGE_SOURCE, Refers.EDGE_TARGET):
        yield from edge_ends(page, refers)
    elif is_edge(page) and (side := side_of(page)) is not None:
        yield from edge_ends(page, side)
    elif refers is Refers.NODE_PARAMETER:
        yield from parameter_targets(page)
    else:
        yield from _words(page, takes)
        for known, kind in _names(page, refers):
            yield offered_value(page.place, known, kind)
        if _is_new_parameter(page):
            yield from arguments_of_script(page)


def _words(page: Page, takes: Takes) -> Iterator[Completion]:
    place = page.place
    given = _given(page) if isinstance(place.frames[-1].node, Sequence) else ()
    for choice in takes.choices:
        if choice.value in given:
            continue
        known = KnownName(choice.value, "", choice.sentence)
        yield offered_value(place, known, CompletionKind.VALUE)
    if (Kind.BOOLEAN in takes.scalars and Kind.STRING not in takes.scalars) or (
        takes.choices and Kind.BOOLEAN in takes.scalars
    ):
        yield from _booleans(page)
    if takes.anything and (key := key_at(place.frames)) is not None and key.name == "default":
        yield from _defaults(page)


def _booleans(page: Page) -> Iterator[Completion]:
    for word in ("true", "false") if not page.place.slot.quote else ():
        yield offered_value(page.place, KnownName(word), CompletionKind.VALUE, raw=True)


def _defaults(page: Page) -> Iterator[Completion]:
    """The default of a parameter: one of its choices, or on and off for a flag."""
    own = page.around("parameters")
    step = page.step_of_node(page.around("nodes"))
    declared = _parameter(step, text_of(own, "name")) if step is not None else None
    for item in filter(None, (own, declared)):
        choices = item.get("choices")
        if isinstance(choices, Sequence):
            for value in _unquoted(page, choices):
                yield offered_value(page.place, KnownName(value), CompletionKind.VALUE, raw=True)
            return
        if text_of(item, "type") == "flag":
            yield from _booleans(page)
            return


def _unquoted(page: Page, choices: Sequence) -> Iterator[str]:
    """Choices as they are written; within quotes, what they mean."""
    if not page.place.slot.quote:
        yield from written_values(choices)
        return
    for item in choices.items:
        if isinstance(item.value, Scalar):
            yield item.value.value


def _parameter(step: Mapping | None, name: str) -> Mapping | None:
    items = step.get("parameters") if step is not None else None
    for item in items.items if isinstance(items, Sequence) else ():
        if isinstance(item.value, Mapping) and text_of(item.value, "name") == name:
            return item.value
    return None


def _names(page: Page, refers: Refers | None) -> Iterator[tuple[KnownName, CompletionKind]]:
    """The names of what is referred to, less those that the same list has."""
    if refers in _USED:
        kind = CompletionKind.IMAGE if refers is Refers.IMAGE else CompletionKind.VALUE
        yield from ((known, kind) for known in values_used(page, _USED[refers]))
    elif refers in _NAMED:
        section, kind = _NAMED[refers]
        given = _given(page)
        yield from ((known, kind) for known in page.names(section) if known.name not in given)
    elif (found := _own_name(page)) is not None:
        step, key = found
        given = _given(page)
        yield from (
            (known, _ITEMS.get(key, CompletionKind.VALUE))
            for known in declared_in(step, key)
            if known.name not in given
        )


def _own_name(page: Page) -> tuple[Mapping | None, str] | None:
    """Where the cursor is at the `name` of what a step declares: that step, and the key in it.

    So it is in an override, and for the parameters of a task.
    """
    frames = page.place.frames
    entry = frames[-1].entry
    if not isinstance(entry, Entry) or entry.name != "name" or len(frames) < 4:
        return None
    outer = frames[-3].entry
    key = outer.name if isinstance(outer, Entry) else ""
    if page.around("override") is not None and key in ("parameters", "inputs", "environment-variables"):
        return page.step_of_node(page.around("nodes")), key
    if page.kind == "task" and key == "parameters":
        return page.step(text_of(page.section, "step")), key
    return None


def _is_new_parameter(page: Page) -> bool:
    """Whether the cursor is at the name of a parameter of a step itself."""
    frames = page.place.frames
    names = [frame.entry.name for frame in frames if isinstance(frame.entry, Entry)]
    return names == ["step", "parameters", "name"]


def _given(page: Page) -> set[str]:
    """The names that the other items of the innermost list have."""
    frame = next((each for each in reversed(page.place.frames) if isinstance(each.node, Sequence)), None)
    if frame is None or not isinstance(frame.node, Sequence) or len(page.place.frames) < 4:
        return set()
    values = [item.value for item in frame.node.items if item is not frame.entry]
    return {each.value if isinstance(each, Scalar) else text_of(each, "name") for each in values if each}
