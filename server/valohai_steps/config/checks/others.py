"""What the table cannot say of a pipeline, a task, an endpoint, a deployment."""

from collections.abc import Iterator

from valohai_steps.config.checks.images import image_findings
from valohai_steps.config.checks.names import awkward_nodes, named, repeated
from valohai_steps.config.checks.steps import common_findings, resource_findings
from valohai_steps.config.lint.keys import own_entries, removed_entry
from valohai_steps.config.lint.nearest import kebab
from valohai_steps.config.lint.page import Page, blame, is_empty
from valohai_steps.config.model.names import mappings_of, value_of
from valohai_steps.config.tree.node import Node
from valohai_steps.model.finding import Finding, Related
from valohai_steps.model.schema.tasks import BAYESIAN_KEYS, TASK


def pipeline_findings(page: Page, node: Node) -> Iterator[Finding]:
    """A pipeline by itself; what its nodes and edges name is judged with all items."""
    nodes = value_of(node, "nodes")
    yield from repeated("node", named(nodes))
    yield from awkward_nodes(page, named(nodes))
    yield from repeated("pipeline parameter", named(value_of(node, "parameters")))
    for each in mappings_of(nodes):
        override = value_of(each, "override")
        if override is not None and override.kind == "mapping" and each.alias is override.alias is None:
            yield from common_findings(page, override, overrides=True)


def task_findings(page: Page, node: Node) -> Iterator[Finding]:
    """VH307: keys that only one type of task looks at; VH303 for parameters."""
    yield from repeated("task parameter", named(value_of(node, "parameters")))
    stated = value_of(node, "type")
    kind = kebab(str(stated.value)) if stated is not None else "grid-search"
    if kind not in [kebab(choice.value) for choice in TASK.keys["type"].takes.choices]:
        return
    for entry in own_entries(node):
        only = "bayesian_tpe" if entry.key in BAYESIAN_KEYS else ""
        if entry.key == "parameter-sets" and entry.value:
            only = "manual_search"
        if only and kebab(only) != kind and not is_empty(entry.node):
            fixes = removed_entry(page, node, entry, f"Remove {entry.key}, which does nothing")
            message = f"`{entry.key}` does nothing in a task of another type than {only}; remove it"
            yield Finding("VH307", entry.key_span, message, fixes=fixes)


def endpoint_findings(page: Page, node: Node) -> Iterator[Finding]:
    """An endpoint: its files, volumes, tolerations."""
    yield from image_findings(page, value_of(node, "image"))
    yield from repeated("endpoint file", named(value_of(node, "files")))
    yield from resource_findings(page, value_of(node, "resources"))
    for each in mappings_of(value_of(node, "tolerations")):
        yield from _toleration(each)
    yield from _volumes(node)


def _toleration(node: Node) -> Iterator[Finding]:
    """A key is needed, unless everything is tolerated."""
    operator = value_of(node, "operator")
    if node.get("key") is not None or not node.entries or (operator and operator.value == "Exists"):
        return
    message = "a toleration needs `key`, unless its operator is Exists; add it"
    yield Finding("VH302", node.entries[0].key_span, message)


def _volumes(node: Node) -> Iterator[Finding]:
    """VH303: two volumes at one place (`valohai_yaml.objs.endpoint`)."""
    shared = list(named(value_of(node, "shared-volumes"), "mount-path"))
    yield from repeated("shared volume", shared)
    workspace = value_of(node, "workspace-volume")
    place = value_of(workspace, "mount-path") if workspace is not None else None
    for path, other in shared:
        if place is not None and place.value == path:
            message = f"a shared volume is at {path} already; choose another path"
            yield Finding("VH303", place.span, message, (Related(other.span, f"the first {path}"),))
            return


def deployment_findings(page: Page, node: Node) -> Iterator[Finding]:
    """VH307: without a target nothing is made of it (`valohai_yaml.objs.deployment`)."""
    defaults = value_of(node, "defaults")
    if defaults is not None and (defaults.kind != "mapping" or value_of(defaults, "target") is not None):
        return
    if any(entry.key not in ("name", "defaults") for entry in node.entries):
        return
    name = node.get("name")
    if name is not None and not is_empty(name.node):
        message = "without `defaults: {target: ...}` this deployment is not created; add the target"
        yield Finding("VH307", blame(page, name.node, name.key_node), message)
