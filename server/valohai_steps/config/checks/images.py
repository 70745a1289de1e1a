"""VH305: names of Docker images that cannot be (the reference grammar of the OCI distribution)."""

from collections.abc import Iterator

from valohai_steps.config.lint.page import Page, replaced
from valohai_steps.config.tree.node import Node
from valohai_steps.model.finding import Finding


def image_findings(page: Page, node: Node | None) -> Iterator[Finding]:
    """The value of an `image:`; nothing where something is filled in later."""
    if node is None or node.alias is not None or not isinstance(node.value, str) or "$" in node.value:
        return
    name = node.value
    if "{" in name:
        return
    if any(character.isspace() for character in name.strip()):
        message = f"an image name cannot contain spaces, as {page.written(node)} does; write name:tag"
        yield Finding("VH305", node.span, message)
        return
    right = _in_lower_case(name)
    if right != name:
        message = (
            f"an image name cannot contain capitals, as {page.written(node)} does; did you mean {right}?"
        )
        fixes = replaced(f"Change to {right}", node.span, page.spelled(right, node))
        yield Finding("VH305", node.span, message, fixes=fixes)


def _in_lower_case(name: str) -> str:
    """Capitals may be in the host of a registry and in the tag, and nowhere else."""
    path, at, digest = name.partition("@")
    host, slash, rest = path.partition("/")
    if not slash or not ("." in host or ":" in host or host == "localhost"):
        host, slash, rest = "", "", path
    place = rest.rfind(":")
    repository, tag = (rest[:place], rest[place:]) if place > rest.rfind("/") else (rest, "")
    return f"{host}{slash}{repository.lower()}{tag}{at}{digest}"
