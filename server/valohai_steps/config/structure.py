"""Whether an update may write to a valohai.yaml: what is not understood is neither deleted nor passed by."""

from collections.abc import Iterator
from functools import lru_cache

from valohai_steps.config.edits.operation import Refusal
from valohai_steps.config.reader import YamlFile, YamlStep
from valohai_steps.config.tree.node import Node
from valohai_steps.model.schema.sections import SECTIONS


@lru_cache(maxsize=2)  # one request asks several times: the lens, the status, the update and its fixes
def flaw_of_file(file: YamlFile) -> Refusal | None:
    """What keeps Valohai from reading the file, or the first item that it cannot read; None: it reads all."""
    from valohai_steps.config.lint.page import Page  # for a file that is written to
    from valohai_steps.config.lint.refusals import refusals

    for finding in refusals(Page(file.text, roots=file.documents), file.documents):
        return Refusal(finding.message, finding.span)
    for root in file.documents:
        if root.kind == "scalar" and root.value is None:
            continue
        if root.kind != "sequence":
            return Refusal("this is not a list of `- step:` items; nothing can be added to it", root.span)
        for item in root.items:
            flaw = _flaw_of_item(item)
            if flaw is not None:
                return flaw
    return next((_nameless(step) for step in file.steps if not step.name), None)


def flaw_of_step(step: YamlStep) -> Refusal | None:
    """What keeps a step from being changed: a part of its lists that is not understood."""
    return next(_flaws_of_lists(step), None)


def _flaw_of_item(item: Node) -> Refusal | None:
    if item.kind != "mapping" or not item.entries:
        return Refusal("this is not an item of valohai.yaml, such as `- step:`; repair it first", item.span)
    for entry in item.entries:
        if entry.key not in SECTIONS and entry.key != "<<":
            beside = "; indent it below the key in front" if len(item.entries) > 1 else "; repair it first"
            return Refusal(f"Valohai does not know the item `{entry.key}`{beside}", entry.key_span)
        if entry.node.kind != "mapping":
            return Refusal(f"`{entry.key}` holds no keys; indent them below it first", entry.key_span)
    if len(item.entries) > 1:
        return Refusal("one item holds two; put `- ` in front of this one", item.entries[1].key_span)
    return None


def _nameless(step: YamlStep) -> Refusal:
    return Refusal("this step has no name; repair it first", step.name_span)


def _flaws_of_lists(step: YamlStep) -> Iterator[Refusal]:
    for key, noun in (("parameters", "parameter"), ("inputs", "input")):
        entry = step.get(key)
        if entry is None or (entry.node.kind == "scalar" and entry.node.value is None):
            continue
        if entry.node.kind != "sequence":
            yield Refusal(f"`{key}` is not a list; put `- name:` in front of each {noun}", entry.key_span)
            continue
        for item in entry.node.items:
            name = item.get("name") if item.kind == "mapping" else None
            if name is None or name.node.kind != "scalar" or name.value is None:
                yield Refusal(f"this {noun} has no name; repair it first", item.span)
