"""What the table cannot say of a step, or of what a node has otherwise than its step."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from valohai_steps.config.checks.defaults import range_findings
from valohai_steps.config.checks.images import image_findings
from valohai_steps.config.checks.names import awkward_parameters, awkward_variables, named, repeated
from valohai_steps.config.checks.parameters import parameter_findings
from valohai_steps.config.lint.page import Page
from valohai_steps.config.model.names import mappings_of, texts_of, value_of
from valohai_steps.config.tree.node import Node
from valohai_steps.model.finding import Finding


def step_findings(page: Page, node: Node) -> Iterator[Finding]:
    """A step."""
    yield from common_findings(page, node)
    yield from repeated("output", named(value_of(node, "outputs")))
    yield from awkward_parameters(page, value_of(node, "parameters"))
    command = node.get("command")
    if command is not None and command.value == [] and command.merged_from is None:
        yield Finding(
            "VH307", command.node.span, "`command` is empty, so the step runs nothing; add a command"
        )
    yield from resource_findings(page, value_of(node, "resources"))
    for each in _inputs(node):
        for default in texts_of(value_of(each, "default")):
            yield from _local(page, default)


def common_findings(page: Page, node: Node, *, overrides: bool = False) -> Iterator[Finding]:
    """What a step and an override have in common."""
    yield from image_findings(page, value_of(node, "image"))
    noun = "overridden " if overrides else ""
    for key, one in (
        ("parameters", "parameter"),
        ("inputs", "input"),
        ("environment-variables", "environment variable"),
    ):
        yield from repeated(f"{noun}{one}", named(value_of(node, key)))
    yield from awkward_variables(page, named(value_of(node, "environment-variables")))
    parameters = value_of(node, "parameters")
    if parameters is not None and parameters.alias is None:
        for each in mappings_of(parameters):
            if each.alias is None:
                yield from parameter_findings(page, each, overrides=overrides)
    yield from _mounts(value_of(node, "mounts"))


def _inputs(node: Node) -> Iterator[Node]:
    inputs = value_of(node, "inputs")
    if inputs is not None and inputs.alias is None:
        yield from (each for each in mappings_of(inputs) if each.alias is None)


def _local(page: Page, default: Node) -> Iterator[Finding]:
    """VH113: what is no URI is a path of this machine, which the platform cannot read."""
    text = str(default.value)
    if default.alias is None and text and "://" not in text and "{" not in text and "$" not in text:
        message = (
            f"{page.written(default)} is a local path, which Valohai cannot read; use a URI such as s3://"
        )
        yield Finding("VH113", default.span, message)


def _mounts(node: Node | None) -> Iterator[Finding]:
    """VH303: two mounts at one place."""
    found: list[tuple[str, Node]] = []
    for each in () if node is None or node.alias is not None else node.items:
        if each.kind == "mapping":
            place = value_of(each, "destination")
            if place is not None and isinstance(place.value, str):
                found.append((_path(place.value), place))
        elif isinstance(each.value, str) and ":" in each.value:
            found.append((_path(each.value.split(":", 1)[1]), each))
    yield from repeated("mount", found)


def _path(text: str) -> str:
    return str(PurePosixPath(text))


def resource_findings(page: Page, node: Node | None) -> Iterator[Finding]:
    """VH305: less of a resource at most than at least."""
    if node is None or node.alias is not None or node.kind != "mapping":
        return
    for entry in node.entries:
        inner = entry.node
        if inner.kind == "mapping" and inner.alias is None and entry.key != "devices":
            yield from range_findings(page, inner.get("min"), inner.get("max"))
