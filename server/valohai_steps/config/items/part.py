"""One item of a valohai.yaml, read and judged by itself; or all of them, where they cannot be taken apart."""

from collections.abc import Iterator

from msgspec import Struct

from valohai_steps.config.checks.commands import Doubt, Known, doubts
from valohai_steps.config.checks.steps import step_findings
from valohai_steps.config.lint.items import item_findings, meant_things, root_findings, section_of
from valohai_steps.config.lint.meant import as_meant
from valohai_steps.config.lint.page import Page, is_empty
from valohai_steps.config.lint.refusals import refusals
from valohai_steps.config.model.items import Step, read_thing
from valohai_steps.config.model.names import Places, value_of
from valohai_steps.config.model.pipelines import overrides_of
from valohai_steps.config.model.steps import YamlStep, steps_of
from valohai_steps.config.reader import read_documents
from valohai_steps.config.references.judge import ItemFacts
from valohai_steps.config.tree.node import Node, Path, walk
from valohai_steps.model.finding import Finding
from valohai_steps.model.schema.sections import SECTIONS
from valohai_steps.model.schema.shape import Takes
from valohai_steps.model.text import Span


class Part(Struct, frozen=True):
    """A text that was read by itself. All spans count in it.

    `problem` is why it cannot be read (VH301), `findings` are what is wrong with each item by itself,
    `facts` what the items declare and use, with the numbers of `places`. `anchors` are the names it gives;
    `overrides` are the mappings of nodes that have a command of their own.
    """

    text: str
    image: str
    problem: Finding | None = None
    findings: tuple[Finding, ...] = ()
    facts: tuple[ItemFacts, ...] = ()
    places: tuple[Span, ...] = ()
    steps: tuple[YamlStep, ...] = ()
    overrides: tuple[Node, ...] = ()
    anchors: frozenset[str] = frozenset()


def read_part(text: str, image: str) -> Part:
    """Read a text and judge every item in it; any text will do."""
    documents, problem = read_documents(text)
    if problem is not None:
        return Part(text, image, problem)
    page, places = Page(text, image, documents), Places(text)
    findings: list[Finding] = list(refusals(page, documents))
    if findings:
        return Part(text, image, findings[0], tuple(findings[1:]))
    facts: list[ItemFacts] = []
    for root in documents:
        findings += root_findings(page, root)
        for index in range(len(root.items)):
            found = list(_item(page, places, root, index, facts))
            findings += found
    anchors = frozenset(_anchors(documents)) if "&" in text else frozenset[str]()
    steps = tuple(steps_of(documents))
    overrides = tuple(each for each in overrides_of(documents) if value_of(each, "command") is not None)
    places_found = tuple(places.spans)
    return Part(text, image, None, tuple(findings), tuple(facts), places_found, steps, overrides, anchors)


def _item(page: Page, places: Places, root: Node, index: int, facts: list[ItemFacts]) -> Iterator[Finding]:
    """The findings of one item; its facts go to `facts`."""
    node = root.items[index]
    found = [*item_findings(page, root, index)]
    section = section_of(node)
    if section is None or section[0].node.kind != "mapping" or is_empty(section[0].node):
        # What only holds anchors is no mistake, and nothing that others could name.
        facts.append(ItemFacts(None, not found))
        for kind, each in meant_things(page, node):
            found += _checks(page, kind, as_meant(page, each, Takes(object=SECTIONS[kind])))
        yield from found
        return
    name, inner = str(section[0].key), section[0].node
    thing = read_thing(places, name, inner)
    if inner.alias is None:
        # What is right needs no second look at its keys.
        meant = as_meant(page, inner, Takes(object=SECTIONS[name])) if found else inner
        found += _checks(page, name, meant)
        if isinstance(thing, Step):
            found += [
                _command_finding(page, places, (0, index, name), thing, doubt) for doubt in _doubts(thing)
            ]
    facts.append(ItemFacts(thing, not found))
    yield from found


def _checks(page: Page, section: str, node: Node) -> Iterator[Finding]:
    if section == "step":
        return step_findings(page, node)
    from valohai_steps.config.checks import others  # most files have steps alone

    checks = {
        "task": others.task_findings,
        "endpoint": others.endpoint_findings,
        "deployment": others.deployment_findings,
    }
    return checks.get(section, others.pipeline_findings)(page, node)


def _doubts(step: Step) -> Iterator[Doubt]:
    inputs = None if step.known_inputs is None else tuple(each.text for each in step.known_inputs)
    yield from doubts(step.uses, Known(step.known_parameters, inputs, step.source_path is not None))


def _command_finding(page: Page, places: Places, path: Path, step: Step, doubt: Doubt) -> Finding:
    from valohai_steps.config.items.verdict_fixes import declaring_fix, spelling_fix  # for a mistake

    span = places.spans[doubt.place]
    fixes = spelling_fix(page, span, doubt.text)
    if doubt.declares is not None:
        name = "" if step.name is None else step.name.text
        fixes = (*fixes, *declaring_fix(page.text, path, name, doubt.declares))
    return Finding("VH304", span, doubt.message, fixes=fixes)


def _anchors(documents: tuple[Node, ...]) -> Iterator[str]:
    for root in documents:
        yield from (node.anchor for node in walk(root) if node.anchor is not None)
